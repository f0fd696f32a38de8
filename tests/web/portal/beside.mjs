// Hold sets of files beside a receipt, as the page does: JSON of {name: base64} sets in, one code or list a set out.
// With a moment as argument, as if what is asked for from 2027 on had been asked for from that moment on; with `older`
// behind it, as if every commitment were of a version that did not announce the last day of opening; with `every` behind
// that, as if from that moment on no draw could be of such a version.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const root = new URL("../../../", import.meta.url);
const own = new URL("onevisit/web/portal/static/portal/verify/srd1.js", root), [since, older, every] = process.argv.slice(2);
const { Refused, checkBeside, parse } = await (since ? changed(since) : import(own));
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

async function changed(moment) {
  const folder = mkdtempSync(join(tmpdir(), "srd1-")), place = join(folder, "srd1.mjs"), source = readFileSync(own, "utf8");
  const dated = source.replaceAll('unix("2027-01-01T00:00:00+08:00")', `unix("${moment}")`);
  const told = older ? dated.replaceAll('"opens" in', '"no field of it" in') : dated;
  const whole = every ? told.replaceAll('unix("2027-07-01T00:00:00+08:00")', `unix("${moment}")`) : told;
  if (dated === source || (older && told === dated) || (every && whole === told)) throw new Error("what is replaced is not where it was");
  writeFileSync(place, whole);
  try {
    return await import(pathToFileURL(place));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
