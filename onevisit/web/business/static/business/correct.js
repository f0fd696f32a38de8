/* Photos of a correction: made smaller on the phone, sent in parts that continue where the network broke off.
   Without this file, or without secure hashing, the form sends the photos whole. */
(() => {
  const EDGE = 1600, PART = 256 * 1024, TRIES = 6;
  if (!window.crypto?.subtle) return;

  const hex = (bytes) => [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("");
  const digest = async (data) => hex(await crypto.subtle.digest("SHA-256", data));
  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  /* The same photo under the same draft has the same id, so that a second try finds what the first has sent. */
  const idOf = async (draft, sha256) => {
    const mark = (await digest(new TextEncoder().encode(draft + sha256))).slice(0, 32).split("");
    mark[12] = "4";
    mark[16] = "8";
    return mark.join("").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  const smaller = async (file) => {
    if (!file.type.startsWith("image/")) return file;
    try {
      const picture = await createImageBitmap(file);
      const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      return made && made.size < file.size ? made : file;
    } catch {
      return file; // a picture that this phone cannot read is judged by the server
    }
  };

  class Refused extends Error {}

  const ask = async (form, url, options) => {
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await fetch(url, { ...options, headers: { "X-CSRFToken": token, ...options.headers } });
        if (answer.status < 500) {
          const said = await answer.json();
          if (!answer.ok) throw new Refused(said.message);
          return said;
        }
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
      if (attempt === TRIES) throw new Error("no network");
      say(form, form.querySelector(".progress").dataset.retry);
      await pause(1000 * 2 ** attempt);
    }
  };

  const say = (form, words) => {
    const line = form.querySelector(".progress");
    line.hidden = false;
    line.textContent = words;
  };

  const send = async (form, file, number, all) => {
    const body = await smaller(file);
    const bytes = await body.arrayBuffer();
    const sha256 = await digest(bytes);
    const id = await idOf(form.dataset.draft, sha256);
    const words = { id, sha256, size: bytes.byteLength, mime: body.type, title: file.name, taken_at: file.lastModified };
    const announce = { method: "POST", body: JSON.stringify(words), headers: { "Content-Type": "application/json" } };
    let here = await ask(form, form.dataset.correct, announce);
    while (!here.complete) {
      const percent = Math.floor((here.offset / bytes.byteLength) * 100);
      const waits = form.querySelector(".progress").dataset.waits;
      say(form, waits.replace("{n}", number).replace("{all}", all).replace("{p}", percent));
      const part = { method: "PATCH", body: bytes.slice(here.offset, here.offset + PART), headers: { "Upload-Offset": String(here.offset) } };
      try {
        here = await ask(form, form.dataset.files + id, part);
      } catch (error) {
        // An answer that got lost leaves the server further than we know: ask where it stands, once.
        const now = await ask(form, form.dataset.correct, announce);
        if (!now.complete && now.offset === here.offset) throw error;
        here = now;
      }
    }
    return id;
  };

  for (const form of document.querySelectorAll("form[data-correct]")) {
    const input = form.querySelector("input[type=file]");
    const button = form.querySelector("button");
    form.addEventListener("submit", async (event) => {
      const files = [...input.files];
      if (!files.length) return;
      event.preventDefault();
      if (files.length > Number(form.dataset.most)) {
        form.submit();
        return;
      }
      button.disabled = true;
      try {
        for (const old of form.querySelectorAll("input[name=sent]")) old.remove();
        for (const [place, file] of files.entries()) {
          const field = document.createElement("input");
          Object.assign(field, { type: "hidden", name: "sent", value: await send(form, file, place + 1, files.length) });
          form.append(field);
        }
        input.disabled = true; // they are there already
        form.submit();
      } catch (error) {
        say(form, error instanceof Refused ? error.message : form.querySelector(".progress").dataset.broken);
        button.disabled = false;
      }
    });
  }
})();
