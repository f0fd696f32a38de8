// Command palette (Ctrl K): the menu and the acts of this page, found by any part of their words; else a search.
const dialog = document.getElementById("palette-dialog");
const input = document.getElementById("palette-input");
const list = document.getElementById("palette-list");
let shown = [];
let at = 0;

function commands() {
  const links = [...document.querySelectorAll("#side a")].map((link) => ({
    words: link.title || link.textContent.trim(), hint: "页面", run: () => { location.href = link.href; },
  }));
  const acts = [...document.querySelectorAll(".page-actions .btn, .action-bar .btn")].map((button) => ({
    words: button.textContent.trim(), hint: "操作", run: () => button.click(),
  }));
  const own = [...document.querySelectorAll(".identity .drop-panel a, .identity .drop-panel button")].map((item) => ({
    words: item.textContent.trim(), hint: "个人", run: () => item.click(),
  }));
  return [...acts, ...links, ...own];
}

function draw() {
  const asked = input.value.trim().toLowerCase();
  shown = commands().filter((command) => command.words.toLowerCase().includes(asked));
  if (asked) {
    shown.push({ words: `查找检查对象“${input.value.trim()}”`, hint: "搜索",
      run: () => { location.href = `/registers/targets?q=${encodeURIComponent(input.value.trim())}`; } });
  }
  at = Math.min(at, Math.max(0, shown.length - 1));
  list.replaceChildren(...shown.map((command, index) => {
    const line = document.createElement("li");
    line.setAttribute("role", "option");
    line.id = `palette-${index}`;
    line.setAttribute("aria-selected", String(index === at));
    const link = document.createElement("a");
    const hint = document.createElement("span");
    hint.className = "muted";
    hint.textContent = command.hint;
    link.append(command.words, hint);
    line.append(link);
    line.addEventListener("click", () => run(index));
    return line;
  }));
  input.setAttribute("aria-activedescendant", shown.length ? `palette-${at}` : "");
  list.children[at]?.scrollIntoView({ block: "nearest" });
}

function run(index) {
  const command = shown[index];
  dialog.close();
  command?.run();
}

export function openPalette() {
  if (!dialog || dialog.open) return;
  input.value = "";
  at = 0;
  dialog.showModal();
  draw();
  input.focus();
}

input?.addEventListener("input", () => { at = 0; draw(); });
input?.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    at = (at + (event.key === "ArrowDown" ? 1 : -1) + shown.length) % Math.max(1, shown.length);
    draw();
    event.preventDefault();
  } else if (event.key === "Enter") {
    event.preventDefault();
    run(at);
  }
});
