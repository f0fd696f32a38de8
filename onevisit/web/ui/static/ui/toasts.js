// Undo: a message line [data-undo-line] with its form floats, counts its seconds down and goes.
const place = document.getElementById("toasts");

function float(line) {
  const button = line.querySelector("button");
  let left = Number(line.dataset.seconds);
  const write = () => { button.textContent = `撤销（${left} 秒内）`; };
  write();
  line.className = "toast-line";
  place.append(line);
  const timer = setInterval(() => {
    left -= 1;
    write();
    if (left > 0) return;
    clearInterval(timer);
    line.remove();
  }, 1000);
}

function collect(root) {
  for (const line of root.querySelectorAll?.(".message[data-undo-line]") || []) float(line);
}

collect(document);
document.addEventListener("htmx:load", (event) => collect(event.detail.elt.parentElement || event.detail.elt));
