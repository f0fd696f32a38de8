// [data-copy] puts its value on the clipboard and says so in the button for two seconds.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const label = button.lastChild;
  const words = label.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    label.textContent = "已复制";
  } catch (error) {
    label.textContent = "请手工选取";
    const code = button.parentElement.querySelector("code");
    if (code) getSelection().selectAllChildren(code);
  }
  setTimeout(() => { label.textContent = words; }, 2000);
});
