// Native dialogs: [data-opens="id"] opens, [data-closes] closes; focus goes back to the opener.
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
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog")?.close();
});
for (const dialog of document.querySelectorAll("dialog")) {
  if (dialog.querySelector(".has-error, [data-error-summary]")) dialog.showModal();
}
