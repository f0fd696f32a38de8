// The inbox: preview beside the list, acts from the preview, rows that others acted on grow grey; nothing is reordered.
import { say } from "../ui/announce.js";
import { current, moveTo, rows, step } from "../ui/lists.js";

const preview = document.getElementById("preview");
const NARROW = window.matchMedia("(max-width: 720px)");
const isShown = () => preview && preview.offsetParent !== null;
const isWide = () => isShown() && !NARROW.matches;

async function show(row) {
  if (!isShown() || preview.dataset.of === row.dataset.row) return;
  preview.dataset.of = row.dataset.row;
  preview.setAttribute("aria-busy", "true");
  if (row.dataset.preview) {
    await window.htmx.ajax("GET", row.dataset.preview, { target: preview, swap: "innerHTML" });
  } else {
    preview.replaceChildren(plain(row));
  }
  preview.removeAttribute("aria-busy");
  for (const other of rows()) other.toggleAttribute("aria-current", other === row);
}

function plain(row) {
  const box = document.createElement("div");
  const title = document.createElement("h2");
  title.textContent = row.querySelector(".todo-sentence").textContent;
  const sender = document.createElement("p");
  sender.className = "muted";
  sender.textContent = row.querySelector(".todo-sender").textContent;
  const link = row.querySelector(".btn").cloneNode(true);
  link.className = "btn btn-primary";
  box.append(title, sender, link);
  return box;
}

document.addEventListener("onevisit:row", (event) => {
  if (event.target.matches(".todo[data-preview]")) show(event.target);
});
document.addEventListener("click", (event) => {
  const link = event.target.closest(".todo[data-preview] .todo-sentence");
  if (!link || !preview || event.ctrlKey || event.metaKey) return;
  if (NARROW.matches) openAsPage();
  event.preventDefault();
  moveTo(link.closest(".todo"));
});
// On a phone the preview is a page of its own: the list goes, Back brings it back where it was.
const box = document.querySelector(".inbox");
let listTop = 0;

function openAsPage() {
  listTop = window.scrollY;
  box.classList.add("is-reading");
  history.pushState({ isReading: true }, "", location.href);
  window.scrollTo(0, 0);
}

function closePage() {
  if (!box?.classList.contains("is-reading")) return;
  box.classList.remove("is-reading");
  delete preview.dataset.of;
  window.scrollTo(0, listTop);
  current()?.querySelector(".todo-sentence")?.focus({ preventScroll: true });
}

window.addEventListener("popstate", closePage);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-inbox-back]")) history.back();
});
document.addEventListener("keydown", (event) => {
  // Enter on the sentence of the chosen row opens the whole page; the first Enter only chooses it.
  const row = event.target.closest?.(".todo.is-cursor[data-preview]");
  if (event.key !== "Enter" || !row || !event.target.matches(".todo-sentence")) return;
  event.preventDefault();
  location.href = event.target.href;
}, true);

// An act from the preview is sent in the background; the answer's words are shown, the row is taken off.
preview?.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok) {
    const refusal = page.querySelector("[data-refusal], [data-error-summary]");
    preview.prepend(refusal || line(`没有办成（${answer.status}），请打开全页办理。`));
    say(refusal?.textContent.trim() || "没有办成");
    return;
  }
  const problem = page.querySelector("[data-error-summary]");
  if (problem) {
    preview.prepend(problem);
    say(problem.textContent.trim());
    return;
  }
  done(page);
});

function line(words) {
  const box = document.createElement("div");
  box.className = "message is-error";
  box.setAttribute("role", "alert");
  box.textContent = words;
  return box;
}

function done(page) {
  const row = current();
  const said = page.querySelector("#messages")?.children || [];
  const place = document.getElementById("messages");
  const words = [...said].map((one) => one.textContent.trim()).join(" ");
  for (const one of [...said]) {
    place.append(one);
    window.htmx.process(one);
    one.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: one } }));
  }
  say(words);
  if (!row) return;
  grey(row, "已办");
  if (box.classList.contains("is-reading")) history.back();
  else step(1);
}

function grey(row, words) {
  row.classList.add("is-gone");
  row.querySelector(".todo-sender").textContent = words;
  row.querySelector(".btn")?.remove();
  const list = row.closest(".todos");
  const count = list?.previousElementSibling?.querySelector("[data-group-count]");
  if (count) count.textContent = String(list.querySelectorAll(".todo:not(.is-gone)").length);
}

async function compare() {
  const shown = rows().filter((row) => row.dataset.preview !== undefined && !row.classList.contains("is-gone"));
  if (document.hidden || !shown.length) return;
  const query = new URLSearchParams(shown.slice(0, 100).map((row) => ["held", row.dataset.row]));
  const answer = await fetch(`/inbox/counts?${query}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const state = await answer.json();
  const tab = document.querySelector(".tabs [aria-current] .count");
  if (tab) tab.textContent = state.todos ? String(state.todos) : "";
  for (const one of state.gone) {
    const row = shown.find((candidate) => candidate.dataset.row === one.key);
    if (row) grey(row, one.words);
  }
  const fresh = document.getElementById("inbox-fresh");
  // A narrowed list does not hold everything that waits: what it lacks is not new.
  fresh.hidden = !state.fresh || Boolean(document.querySelector(".inbox-query [type=submit] + .btn"));
  fresh.querySelector("span").textContent = `有 ${state.fresh} 项新的待办。列表不会自动换序。`;
}

setInterval(compare, 30000);
if (isWide() && !current()) moveTo(rows()[0]);
