// The presenter's window: a countdown, and a fresh page when the draw moves on.
import { start } from "./countdown.js";

for (const element of document.querySelectorAll("[data-countdown]")) {
  const seconds = Number(element.dataset.countdown);
  start(() => seconds, (text) => { element.textContent = text; });
}

const PERIOD = 5000;
setInterval(() => {
  if (!document.hidden && !document.querySelector("dialog[open]")) location.reload();
}, PERIOD);
