// One line for screen readers: say(words). After a swap the heading of the new region gets the focus if it asks for it.
export function say(words) {
  const live = document.getElementById("live");
  if (!live) return;
  live.textContent = "";
  setTimeout(() => { live.textContent = words; }, 50);
}

const summary = document.querySelector("form[method=post] [data-error-summary]");
if (summary) summary.focus();
else {
  const words = [...document.querySelectorAll("#messages .message span")].map((line) => line.textContent.trim());
  if (words.length) say(words.join("。"));
}

document.addEventListener("htmx:afterSwap", (event) => {
  const region = event.detail.target;
  const error = region.querySelector?.("[data-error-summary]");
  if (error) return error.focus();
  const heading = region.querySelector?.("[data-focus]");
  if (heading) heading.focus();
  const words = region.querySelector?.("[data-say]")?.dataset.say;
  if (words) say(words);
});
