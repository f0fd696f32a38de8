// Native dialogs: [data-opens="id"] opens, [data-closes] closes; an address with #id opens it; [data-unfolds="id"] shows a form.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (dialog && !dialog.open) {
      opener.closest("details.drop")?.removeAttribute("open");
      dialog.showModal();
      dialog.dispatchEvent(new CustomEvent("opened"));
    }
    return;
  }
  const unfolder = event.target.closest("[data-unfolds]");
  if (unfolder) {
    const part = document.getElementById(unfolder.dataset.unfolds);
    if (!part) return;
    part.hidden = !part.hidden;
    unfolder.setAttribute("aria-expanded", String(!part.hidden));
    if (!part.hidden) part.querySelector("input:not([type=hidden]), textarea, select")?.focus();
    return;
  }
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog")?.close();
});
for (const dialog of document.querySelectorAll("dialog")) {
  if (dialog.querySelector(".has-error, [data-error-summary]")) dialog.showModal();
}
if (location.hash) {
  const named = document.getElementById(location.hash.slice(1));
  if (named instanceof HTMLDialogElement && !named.open) named.showModal();
}
