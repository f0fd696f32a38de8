// Entry of public and business pages: larger type and copying; every page works without it.
import "./copy.js";
import "./drops.js";

const KEY = "onevisit-large-type";
const button = document.getElementById("large-type");

function show(large) {
  document.documentElement.toggleAttribute("data-large", large);
  button?.setAttribute("aria-pressed", String(large));
}

show(localStorage.getItem(KEY) === "1");
button?.addEventListener("click", () => {
  const large = !document.documentElement.hasAttribute("data-large");
  localStorage.setItem(KEY, large ? "1" : "0");
  show(large);
});
