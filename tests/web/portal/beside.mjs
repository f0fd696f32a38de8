// Hold sets of files beside a receipt, as the page does: JSON of {name: base64} sets in, one code or list a set out.
import { readFileSync } from "node:fs";

const root = new URL("../../../", import.meta.url);
const { Refused, checkBeside, parse } = await import(new URL("onevisit/web/portal/static/portal/verify/srd1.js", root));
const sets = JSON.parse(readFileSync(0, "utf8")), said = [];
for (const set of sets) {
  const files = Object.fromEntries(Object.entries(set).map(([name, text]) => [name, new Uint8Array(Buffer.from(text, "base64"))]));
  try {
    said.push((await checkBeside(parse(files["receipt.json"]), files)).map(([name, isHeld]) => (isHeld ? name : `${name} not held`)));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    said.push(`${error.code} ${error.message}`);
  }
}
console.log(JSON.stringify(said));
