// A department's key: 32 random bytes made in this browser. Only its commitment leaves it before the hand-over.
import { generateX25519Identity, identityToRecipient } from "../../vendor/shares.js";
import { commitmentOf, hex, keep, kept, listen, say } from "./keyfile.js";

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
  const key = await kept(form, "key");
  if (!/^[0-9a-f]{64}$/.test(key)) {
    say(form, "没有找到本次抽取的密钥，请选择当时下载的密钥文件。");
    return;
  }
  form.elements.key.value = key;
  say(form, "正在交出。");
  form.submit();
}

listen("[data-key-commit]", commit);
listen("[data-key-hand]", hand);
