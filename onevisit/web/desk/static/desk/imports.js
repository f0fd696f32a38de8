// Imports: take a suggestion into its field without sending the page; name a file that is too large before it is sent.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  const input = button && document.getElementById(button.dataset.fill);
  if (!input) return;
  event.preventDefault();
  input.value = button.dataset.value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.focus();
});
document.addEventListener("change", (event) => {
  const input = event.target;
  const largest = Number(document.querySelector("[data-largest-mb]")?.dataset.largestMb);
  if (input.type !== "file" || !largest || !input.files.length) return;
  const isTooLarge = input.files[0].size > largest * 1024 * 1024;
  input.setCustomValidity(isTooLarge
    ? `文件超过 ${largest} MB，没有导入任何一行。请按区拆分后分次导入。`
    : "");
  if (isTooLarge) input.reportValidity();
});
