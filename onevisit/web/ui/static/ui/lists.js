// Rows by keyboard and by click: j k move, Enter opens, x marks; the row comes back after Back.
const ROWS = "tr[data-row], .todo[data-row]";
const PLACE = `onevisit-row:${location.pathname}${location.search}`;

export function rows() {
  return [...document.querySelectorAll(ROWS)].filter((row) => row.offsetParent !== null);
}

export function current() {
  return document.querySelector(`${ROWS.split(", ").map((one) => `${one}.is-cursor`).join(", ")}`);
}

export function moveTo(row) {
  if (!row) return;
  current()?.classList.remove("is-cursor");
  row.classList.add("is-cursor");
  row.scrollIntoView({ block: "nearest" });
  sessionStorage.setItem(PLACE, row.dataset.row);
  row.dispatchEvent(new CustomEvent("onevisit:row", { bubbles: true }));
}

export function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  moveTo(all[Math.min(all.length - 1, Math.max(0, at + by))] || all[0]);
}

export function open() {
  const row = current();
  const link = row?.querySelector("[data-row-link]") || row?.querySelector("a[href]");
  link?.click();
}

export function mark() {
  current()?.querySelector("input[type=checkbox]")?.click();
}

document.addEventListener("click", (event) => {
  const row = event.target.closest(ROWS);
  if (!row || event.target.closest("a, button, input, label, select, summary, details, form")) return;
  if (getSelection().toString()) return;
  moveTo(row);
  if (row.dataset.href) location.href = row.dataset.href;
});

const kept = sessionStorage.getItem(PLACE);
if (kept && performance.getEntriesByType("navigation")[0]?.type === "back_forward") {
  moveTo(document.querySelector(`[data-row="${CSS.escape(kept)}"]`));
}
