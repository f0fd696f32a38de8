// 在这台设备上重算: fetches the public files of a draw, re-computes it without the network, and says what came of it.
import { Refused, canonical, parse, verify } from "./srd1.js";

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

async function file(name) {
  const answer = await fetch(new URL(name, new URL(place.dataset.files, location.href)), { cache: "no-store" });
  if (!answer.ok) throw new Mismatch(name, String(answer.status));
  return new Uint8Array(await answer.arrayBuffer());
}

async function filesOf() {
  const receipt = await file("receipt.json");
  const { manifest } = parse(receipt);
  if (canonical(parse(await file("manifest.json"))) !== canonical(manifest)) throw new Mismatch("manifest.json", "manifest");
  const frames = {};
  for (const { item } of manifest.items) frames[item] = await file(`${item}.txt`);
  return { receipt, frames, total: manifest.items.reduce((sum, { n }) => sum + n, 0) };
}

export function good(tickets) {
  const number = tickets.toLocaleString("en-US");
  return `核验通过：这台设备重新计算了 ${number} 个抽签号，与公布结果完全一致，计算过程没有使用网络。`;
}

export function bad({ file, field }, organ) {
  return `核验不通过：文件 ${file} 的 ${field} 与公布的指纹不一致。请重新下载；仍不一致的，请保存本页，向 ${organ} 反映。`;
}

/** The check that did not hold, as the report of who verified names it: `V7 E_MISMATCH`. */
export function failingOf({ number, text }) {
  const [code] = text.match(/^E_[A-Z_]+/) ?? [""];
  return `V${number} ${code}`.trim();
}

/** Fills in 我核验过, so that it only has to be sent; whether it is sent is the visitor's choice. */
function fillReport(failing) {
  const form = document.querySelector("form[data-report]");
  if (!form) return;
  form.elements.outcome.value = failing ? "failed" : "ok";
  form.elements.failing.value = failing;
}

async function run(button, bar, words) {
  button.disabled = true;
  words.textContent = "正在下载文件。";
  try {
    const { receipt, frames, total } = await filesOf();
    bar.max = total;
    bar.hidden = false;
    const show = (done) => {
      bar.value = Math.min(done, total);
      words.textContent = `已重算 ${done.toLocaleString("en-US")} 个抽签号。`;
      return new Promise((resolve) => setTimeout(resolve));
    };
    const { checks, tickets, isGood, ...found } = await verify(receipt, { frames }, show);
    if (!isGood) {
      fillReport(failingOf(checks.at(-1)));
      throw mismatchOf(checks.at(-1).text);
    }
    const latest = found.receipt.results.at(-1);
    const published = place.dataset.digest;
    if (published && published !== latest.seal && published !== latest.digest) {
      fillReport("V11 E_MISMATCH");
      throw new Mismatch("receipt.json", "digest");
    }
    fillReport("");
    bar.value = total;
    words.textContent = good(tickets);
    words.dataset.outcome = "ok";
  } catch (error) {
    const found = error instanceof Mismatch ? error : mismatchOf(error instanceof Refused ? error.message : String(error));
    words.textContent = bad(found, place.dataset.organ || "抽取的组织单位");
    words.dataset.outcome = "bad";
  } finally {
    button.disabled = false;
  }
}

if (place) {
  const button = part("button", "在这台设备上重算", { type: "button", class: "btn btn-primary", "data-verify": "" });
  const bar = part("progress", "", { hidden: "", value: "0", max: "1", "aria-label": "重算进度" });
  const words = part("p", "", { role: "status", "data-verify-result": "" });
  const holder = place.querySelector("[data-verify-place]") ?? place;
  holder.append(button, bar, words);
  button.addEventListener("click", () => run(button, bar, words));
}
