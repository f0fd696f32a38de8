// The frame: folded menu, drawer on a phone, density of rows, server-gone bar, counts that stay fresh.
import { say } from "./announce.js";

const root = document.documentElement;
const year = 365 * 24 * 3600;

function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${year}; samesite=lax`;
}

const fold = document.getElementById("side-fold");
fold?.addEventListener("click", () => {
  const folded = root.classList.toggle("is-folded");
  fold.setAttribute("aria-pressed", String(folded));
  remember("onevisit_menu", folded ? "folded" : "open");
});

const drawer = document.getElementById("drawer-button");
drawer?.addEventListener("click", () => {
  const open = document.body.classList.toggle("is-drawer-open");
  drawer.setAttribute("aria-expanded", String(open));
  if (open) document.querySelector("#side a")?.focus();
});
document.addEventListener("click", (event) => {
  if (!document.body.classList.contains("is-drawer-open")) return;
  if (event.target.closest("#side, #drawer-button")) return;
  document.body.classList.remove("is-drawer-open");
  drawer.setAttribute("aria-expanded", "false");
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !document.body.classList.contains("is-drawer-open")) return;
  document.body.classList.remove("is-drawer-open");
  drawer.setAttribute("aria-expanded", "false");
  drawer.focus();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-density-toggle]")) return;
  const compact = root.dataset.density !== "compact";
  root.dataset.density = compact ? "compact" : "cosy";
  remember("onevisit_density", root.dataset.density);
  say(compact ? "已切换为紧凑行距" : "已切换为舒适行距");
});

// 深色 and 大字: at once, and remembered for this person on this device.
function choose(name, value) {
  remember(`onevisit_${name}_${document.body.dataset.keyOf || ""}`, value);
}

document.addEventListener("click", (event) => {
  const theme = event.target.closest("[data-theme-toggle]");
  const large = event.target.closest("[data-large-toggle]");
  if (theme) {
    const dark = root.dataset.theme !== "dark";
    root.dataset.theme = dark ? "dark" : "light";
    theme.setAttribute("aria-pressed", String(dark));
    choose("theme", root.dataset.theme);
    say(dark ? "已切换为深色" : "已切换为浅色");
  }
  if (large) {
    const on = root.toggleAttribute("data-large");
    large.setAttribute("aria-pressed", String(on));
    choose("large", on ? "1" : "0");
    say(on ? "已切换为大字" : "已切换为标准字号");
  }
});

// Server gone: the words stay until an answer comes back.
const bar = document.getElementById("server-bar");
let isGone = false;

export function serverGone() {
  isGone = true;
  bar.textContent = navigator.onLine
    ? "暂时连不上服务器。已填内容存有草稿，恢复后自动接上。"
    : "网络已断开。已填内容存有草稿，恢复后自动接上。";
  bar.hidden = false;
}

export function serverBack() {
  if (!isGone) return;
  isGone = false;
  bar.hidden = true;
  say("已重新连上服务器");
}

window.addEventListener("offline", serverGone);
window.addEventListener("online", () => refreshCounts());
document.addEventListener("htmx:sendError", serverGone);
document.addEventListener("htmx:afterOnLoad", serverBack);

const COUNTS_EVERY = 30000;

async function refreshCounts() {
  if (!document.body.dataset.person || document.hidden) return;
  try {
    const answer = await fetch("/inbox/counts", { headers: { Accept: "application/json" }, redirect: "error" });
    serverBack();
    if (!answer.ok) return;
    const counts = await answer.json();
    for (const place of document.querySelectorAll("[data-todo-count]")) {
      place.textContent = counts.todos ? String(counts.todos) : "";
      place.classList.toggle("is-late", counts.late > 0);
    }
    document.dispatchEvent(new CustomEvent("onevisit:counts", { detail: counts }));
  } catch (error) {
    if (!navigator.onLine) serverGone();
  }
}

refreshCounts();
setInterval(refreshCounts, COUNTS_EVERY);
