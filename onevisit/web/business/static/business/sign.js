/* The signature pad of the party's own phone: strokes on a canvas, sent as a picture with the form. */
(() => {
  const form = document.getElementById("sign-form");
  const pad = document.getElementById("pad");
  const error = document.getElementById("pad-error");
  const SCALE = 2;
  const ENOUGH_POINTS = 8;
  let points = 0;
  let isDown = false;

  const pen = pad.getContext("2d");

  function clear() {
    pad.width = pad.clientWidth * SCALE;
    pad.height = pad.clientHeight * SCALE;
    pen.fillStyle = "#FFFFFF";
    pen.fillRect(0, 0, pad.width, pad.height);
    pen.lineWidth = 3 * SCALE;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#101820";
    points = 0;
  }

  pad.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    isDown = true;
    error.textContent = "";
    pen.beginPath();
    pen.moveTo(event.offsetX * SCALE, event.offsetY * SCALE);
  });
  pad.addEventListener("pointermove", (event) => {
    if (!isDown) return;
    event.preventDefault();
    pen.lineTo(event.offsetX * SCALE, event.offsetY * SCALE);
    pen.stroke();
    points += 1;
  });
  for (const name of ["pointerup", "pointercancel"]) pad.addEventListener(name, () => (isDown = false));
  document.getElementById("clear").addEventListener("click", clear);
  form.addEventListener("submit", (event) => {
    if (points < ENOUGH_POINTS) {
      event.preventDefault();
      error.textContent = error.dataset.empty;
      return;
    }
    document.getElementById("picture").value = pad.toDataURL("image/png");
  });
  clear();
})();
