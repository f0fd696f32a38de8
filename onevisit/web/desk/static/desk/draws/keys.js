// A department's key: 32 random bytes made in this browser. Only its commitment leaves it before the hand-over.
import { generateX25519Identity, identityToRecipient } from "../../vendor/shares.js";
import { commitmentOf, hex, keep, kept, listen, noteSigned, say, signedIn } from "./keyfile.js";

async function commit(form) {
  const { draw, party } = form.dataset;
  const key = hex(crypto.getRandomValues(new Uint8Array(32)));
  const receiving = await generateX25519Identity();
  keep(draw, party, { key, receiving });
  form.elements.commitment.value = await commitmentOf(draw, party, key);
  form.elements.recipient.value = await identityToRecipient(receiving);
  say(form, "密钥文件已下载，正在提交承诺。");
  form.submit();
}

async function hand(form) {
  const { draw, party, digest } = form.dataset;
  const signed = signedIn(draw, party);
  if (signed && signed !== digest) {
    say(form, "这里的清单指纹与本部门在这台电脑上签认的不是同一份，密钥没有交出。请立即告诉执法监督单位。");
    return;
  }
  const key = await kept(form, "key");
  if (!/^[0-9a-f]{64}$/.test(key)) {
    say(form, "没有找到本次抽取的密钥，请选择当时下载的密钥文件。");
    return;
  }
  form.elements.key.value = key;
  say(form, "正在交出。");
  form.submit();
}

for (const form of document.querySelectorAll("[data-signs-manifest]")) {
  form.addEventListener("submit", (event) => {
    const { draw, party } = form.dataset;
    if (event.submitter?.value === "agree") noteSigned(draw, party, form.elements.fingerprint.value);
  });
}
listen("[data-key-commit]", commit);
listen("[data-key-hand]", hand);
