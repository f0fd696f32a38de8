// The projector. It asks for the present scene every two seconds and never computes anything itself.
// Space shows the next act that has been reached, the left arrow looks back; looking back changes nothing.
import { start } from "./countdown.js";

const main = document.getElementById("scene");
const caption = document.getElementById("caption");
const stale = document.getElementById("stale");
const PERIOD = 2000;
let shown = 0;
let timer = 0;
let latest = new Date();

const scene = () => main.querySelector(".scene");
const reached = () => Number(scene().dataset.reached);

function show(number) {
  const changed = number !== shown;
  shown = Math.min(Math.max(number, 1), reached());
  for (const act of main.querySelectorAll("[data-act]")) act.hidden = Number(act.dataset.act) !== shown;
  for (const item of main.querySelectorAll("[data-goto]")) item.toggleAttribute("data-shown", Number(item.dataset.goto) === shown);
  if (changed) {
    const act = main.querySelector(`[data-act="${shown}"]`);
    caption.textContent = `第 ${shown} 幕 ${act.getAttribute("aria-label")}。${main.querySelector(".line").textContent}`;
  }
}

function count() {
  clearInterval(timer);
  const seconds = Number(scene().dataset.seconds);
  timer = start(() => seconds, (text) => {
    for (const element of main.querySelectorAll("[data-countdown]")) element.textContent = text;
  });
}

async function refresh() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const text = await answer.text();
    const page = new DOMParser().parseFromString(text, "text/html");
    const next = page.querySelector(".scene");
    if (!next) return halt(answer.redirected ? "登录已过期，请在新窗口重新登录，画面会自己接上" : "本页已打不开，请刷新");
    const before = reached();
    main.replaceChildren(document.importNode(next, true));
    latest = new Date();
    stale.hidden = true;
    count();
    show(reached() > before ? reached() : shown);
  } catch {
    halt("正在重新连接");
  }
}

function halt(why) {
  const time = latest.toLocaleTimeString("zh-CN", { hour12: false, hour: "2-digit", minute: "2-digit" });
  stale.textContent = `画面停在 ${time}，${why}。`;
  stale.hidden = false;
}

addEventListener("keydown", (event) => {
  if (event.target.closest("a, button, input")) return;
  if (event.key === " " || event.key === "ArrowRight") show(shown + 1);
  else if (event.key === "ArrowLeft") show(shown - 1);
  else if (event.key === "f" || event.key === "F") document.documentElement.requestFullscreen?.();
  else return;
  event.preventDefault();
});

count();
show(reached());
setInterval(refresh, PERIOD);
