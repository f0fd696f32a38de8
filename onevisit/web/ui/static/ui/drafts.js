// Drafts: what is typed into a form[data-draft="key"] is kept in this browser until the form has been taken.
const PREFIX = "onevisit-draft";
const SKIP = new Set(["csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword"]);
const DAYS = 14;

function keyOf(form) {
  return `${PREFIX}:${document.body.dataset.person || ""}:${form.dataset.draft}`;
}

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && !SKIP.has(field.name)
    && !["hidden", "password", "file", "submit", "button"].includes(field.type));
}

function read(form) {
  return fieldsOf(form).map((field) => [field.name, field.type === "checkbox" || field.type === "radio"
    ? [field.value, field.checked] : [field.value, null]]);
}

function write(form, values) {
  const left = [...values];
  for (const field of fieldsOf(form)) {
    const at = left.findIndex(([name, [value, checked]]) => name === field.name
      && (checked === null || value === field.value));
    if (at < 0) continue;
    const [, [value, checked]] = left.splice(at, 1)[0];
    if (checked === null) field.value = value;
    else field.checked = checked;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function offer(form, kept) {
  const bar = document.createElement("div");
  bar.className = "message is-info";
  const words = document.createElement("span");
  words.textContent = `这里有您 ${kept.at.slice(5, 16).replace("T", " ")} 存下的草稿。`;
  const take = document.createElement("button");
  take.type = "button";
  take.className = "btn btn-small";
  take.textContent = "接着填";
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "btn btn-small btn-quiet";
  drop.textContent = "不用草稿";
  bar.append(words, take, drop);
  form.prepend(bar);
  take.addEventListener("click", () => { write(form, kept.values); bar.remove(); fieldsOf(form)[0]?.focus(); });
  drop.addEventListener("click", () => { localStorage.removeItem(keyOf(form)); bar.remove(); });
}

function local(date) {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString();
}

function follow(form) {
  if (form.dataset.drafted) return;
  form.dataset.drafted = "1";
  const key = keyOf(form);
  const kept = JSON.parse(localStorage.getItem(key) || "null");
  const old = kept && Date.now() - new Date(kept.at).getTime() > DAYS * 86400000;
  if (old) localStorage.removeItem(key);
  else if (kept && JSON.stringify(kept.values) !== JSON.stringify(read(form))) offer(form, kept);
  let timer;
  const state = form.querySelector("[data-draft-state]");
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const at = local(new Date());
      localStorage.setItem(key, JSON.stringify({ at, values: read(form) }));
      if (state) state.textContent = `草稿 ${at.slice(11, 16)} 已存`;
    }, 400);
  });
  form.addEventListener("reset", () => localStorage.removeItem(key));
}

// The server names the forms it has taken: <meta name="onevisit-taken" content="key"> on the page that follows.
for (const taken of document.querySelectorAll("meta[name=onevisit-taken]")) {
  localStorage.removeItem(`${PREFIX}:${document.body.dataset.person || ""}:${taken.content}`);
}
for (const form of document.querySelectorAll("form[data-draft]")) follow(form);
document.addEventListener("htmx:load", (event) => {
  for (const form of event.detail.elt.querySelectorAll?.("form[data-draft]") || []) follow(form);
});
