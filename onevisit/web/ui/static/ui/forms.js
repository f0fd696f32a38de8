// Forms: no double sending, counters under long texts, shown passwords, caps lock, file drops, timeline filters.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.dataset.busy) {
    if (form.dataset.busy) event.preventDefault();
    return;
  }
  if (event.defaultPrevented) return;
  form.dataset.busy = "1";
  event.submitter?.classList.add("is-busy");
  setTimeout(() => { delete form.dataset.busy; event.submitter?.classList.remove("is-busy"); }, 4000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-busy]")) delete form.dataset.busy;
});

export function dress(root) {
  for (const area of root.querySelectorAll(".field textarea[maxlength]")) {
    if (area.dataset.counted) continue;
    area.dataset.counted = "1";
    const counter = document.createElement("span");
    counter.className = "counter";
    const limit = Number(area.getAttribute("maxlength"));
    const write = () => { counter.textContent = `${area.value.length} / ${limit}`; };
    area.after(counter);
    area.addEventListener("input", write);
    write();
  }
  for (const input of root.querySelectorAll(".field input[type=password]")) {
    if (input.dataset.revealed) continue;
    input.dataset.revealed = "1";
    const box = document.createElement("div");
    box.className = "with-reveal";
    input.before(box);
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "显示";
    button.setAttribute("aria-pressed", "false");
    box.append(input, button);
    button.addEventListener("click", () => {
      const shown = input.type === "text";
      input.type = shown ? "password" : "text";
      button.textContent = shown ? "显示" : "隐藏";
      button.setAttribute("aria-pressed", String(!shown));
    });
    const hint = document.createElement("span");
    hint.className = "helptext";
    hint.setAttribute("role", "status");
    box.after(hint);
    input.addEventListener("keyup", (key) => {
      hint.textContent = key.getModifierState?.("CapsLock") ? "大写锁定已打开" : "";
    });
  }
  for (const drop of root.querySelectorAll("[data-file-drop]")) {
    if (drop.dataset.dressed) continue;
    drop.dataset.dressed = "1";
    dressDrop(drop);
  }
}

function dressDrop(drop) {
  const input = drop.querySelector("input[type=file]");
  const names = drop.querySelector("[data-file-names]");
  const write = () => {
    names.replaceChildren(...[...input.files].map((file) => {
      const line = document.createElement("li");
      const size = file.size < 1048576 ? `${Math.ceil(file.size / 1024)} KB` : `${(file.size / 1048576).toFixed(1)} MB`;
      line.textContent = `${file.name}（${size}）`;
      return line;
    }));
  };
  input.addEventListener("change", write);
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("is-over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("is-over");
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

document.addEventListener("change", (event) => {
  const box = event.target.closest("[data-timeline]");
  if (!box || !event.target.matches("[data-timeline-kind], [data-timeline-organ]")) return;
  const kind = box.querySelector("[data-timeline-kind]").value;
  const organ = box.querySelector("[data-timeline-organ]").value;
  for (const entry of box.querySelectorAll(".timeline-entry")) {
    entry.hidden = Boolean((kind && entry.dataset.kind !== kind) || (organ && entry.dataset.organ !== organ));
  }
  const folded = box.querySelector(".timeline-more");
  if (folded && (kind || organ)) folded.open = true;
});

dress(document);
document.addEventListener("htmx:load", (event) => dress(event.detail.elt));
