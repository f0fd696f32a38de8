// [data-prints] prints the page; print.css says what stands on paper.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) window.print();
});
