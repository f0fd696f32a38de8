// 在这台设备上重算: step 1 fetches the public files of a draw and the curve library, step 2 re-computes it without the network.
import { Refused, canonical, checkBeside, isRepetition, load, parse, verify } from "./srd1.js";

const place = document.getElementById("verify");

/** What does not agree: in which file, and which field. */
class Mismatch extends Error {
  constructor(file, field) {
    super(`${file}: ${field}`);
    Object.assign(this, { file, field });
  }
}

/** A refusal of the verifier names a frame's file itself; everything else stands in the receipt. */
function mismatchOf(text) {
  const [, detail] = text.match(/^E_[A-Z_0-9]+: (.*)$/) ?? [null, text];
  const [, file, field] = detail.match(/^(\S+\.txt) (\S+)$/) ?? [null, "receipt.json", detail];
  return new Mismatch(file, field);
}

function part(tag, words, attributes = {}) {
  const element = document.createElement(tag);
  element.textContent = words;
  for (const [name, content] of Object.entries(attributes)) element.setAttribute(name, content);
  return element;
}

/** Fetch a public file; undefined where there is none and it may be missing. */
async function fetched(name, isNeeded) {
  const answer = await fetch(new URL(name, new URL(place.dataset.files, location.href)), { cache: "no-store" });
  if (answer.status === 404 && !isNeeded) return undefined;
  if (!answer.ok) throw new Mismatch(name, String(answer.status));
  return new Uint8Array(await answer.arrayBuffer());
}

/** The names of the ledger proofs of a receipt with so many replacement rounds. */
function proofNames(rounds) {
  const names = ["policy.txt", "manifest.tlog-proof", "result-0.tlog-proof"];
  for (let round = 1; round <= rounds; round++) names.push(`order-${round}.tlog-proof`, `result-${round}.tlog-proof`);
  return names;
}

async function filesOf() {
  const receipt = await fetched("receipt.json", true);
  const { manifest, orders } = parse(receipt);
  if (canonical(parse(await fetched("manifest.json", true))) !== canonical(manifest)) throw new Mismatch("manifest.json", "manifest");
  const frames = {}, proofs = {};
  for (const { item } of manifest.items) frames[item] = await fetched(`${item}.txt`, true);
  for (const name of proofNames(orders.length)) {
    const bytes = await fetched(name, false);
    if (bytes) proofs[name] = bytes;
  }
  const others = {};
  for (const name of (place.dataset.others ?? "").split(",")) {
    const bytes = name && !(name in proofs) && name !== "receipt.json" ? await fetched(name, false) : undefined;
    if (bytes) others[name] = bytes;
  }
  for (const [item, bytes] of Object.entries(frames)) others[`${item}.txt`] = bytes;
  const plan = await fetched("plan.json", false), previous = manifest.prev ? await fetched("previous.json", false) : undefined;
  await load();
  return { receipt, frames, proofs, others, plan, previous, total: manifest.items.reduce((sum, { n }) => sum + n, 0) };
}

/** The ledger proofs as they are checked: with the visitor's own policy, if there is one; undefined without any proof. */
async function proofsOf(proofs, own) {
  const isProven = Object.keys(proofs).some((name) => name.endsWith(".tlog-proof"));
  if (!isProven) return undefined;
  return own ? { ...proofs, "policy.txt": new Uint8Array(await own.arrayBuffer()) } : proofs;
}

export function good(tickets, hasOwnPolicy) {
  const number = tickets.toLocaleString("en-US");
  const policy = hasOwnPolicy ? "您自己的策略文件" : "随附的策略文件";
  return `核验通过：这台设备重新计算了 ${number} 个抽签号，与公布结果完全一致；承诺由${policy}所列的见证在种子产生前联署（V1）。计算过程没有使用网络。`;
}

/** What each check that was not made would have shown. */
const LACKING = {
  V1: ["承诺的见证（V1）没有在本页核验", "没有见证证明清单是在种子产生之前定下的"],
  "V7-of-repeated": ["对象怎么抽中（V7）没有在本页核验", "本次只重抽执法人员，对象是在上一次抽取抽出的；请再核验那一次抽取的页面或整包"],
  V10: ["与上一次抽取的衔接（V10）没有核验", "没有上一次抽取的记录（previous.json），不能证明中间没有别的抽取；上一次还在封存的，公开以后再核验一次"],
};

/** Section 14: what nobody witnessed, or nobody looked up, is not called verified. */
export function partial(tickets, lacking = ["V1"]) {
  const number = tickets.toLocaleString("en-US"), known = lacking.map((one) => LACKING[one] ?? [`${one} 没有核验`, `${one} 被跳过`]);
  const [heads, whys] = [known.map(([head]) => head).join("，"), known.map(([, why]) => why).join("；")];
  return `重算一致；${heads}。这台设备重新计算了 ${number} 个抽签号，与公布结果一致，计算过程没有使用网络；但${whys}，所以不算核验通过。`;
}

export function bad({ file, field, said }, organ) {
  return `核验不通过：文件 ${file}${said ? `：${said}` : ` 的 ${field} 与公布的指纹不一致`}。请重新下载；仍不一致的，请保存本页，向 ${organ} 反映。`;
}

/** A policy file of another city, or none at all, says nothing of the draw, and is nobody's to answer. */
const UNFIT = /^E_(?:POLICY\b|LOG: the origin is no log)/;
export function unfit(name, text) {
  const why = text.startsWith("E_LOG") ? "它列的台账不是本页的台账" : "它不合策略文件的规则";
  return `没有核验：您选的策略文件 ${name} 用不上，${why}（${text}）。请核对是不是选错了文件，重新选择后再做第二步；不选则用随附的策略文件。`;
}

/** The same log by its name, another key: only a policy that somebody kept from before can show that. */
function exchanged(name, text) {
  const said = `您选的策略文件里，本台账用的是另一把公钥，承诺不是它签的（${text}）。这份文件若是您早先从本市保存的，说明台账可能被换过；若不是，请核对是否选错了文件`;
  return Object.assign(new Mismatch(name, text), { said });
}

/** The check that did not hold, as the report of who verified names it: `V7 E_MISMATCH`. */
export function failingOf({ number, text }) {
  const [code] = text.match(/^E_[A-Z_]+/) ?? [""];
  return `V${number} ${code}`.trim();
}

/** Checked without the ledger's help or not at all, so the page names them: files that no check of this page opens. */
const LOOKED_AT = /^(?:manifest|plan|previous|sources|conditions|repeated)\.json$|^(?:batches|groups)\.txt$|^excluded-|^lodged-|^consent-.*\.json$|^policy\.txt$|^(?:manifest|plan|sourced|conditions|batches|policy|repeated|repeated-result|approved-.*|attested-.*|consent-.*|key-.*|value-.*|order-.*|result-.*)\.tlog-proof$/;

/** What stands beside the receipt: the files that hold, and those that this page held against nothing. */
export function besideWords(found, names) {
  const held = found.filter(([, isHeld]) => isHeld).map(([name]) => name);
  const open = found.filter(([, isHeld]) => !isHeld).map(([name]) => name);
  const unseen = names.filter((name) => name && !LOOKED_AT.test(name) && !held.includes(name));
  const rest = [...new Set([...open, ...unseen])];
  return `随附文件：${held.length} 个与留痕、清单一致${held.length ? `（${held.join("、")}）` : ""}。${rest.length ? `没有核对：${rest.join("、")}。` : ""}`;
}

/** Hold the files beside the receipt against the ledger; without proofs nothing can be held. */
async function heldBeside(receipt, files, proofs, own) {
  const names = Object.keys(files.others).filter((name) => !(name.replace(/\.txt$/, "") in files.frames));
  if (!proofs) return `随附文件：没有留痕证明，都没有核对${names.length ? `（${names.join("、")}）` : ""}。`;
  const published = own ? { "published policy.txt": files.proofs["policy.txt"] } : {};
  return besideWords(await checkBeside(receipt, { ...files.others, ...proofs, ...published }), names);
}

/** Fills in 我核验过, so that it only has to be sent; whether it is sent is the visitor's choice. */
function fillReport(outcome, failing = "") {
  const form = document.querySelector("form[data-report]");
  if (!form) return;
  for (const one of form.querySelectorAll("input[name=outcome]")) one.checked = one.value === outcome;
  form.elements.failing.value = failing;
}

/** What a refusal of the ledger's proofs, the plan or the record before means to who reads it. */
const REASONS = {
  E_POLICY: "策略文件不合规则",
  E_FILE: "缺少这个文件，或者读不出",
  E_PROOF: "证明不成立，承诺或结果不在所签的检查点之内",
  E_LOG: "不是策略文件所列的台账签的",
  E_SIGNATURE: "签名不对",
  E_QUORUM: "联署的见证没有达到策略文件要求的数目",
  E_LATE: "见证联署得太晚，不在种子产生前 10 分钟以前",
  E_MISMATCH: "与抽取记录不一致",
  E_DRAW: "是另一次抽取的",
};

/** The same of a file beside the receipt, where it means something else. */
const BESIDE_REASONS = {
  E_LATE: "见证得太晚，那时别的取值已经公开，或者承诺已经作出",
  E_ORDER: "登记得太晚，在承诺或结果之后",
  E_MISMATCH: "与留痕、清单或抽取记录不一致",
};

/** V1, V2, V10 and V11 have files of their own; a refusal of another check names its file or stands in the receipt. */
function mismatchIn({ number, text }) {
  const own = { 1: "manifest.tlog-proof", 2: "plan.json", 10: "previous.json", 11: "result-0.tlog-proof" }[number];
  const isOfReceipt = number === 11 && text.startsWith("E_MISMATCH") && !text.endsWith("of the entry");
  if (!own || isOfReceipt) return mismatchOf(text);
  const [code] = text.match(/^E_[A-Z_]+/) ?? [""];
  const file = code === "E_POLICY" ? "policy.txt" : text.match(/[\w.-]+\.(?:tlog-proof|txt)/)?.[0] ?? own;
  return Object.assign(new Mismatch(file, text), { said: `${REASONS[code] ?? "不合规则"}（${text}）` });
}

/** A refusal of a file beside the receipt names that file itself. */
function besideMismatch({ code, message, file: own }) {
  const file = message.match(/(?:[\w.-]+\.(?:tlog-proof|txt|json|note))/)?.[0] ?? own ?? "policy.txt";
  return Object.assign(new Mismatch(file, message), { said: `${BESIDE_REASONS[code] ?? REASONS[code] ?? "不合规则"}（${message}）` });
}

/** The first round whose digest or seal is not the one that this page publishes, -1 if there is none. */
function differingRound(results) {
  if (!place.dataset.digests) return -1;
  const published = place.dataset.digests.split(",");
  for (let round = 0; round < Math.max(published.length, results.length); round++) {
    const own = results[round];
    if (!own || (published[round] !== own.seal && published[round] !== own.digest)) return round;
  }
  return -1;
}

async function download(state, { first, second, words }) {
  first.disabled = true;
  words.textContent = "正在下载文件。";
  delete words.dataset.outcome;
  try {
    state.files = await filesOf();
    second.disabled = false;
    words.textContent = "文件和计算程序都已下载。现在可以断网（关掉无线、拔掉网线），再做第二步；有自己的策略文件的，先在下面选上。";
    words.dataset.loaded = "";
  } catch (error) {
    const found = error instanceof Mismatch ? error : mismatchOf(error instanceof Refused ? error.message : String(error));
    words.textContent = bad(found, place.dataset.organ || "抽取的组织单位");
    words.dataset.outcome = "bad";
  } finally {
    first.disabled = false;
  }
}

async function compute({ files }, { second, policy, bar, words, lines, beside }) {
  second.disabled = true;
  delete words.dataset.outcome;
  const { receipt, frames, plan, previous, total } = files, [own] = policy.files;
  beside.textContent = "";
  bar.max = total;
  bar.hidden = false;
  const show = (done) => {
    bar.value = Math.min(done, total);
    words.textContent = `已重算 ${done.toLocaleString("en-US")} 个抽签号。`;
    return new Promise((resolve) => setTimeout(resolve));
  };
  try {
    const proofs = await proofsOf(files.proofs, own);
    const { checks, tickets, isGood, isVerified, lacking, ...found } = await verify(receipt, { frames, proofs, plan, previous }, show);
    lines.textContent = checks.map(({ number, status, text }) => `V${number} ${status} ${text}`).join("\n");
    lines.parentElement.hidden = false;
    const last = checks.at(-1);
    if (!isGood && own && last.number === 1 && UNFIT.test(last.text)) {
      fillReport("");
      words.textContent = unfit(own.name, last.text);
      words.dataset.outcome = "partial";
      return;
    }
    if (!isGood) {
      fillReport("failed", failingOf(last));
      if (own && last.number === 1 && last.text.startsWith("E_LOG")) throw exchanged(own.name, last.text);
      throw mismatchIn(last);
    }
    const differing = differingRound(found.receipt.results);
    if (differing >= 0) {
      fillReport("failed", "V11 E_MISMATCH");
      throw new Mismatch("receipt.json", `results/${differing}/digest`);
    }
    try {
      beside.textContent = await heldBeside(found.receipt, files, proofs, own);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      fillReport(own ? "" : "failed", own ? "" : `FILES ${error.code}`); // a policy of his own is the visitor's affair
      throw besideMismatch(error);
    }
    const unchosen = isRepetition({ ...files.others, ...proofs }) ? ["V7-of-repeated"] : [], isWhole = isVerified && !unchosen.length;
    fillReport(isWhole ? "ok" : "");
    bar.value = total;
    words.textContent = isWhole ? good(tickets, Boolean(own)) : partial(tickets, [...lacking, ...unchosen]);
    words.dataset.outcome = isWhole ? "ok" : "partial";
  } catch (error) {
    const found = error instanceof Mismatch ? error : mismatchOf(error instanceof Refused ? error.message : String(error));
    words.textContent = bad(found, place.dataset.organ || "抽取的组织单位");
    words.dataset.outcome = "bad";
  } finally {
    second.disabled = false;
  }
}

if (place) {
  const first = part("button", "第一步：下载全部文件", { type: "button", class: "btn", "data-load": "" });
  const second = part("button", "第二步：在这台设备上重算", { type: "button", class: "btn btn-primary", "data-verify": "", disabled: "" });
  const policy = part("input", "", { type: "file", id: "own-policy", accept: ".txt,text/plain", "data-policy": "" });
  const bar = part("progress", "", { hidden: "", value: "0", max: "1", "aria-label": "重算进度" });
  const words = part("p", "", { role: "status", "data-verify-result": "" });
  const lines = part("pre", "", { class: "mono", "data-verify-lines": "" });
  const all = part("details", "", { hidden: "" });
  all.append(part("summary", "逐项检查（V0–V11）"), lines);
  const steps = part("div", "", { class: "cluster" });
  steps.append(first, second);
  const own = part("div", "", { class: "field" });
  own.append(
    part("label", "用自己的策略文件核验（可不选）", { for: "own-policy" }),
    policy,
    part("p", "随抽取一起给的策略文件，说明不了它所列的见证可信；谨慎的，用自己早先保存的一份。文件只在这台设备上读，不上传。", { class: "muted" }),
  );
  const holder = place.querySelector("[data-verify-place]") ?? place;
  const beside = part("p", "", { class: "muted break", "data-verify-beside": "" });
  holder.append(steps, bar, words, beside, all, own);
  const parts = { first, second, policy, bar, words, lines, beside }, state = {};
  first.addEventListener("click", () => download(state, parts));
  second.addEventListener("click", () => compute(state, parts));
}
