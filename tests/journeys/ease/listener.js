/* Runs in every document of a measured browser and tells each thing a person's hands did, as the DOM heard it. */
(() => {
  if (window.__easeListens) return;
  window.__easeListens = true;
  const MOVED_PX = 12;
  const MODIFIERS = ["Shift", "Control", "Alt", "Meta"];
  const held = new WeakMap();
  const pressedSelects = new WeakSet();
  let down = null;

  const tell = (what) => window.__easeHeard(JSON.stringify(what));
  const isText = (node) => node instanceof HTMLTextAreaElement || (node instanceof HTMLInputElement && !["checkbox", "radio", "file", "button", "submit", "range"].includes(node.type)) || node?.isContentEditable === true;
  const valueOf = (node) => (node.isContentEditable ? node.textContent : node.value) ?? "";

  const onDown = (event) => {
    if (!event.isTrusted || !event.isPrimary) return;
    down = { x: event.clientX, y: event.clientY, length: 0, last: [event.clientX, event.clientY] };
  };
  const onMove = (event) => {
    if (down === null || !event.isPrimary) return;
    down.length += Math.hypot(event.clientX - down.last[0], event.clientY - down.last[1]);
    down.last = [event.clientX, event.clientY];
  };
  const onUp = (event) => {
    if (!event.isTrusted || !event.isPrimary || down === null) return;
    const isDrag = down.length > MOVED_PX;
    down = null;
    const isTouch = event.pointerType === "touch" || matchMedia("(pointer: coarse)").matches;
    if (event.target instanceof HTMLSelectElement) pressedSelects.add(event.target);
    tell({ act: isDrag ? "drag" : isTouch ? "tap" : "click", on: (event.target.closest?.("a,button,label,input,select,textarea,canvas,summary")?.innerText ?? "").trim().slice(0, 20) });
  };
  const onCancel = () => {
    if (down !== null) tell({ act: "scroll" });
    down = null;
  };

  const onKey = (event) => {
    if (!event.isTrusted || event.repeat || MODIFIERS.includes(event.key)) return;
    const isChord = event.ctrlKey || event.altKey || event.metaKey;
    // What a key puts into a field is counted there, so that an input method and a keyboard are counted alike.
    if (isText(event.target) && event.key.length === 1 && !isChord) return;
    tell({ act: "key", on: event.key, chord: isChord ? 1 : 0 });
  };

  const onInput = (event) => {
    const node = event.target;
    if (!isText(node)) return;
    const before = held.get(node) ?? "";
    const after = valueOf(node);
    held.set(node, after);
    let start = 0;
    while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
    let end = 0;
    while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
    const typed = after.slice(start, after.length - end);
    if (typed !== "") tell({ act: "type", text: typed });
  };
  const onFocus = (event) => isText(event.target) && held.set(event.target, valueOf(event.target));

  const onChange = (event) => {
    if (!(event.target instanceof HTMLSelectElement)) return;
    // The list of a select is drawn by the system: its opening and the choice are presses that no script can hear.
    tell({ act: "choose", presses: pressedSelects.has(event.target) ? 1 : 2 });
    pressedSelects.delete(event.target);
  };

  const options = { capture: true, passive: true };
  addEventListener("pointerdown", onDown, options);
  addEventListener("pointermove", onMove, options);
  addEventListener("pointerup", onUp, options);
  addEventListener("pointercancel", onCancel, options);
  addEventListener("keydown", onKey, options);
  addEventListener("input", onInput, options);
  addEventListener("focusin", onFocus, options);
  addEventListener("change", onChange, options);
})();
