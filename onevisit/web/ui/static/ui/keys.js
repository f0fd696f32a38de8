// Single-key shortcuts of the desk; silent while somebody types or an input method composes, and they can be switched off.
import * as lists from "./lists.js";
import { openPalette } from "./palette.js";

const OFF = "onevisit-keys-off";
const PLACES = { i: "/inbox", o: "/offers/", p: "/plans/campaigns", d: "/draws/", v: "/visits/", f: "/findings/" };
let prefix = 0;

const box = document.getElementById("keys-switch");
if (box) {
  box.checked = localStorage.getItem(OFF) !== "1";
  box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "0" : "1"));
}

function isTyping(event) {
  return event.isComposing || event.target.closest?.("input, textarea, select, [contenteditable]");
}

function press(selector) {
  const scope = document.querySelector("#preview") || document;
  const found = scope.querySelector(selector) || document.querySelector(selector);
  if (found) found.click();
  return Boolean(found);
}

const ACTS = {
  "/": () => { document.getElementById("site-search")?.focus(); return true; },
  "?": () => press("[data-opens=keys-dialog]"),
  j: () => { lists.step(1); return true; },
  k: () => { lists.step(-1); return true; },
  Enter: () => { lists.open(); return Boolean(lists.current()); },
  x: () => { lists.mark(); return true; },
  e: () => press("[data-key=e], .action-bar .btn-primary, .page-actions .btn-primary"),
  u: () => press("[data-undo]"),
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem(OFF) === "1") return;
  if (isTyping(event) || document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  if (prefix && Date.now() - prefix < 1200 && PLACES[event.key]) {
    event.preventDefault();
    location.href = PLACES[event.key];
    return;
  }
  prefix = event.key === "g" ? Date.now() : 0;
  const act = ACTS[event.key] || (/^[a-z]$/.test(event.key) ? () => press(`[data-key="${event.key}"]`) : null);
  if (act && act()) event.preventDefault();
});
