// A department's key: 32 random bytes made in this browser. Only its commitment leaves it before the hand-over.
const encoder = new TextEncoder();
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const place = (draw, party) => `onevisit-key-${draw}-${party}`;

export async function commitmentOf(draw, party, key) {
  return hex(await crypto.subtle.digest("SHA-256", encoder.encode(`srd1|key|${draw}|${party}|${key}`)));
}

function say(form, words) {
  form.querySelector("[data-key-state]").textContent = words;
}

function download(draw, party, key) {
  const content = JSON.stringify({ draw, party, key }, null, 1);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "application/json" }));
  link.download = `key-${draw}-${party}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

async function commit(form) {
  const { draw, party } = form.dataset;
  const key = hex(crypto.getRandomValues(new Uint8Array(32)));
  localStorage.setItem(place(draw, party), key);
  download(draw, party, key);
  form.elements.commitment.value = await commitmentOf(draw, party, key);
  say(form, "密钥文件已下载，正在提交承诺。");
  form.submit();
}

async function keyOf(form) {
  const { draw, party } = form.dataset;
  const file = form.querySelector("[data-key-file]").files[0];
  if (!file) return localStorage.getItem(place(draw, party)) ?? "";
  try {
    const content = JSON.parse(await file.text());
    return content.draw === draw && content.party === party ? content.key : "";
  } catch {
    return "";
  }
}

async function hand(form) {
  const key = await keyOf(form);
  if (!/^[0-9a-f]{64}$/.test(key)) {
    say(form, "没有找到本次抽取的密钥，请选择当时下载的密钥文件。");
    return;
  }
  form.elements.key.value = key;
  say(form, "正在交出。");
  form.submit();
}

function listen(selector, act) {
  for (const form of document.querySelectorAll(selector)) {
    if (!globalThis.crypto?.subtle) say(form, "本页须以 https 打开，才能生成和交出密钥。");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (globalThis.crypto?.subtle) act(form);
    });
  }
}

listen("[data-key-commit]", commit);
listen("[data-key-hand]", hand);
