// Menus and tips are <details>: one open at a time, Escape and a click elsewhere close them, none leaves the window.
const SELECTOR = "details.drop, details.tip";

function closeAll(except) {
  for (const open of document.querySelectorAll("details.drop[open], details.tip[open]")) {
    if (open !== except && !open.contains(except)) open.open = false;
  }
}

document.addEventListener("click", (event) => closeAll(event.target.closest(SELECTOR)));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.drop[open], details.tip[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary")?.focus();
  event.stopImmediatePropagation();
});
document.addEventListener("toggle", (event) => {
  const details = event.target;
  if (!details.matches?.(SELECTOR) || !details.open) return;
  closeAll(details);
  const panel = details.querySelector(".tip-panel, .drop-panel");
  if (!panel) return;
  panel.style.transform = "";
  const box = panel.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const shift = box.right > width - 8 ? width - 8 - box.right : box.left < 8 ? 8 - box.left : 0;
  if (shift) panel.style.transform = `translateX(${shift}px)`;
}, true);
