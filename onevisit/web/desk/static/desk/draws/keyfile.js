// The file in which a department keeps what its browser made for one draw: its key, and its receiving key for shares.
const encoder = new TextEncoder();
export const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
export const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
export const sha256 = async (text) => hex(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
export const commitmentOf = (draw, party, key) => sha256(`srd1|key|${draw}|${party}|${key}`);
const place = (field, draw, party) => `onevisit-${field}-${draw}-${party}`;

export function say(form, words) {
  form.querySelector("[data-key-state]").textContent = words;
}

/** Keep some fields in this browser and in a file that the department stores. */
export function keep(draw, party, fields) {
  for (const [field, value] of Object.entries(fields)) localStorage.setItem(place(field, draw, party), value);
  const content = JSON.stringify({ draw, party, ...fields }, null, 1);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "application/json" }));
  link.download = `key-${draw}-${party}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** Remember in this browser which manifest the department signed: its key goes to no other. */
export const noteSigned = (draw, party, digest) => localStorage.setItem(place("signed", draw, party), digest);
export const signedIn = (draw, party) => localStorage.getItem(place("signed", draw, party));

/** Return a kept field: from the chosen file if there is one, else from this browser; empty when it is not there. */
export async function kept(form, field) {
  const { draw, party } = form.dataset;
  const file = form.querySelector("[data-key-file]")?.files[0];
  if (!file) return localStorage.getItem(place(field, draw, party)) ?? "";
  try {
    const content = JSON.parse(await file.text());
    return content.draw === draw && content.party === party ? content[field] ?? "" : "";
  } catch {
    return "";
  }
}

/** Let the forms of one kind do something in this browser first; a form that is at it takes no second press. */
export function listen(selector, act) {
  for (const form of document.querySelectorAll(selector)) {
    if (!globalThis.crypto?.subtle) say(form, "本页须以 https 打开，才能使用密钥和份额。");
    let isBusy = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (isBusy || !globalThis.crypto?.subtle) return;
      isBusy = true;
      try {
        await act(form);
      } catch (error) {
        say(form, "没有做成，请刷新本页再试。");
        throw error;
      } finally {
        isBusy = false;
      }
    });
  }
}
