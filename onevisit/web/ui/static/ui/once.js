// Every form that posts carries a key, so that a second sending of the same form acts once (see idempotency.py).
// The key stays while the form stands: a try without an answer is repeated under it. A page brought back is a new form.
function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.elements.namedItem("once")) return;
  const key = document.createElement("input");
  key.type = "hidden";
  key.name = "once";
  key.value = fresh();
  form.append(key);
}, true);

window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const key of document.querySelectorAll("input[type=hidden][name=once]")) key.value = fresh();
});
