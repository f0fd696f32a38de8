// Signing in again in place: a form is sent only when the session lives; else a dialog asks, the form stays as it is.
import { serverBack, serverGone } from "./shell.js";

const dialog = document.getElementById("session-dialog");
const form = document.getElementById("session-form");
const error = document.getElementById("session-error");
let waiting = null;

async function session() {
  const answer = await fetch("/session", { headers: { Accept: "application/json" }, cache: "no-store" });
  return answer.json();
}

function renewTokens(token) {
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
}

function send() {
  const { target, submitter } = waiting;
  waiting = null;
  target.dataset.checked = "1";
  target.requestSubmit(submitter && submitter.form === target ? submitter : undefined);
}

document.addEventListener("submit", async (event) => {
  const target = event.target;
  if (target.method !== "post" || target === form || target.hasAttribute("hx-post")) return;
  if (!document.body.dataset.person) return;
  if (target.dataset.checked) {
    delete target.dataset.checked;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  waiting = { target, submitter: event.submitter };
  try {
    const state = await session();
    serverBack();
    if (state.is_signed_in) {
      renewTokens(state.csrf_token);
      send();
    } else {
      dialog.showModal();
    }
  } catch (problem) {
    serverGone();
  }
}, true);

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  error.textContent = "";
  const before = await session();
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { "X-CSRFToken": before.csrf_token, "X-Requested-With": "XMLHttpRequest", Accept: "application/json" },
  });
  const after = await session();
  if (!after.is_signed_in) {
    error.textContent = answer.ok
      ? "还需要二次验证，请在新窗口完成登录，再回到这里提交。"
      : "账号或密码不对，或者须稍候再试。填写的内容还在。";
    return;
  }
  renewTokens(after.csrf_token);
  dialog.close();
  form.reset();
  if (waiting) send();
});
