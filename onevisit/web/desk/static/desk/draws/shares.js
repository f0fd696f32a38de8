// The shares of a department's key: split, sealed, opened and combined in this browser. The platform keeps what is
// sealed and the digests; it sees a share only when its holder hands it in.
import { Decrypter, Encrypter, armor, combine, generateX25519Identity, identityToRecipient, split } from "../../vendor/shares.js";
import { commitmentOf, fromHex, hex, keep, kept, listen, say, sha256 } from "./keyfile.js";

const MOST_TRIES = 500;
const NO_FILE = "没有找到本次抽取的密钥文件内容，请选择当时下载的密钥文件。";
const given = (form) => JSON.parse(form.dataset.given);
const digestOf = (draw, party, holder, share) => sha256(`onevisit-share1|${draw}|${party}|${holder}|${share}`);

async function sealTo(recipient, content) {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(JSON.stringify(content)));
}

async function opened(identity, sealed) {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    return JSON.parse(await decrypter.decrypt(armor.decode(sealed), "text"));
  } catch {
    return null;
  }
}

/** Return the receiving key that fits the registered public one; with another one every share would seem broken. */
async function identityOf(form, recipient) {
  const identity = await kept(form, "receiving");
  try {
    return (await identityToRecipient(identity)) === recipient ? identity : "";
  } catch {
    return "";
  }
}

/** Yield every choice of some entries of a list. */
function* choices(list, count, start = 0) {
  if (count === 0) yield [];
  for (let i = start; count > 0 && i <= list.length - count; i++) {
    for (const rest of choices(list, count - 1, i + 1)) yield [list[i], ...rest];
  }
}

async function keyFrom(shares) {
  try {
    return hex(await combine(shares.map(fromHex)));
  } catch {
    return "";
  }
}

/** Return the key that some of the shares combine to, empty if none of the choices opens the commitment. */
async function combined(draw, { party, commitment, needed }, shares) {
  let tries = 0;
  for (const chosen of choices(shares, needed)) {
    if (++tries > MOST_TRIES) break;
    const key = await keyFrom(chosen);
    if (key && (await commitmentOf(draw, party, key)) === commitment) return key;
  }
  return "";
}

/** Tell whether every share lies on the one curve through the key, so that any choice of enough of them combines. */
async function allCombine(draw, deposit, shares) {
  const base = shares.slice(0, deposit.needed - 1);
  for (const share of shares.slice(deposit.needed - 1)) {
    const key = await keyFrom([...base, share]);
    if (!key || (await commitmentOf(draw, deposit.party, key)) !== deposit.commitment) return false;
  }
  return true;
}

async function escrow(form) {
  const { draw, party } = form.dataset;
  const receiving = await generateX25519Identity();
  keep(draw, party, { receiving });
  form.elements.recipient.value = await identityToRecipient(receiving);
  say(form, "收存密钥文件已下载，正在登记。");
  form.submit();
}

async function deposit(form) {
  const { draw, party } = form.dataset;
  const { needed, recipients, escrow: to, commitment } = given(form);
  const key = await kept(form, "key");
  if (!/^[0-9a-f]{64}$/.test(key) || (await commitmentOf(draw, party, key)) !== commitment) return say(form, NO_FILE);
  say(form, "正在拆分和加密份额。");
  const holders = Object.keys(recipients).sort();
  const shares = (await split(fromHex(key), holders.length, needed)).map(hex);
  if (!(await allCombine(draw, { party, commitment, needed }, shares))) return say(form, "份额合不成密钥，没有存放。请再试一次。");
  const parts = {};
  for (const [place, holder] of holders.entries()) {
    const share = shares[place];
    const sealed = await sealTo(recipients[holder], { draw, party, holder, share });
    parts[holder] = { digest: await digestOf(draw, party, holder, share), sealed };
  }
  const all = Object.fromEntries(holders.map((holder, place) => [holder, shares[place]]));
  form.elements.deposit.value = JSON.stringify({ shares: parts, escrow: await sealTo(to.recipient, { draw, party, shares: all }) });
  say(form, "正在存放。");
  form.submit();
}

/** Open one share and compare it with its digest; return why it is of no use, or the share. */
async function shareOf(draw, holder, identity, { party, sealed, digest }) {
  const content = await opened(identity, sealed);
  const share = content?.share;
  if (content?.draw !== draw || content.party !== party || content.holder !== holder || !/^[0-9a-f]{66}$/.test(share)) {
    return { reason: "UNREADABLE" };
  }
  return (await digestOf(draw, party, holder, share)) === digest ? { share } : { reason: "DIGEST" };
}

function answer(form, good, rejected, words) {
  form.elements.answers.value = JSON.stringify({ good, rejected });
  say(form, words);
  form.submit();
}

async function check(form) {
  const { draw, party: holder } = form.dataset;
  const { recipient, shares } = given(form);
  const identity = await identityOf(form, recipient);
  if (!identity) return say(form, NO_FILE);
  const good = [], rejected = {};
  for (const one of shares) {
    const { reason } = await shareOf(draw, holder, identity, one);
    if (reason) rejected[one.id] = reason;
    else good.push(one.id);
  }
  answer(form, good, rejected, "已逐份打开，正在登记核对结果。");
}

async function faultOf(draw, identity, one) {
  const content = await opened(identity, one.sealed);
  if (content?.draw !== draw || content.party !== one.party || typeof content.shares !== "object") return "UNREADABLE";
  const shares = [];
  for (const [holder, digest] of Object.entries(one.digests)) {
    const share = content.shares[holder];
    if (!/^[0-9a-f]{66}$/.test(share) || (await digestOf(draw, one.party, holder, share)) !== digest) return "DIGEST";
    shares.push(share);
  }
  return (await allCombine(draw, one, shares)) ? "" : "COMMITMENT";
}

async function verify(form) {
  const { draw } = form.dataset;
  const { recipient, deposits } = given(form);
  const identity = await identityOf(form, recipient);
  if (!identity) return say(form, NO_FILE);
  const good = [], rejected = {};
  for (const one of deposits) {
    const reason = await faultOf(draw, identity, one);
    if (reason) rejected[one.id] = reason;
    else good.push(one.id);
  }
  answer(form, good, rejected, "已逐把合成比对，正在登记核对结果。");
}

async function open(form) {
  const { draw, party: holder } = form.dataset;
  const one = given(form);
  const identity = await identityOf(form, one.recipient);
  if (!identity) return say(form, NO_FILE);
  const { share, reason } = await shareOf(draw, holder, identity, one);
  if (reason) return say(form, reason === "DIGEST" ? "份额与公布的指纹不符，不能交出。" : "这份份额打不开，不能交出。");
  form.elements.share.value = share;
  form.elements.key.value = await combined(draw, one, [...one.opened, share]);
  say(form, form.elements.key.value ? "份额已够，密钥已合成，正在交出。" : "正在交出份额。");
  form.submit();
}

async function join(form) {
  const { draw } = form.dataset;
  const one = given(form);
  const key = await combined(draw, one, one.opened);
  if (!key) return say(form, "已交的份额合不成所承诺的密钥，请其余部门也交出份额。");
  form.elements.key.value = key;
  say(form, "密钥已合成，正在提交。");
  form.submit();
}

listen("[data-share-escrow]", escrow);
listen("[data-share-deposit]", deposit);
listen("[data-share-check]", check);
listen("[data-share-verify]", verify);
listen("[data-share-open]", open);
listen("[data-share-combine]", join);
