// The browser's verifier against the public vectors: `node --test`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../../../", import.meta.url);
const { Mismatch, canonical, checkFrame, commitment, digest, frameRoot, recompute, seedOf, sealOf, sourceLine, ticket, roundSeed } =
  await import(new URL("onevisit/web/portal/static/portal/verify/srd1.js", root));
const vectors = JSON.parse(readFileSync(new URL("vectors/srd1.json", root), "utf8"));

const framesOf = ({ files }) =>
  Object.fromEntries(
    Object.entries(files)
      .filter(([name]) => name.startsWith("frames/"))
      .map(([name, text]) => [name.slice("frames/".length, -".txt".length), text]),
  );

function mutate(document, { path, op, value }) {
  const copy = structuredClone(document);
  const target = path.slice(0, -1).reduce((at, key) => at[key], copy);
  const key = path.at(-1);
  if (op === "remove") Array.isArray(target) ? target.splice(key, 1) : delete target[key];
  else if (op === "insert" && Array.isArray(target)) target.splice(key, 0, value);
  else target[key] = value;
  return copy;
}

test("canonical JSON is that of the vectors", () => {
  for (const { in: text, out } of vectors.canonical_json) assert.equal(canonical(JSON.parse(text)), out);
});

test("tickets, commitments, seeds and seals are those of the vectors", async () => {
  for (const { ns, seed, id, ticket: expected } of vectors.tickets) assert.equal(await ticket(ns, seed, id), expected);
  for (const { draw, party, key, commit } of vectors.key_commitments) assert.equal(await commitment(draw, party, key), commit);
  for (const { manifest_digest, source_lines, keys, seed } of vectors.seeds)
    assert.equal(await seedOf(manifest_digest, source_lines, keys), seed);
  const other = vectors.other_digests;
  assert.equal(await roundSeed(other.seed, other.r, other.order_digest, other.source_lines), other.rseed);
  assert.equal(await sealOf(other.result_digest, other.seed), other.seal);
  assert.equal(await digest("void", vectors.void_record.record), vectors.void_record.digest);
});

test("source lines and frame roots are those of the vectors", async () => {
  for (const { value, line } of vectors.source_lines) assert.equal(sourceLine(value), line);
  for (const { text, root: expected } of vectors.frames) assert.equal(await frameRoot(text.slice(0, -1).split("\n")), expected);
});

for (const draw of vectors.draws) {
  test(`re-computes: ${draw.name}`, async () => {
    let counted = 0;
    const found = await recompute(draw.receipt, framesOf(draw), (number) => (counted = number));
    assert.equal(found.digest, draw.receipt.results.at(-1).digest);
    assert.equal(counted, found.tickets);
    assert.ok(found.tickets >= draw.receipt.manifest.items[0].n);
  });
}

test("one changed object in a frame is named", async () => {
  const draw = vectors.draws[0];
  const frames = framesOf(draw);
  frames.A01 = frames.A01.replace("|low", "|mid");
  await assert.rejects(recompute(draw.receipt, frames), (error) => error instanceof Mismatch && error.file === "A01.txt");
});

// What a browser checks: sources and their digest, keys, seed, selection, digests. Officers' fields fail as part of a digest.
const base = vectors.draws.find(({ name }) => name === vectors.mutated_receipts.base);
const UNSEEN = new Set(["receipt kind", "drand signature"]);
for (const item of vectors.mutated_receipts.cases.filter(({ name }) => !UNSEEN.has(name))) {
  test(`fails: ${item.name}`, async () => {
    await assert.rejects(recompute(mutate(base.receipt, item), framesOf(base)));
  });
}

test("a frame that is not the frozen one is refused", async () => {
  const item = base.receipt.manifest.items[0];
  await assert.rejects(checkFrame(item, `${framesOf(base).A01}9|low\n`), Mismatch);
});
