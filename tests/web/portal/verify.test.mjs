// The verifier in one file against the public vectors: `node --test`.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const root = new URL("../../../", import.meta.url);
const srd1 = await import(new URL("onevisit/web/portal/static/portal/verify/srd1.js", root));
const vectors = JSON.parse(readFileSync(new URL("vectors/srd1.json", root), "utf8"));
const proofs = JSON.parse(readFileSync(new URL("vectors/proofs.json", root), "utf8"));
const drand = JSON.parse(readFileSync(new URL("vectors/drand.json", root), "utf8"));
const bytesOf = (text) => new TextEncoder().encode(text);
const content = ({ base64, text, repeat: [part, count] = ["", 0] }) =>
  base64 ? new Uint8Array(Buffer.from(base64, "base64")) : bytesOf(text + part.repeat(count));

const filesOf = ({ files }) => Object.fromEntries(Object.entries(files).map(([name, text]) => [name, bytesOf(text)]));
const framesOf = (draw) =>
  Object.fromEntries(
    Object.entries(filesOf(draw))
      .filter(([name]) => name.startsWith("frames/"))
      .map(([name, bytes]) => [name.slice("frames/".length, -".txt".length), bytes]),
  );
const refusal = (code) => (error) => error instanceof srd1.Refused && error.code === code;
const fileOf = (receipt) => bytesOf(`${srd1.canonical(receipt)}\n`);

function mutate(document, { path, op, value }) {
  const copy = structuredClone(document);
  const target = path.slice(0, -1).reduce((at, key) => at[key], copy);
  const key = path.at(-1);
  if (op === "remove") Array.isArray(target) ? target.splice(key, 1) : delete target[key];
  else if (op === "insert" && Array.isArray(target)) target.splice(key, 0, value);
  else target[key] = value;
  return copy;
}

test("SHA-256 is that of the platform", () => srd1.selfTest());

test("canonical JSON is that of the vectors, and what the subset leaves out is refused", () => {
  for (const { in: text, out } of vectors.canonical_json) assert.equal(srd1.canonical(srd1.parse(bytesOf(text))), out);
  for (const { in: text, code } of vectors.canonical_json_bad) assert.throws(() => srd1.parse(bytesOf(text)), refusal(code), text);
  assert.throws(() => srd1.parse(bytesOf('{"a":'.repeat(100000))), refusal("E_JSON"));
});

test("ids, names and times are those of the vectors", () => {
  for (const [read, { good, bad }, code] of [[srd1.objectId, vectors.ids, "E_ID"], [srd1.name, vectors.names, "E_NAME"]]) {
    for (const text of good) assert.equal(read(text, ""), text);
    for (const text of bad) assert.throws(() => read(text, ""), refusal(code), text);
  }
  for (const { t, unix } of vectors.times) assert.equal(srd1.unix(srd1.moment(t, "")), unix);
  for (const text of vectors.times_bad) assert.throws(() => srd1.moment(text, ""), refusal("E_TIME"), text);
});

test("tickets, commitments, seeds, seals and rounds are those of the vectors", () => {
  for (const { ns, seed, id, ticket } of vectors.tickets) assert.equal(srd1.ticket(ns, seed, id), ticket);
  for (const { draw, party, key, commit } of vectors.key_commitments) assert.equal(srd1.commitment(draw, party, key), commit);
  for (const { manifest_digest, source_lines, keys, seed } of vectors.seeds)
    assert.equal(srd1.seedOf(manifest_digest, source_lines, keys), seed);
  const other = vectors.other_digests;
  assert.equal(srd1.roundSeed(other.seed, other.r, other.order_digest, other.source_lines), other.rseed);
  assert.equal(srd1.sealOf(other.result_digest, other.seed), other.seal);
  assert.equal(srd1.digest("void", vectors.void_record.record), vectors.void_record.digest);
  for (const { t0, round } of vectors.round_at) assert.equal(srd1.roundAt(srd1.unix(t0)), round);
});

test("quotas, source lines and frame roots are those of the vectors", () => {
  for (const { N, bp, n } of vectors.quota_by_rate) assert.equal(srd1.byRate(N, bp), n);
  for (const { total, sizes, n } of vectors.quota_by_total) {
    const strata = Object.entries(sizes).map(([id, N]) => ({ id, N }));
    assert.deepEqual(Object.fromEntries(srd1.byTotal(total, strata)), n);
  }
  for (const { value, line } of vectors.source_lines) assert.equal(srd1.sourceLine(value), line);
  for (const { text, sha256, root: expected } of vectors.frames) {
    assert.equal(srd1.hash(text), sha256);
    assert.equal(srd1.frameRoot(text.slice(0, -1).split("\n")), expected);
  }
});

for (const { note, slots, cap, slack, aseed, result } of vectors.assignments) {
  test(`assigns: ${note}`, () => assert.deepEqual(srd1.assign(slots, cap, slack, aseed), result));
}

test("true drand rounds are accepted and false ones refused", async () => {
  const randomness = (signature) => Buffer.from(srd1.sha256(new Uint8Array(Buffer.from(signature, "hex")))).toString("hex");
  for (const beacon of drand.beacons.filter(({ chain }) => chain === "quicknet")) await srd1.checkBeacon(beacon);
  for (const { round, signature } of drand.negative.filter(({ chain }) => chain === "quicknet"))
    await assert.rejects(srd1.checkBeacon({ round, signature, randomness: randomness(signature) }), refusal("E_SIGNATURE"));
});

for (const draw of vectors.draws) {
  test(`draws and verifies: ${draw.name}`, async () => {
    const receipt = await srd1.draw(filesOf(draw));
    assert.equal(srd1.hash(receipt), draw.receipt_sha256);

    const found = await srd1.verify(bytesOf(receipt), { frames: framesOf(draw) });
    assert.deepEqual(found.checks.filter(({ status }) => status !== "ok").map(({ number }) => number), [1, 2, 10]);
    assert.ok(found.tickets >= draw.receipt.manifest.items[0].n);

    const without = await srd1.verify(bytesOf(receipt));
    assert.ok(without.isGood && without.checks[7].text.startsWith("choice not checked"));
  });
}

const malformed = vectors.draws.find(({ name }) => name === vectors.malformed.base);
for (const { name, code, change, remove } of vectors.malformed.cases) {
  test(`refuses: ${name}`, async () => {
    const files = filesOf(malformed);
    for (const [path, changed] of Object.entries(change)) files[path] = content(changed);
    for (const path of remove) delete files[path];
    await assert.rejects(srd1.draw(files), refusal(code));
  });
}

const base = vectors.draws.find(({ name }) => name === vectors.mutated_receipts.base);
for (const item of vectors.mutated_receipts.cases) {
  test(`fails: ${item.name}`, async () => {
    const receipt = fileOf(mutate(base.receipt, item));
    const latest = (await srd1.verify(receipt, { frames: framesOf(base) })).checks.at(-1);
    assert.deepEqual([latest.status, latest.number], ["failed", item.fails_at], latest.text);
    assert.equal((await srd1.verify(receipt)).isGood, !item.fails_without_frames);
  });
}

// Every object of JavaScript has these without anybody having written them: a closed form must not take them for known.
for (const field of ["constructor", "toString", "hasOwnProperty", "__proto__"]) {
  for (const [place, opening] of [["receipt", "{"], ["manifest", '"manifest":{'], ["result", '"result":{'], ["stratum", '"strata":[{']]) {
    test(`fails: a field called ${field} in a ${place}`, async () => {
      const text = new TextDecoder().decode(fileOf(base.receipt));
      const at = text.indexOf(opening) + opening.length;
      const lie = `${text.slice(0, at)}${JSON.stringify(field)}:"evil",${text.slice(at)}`;
      const { checks, isGood } = await srd1.verify(bytesOf(lie), { frames: framesOf(base) });
      assert.equal(isGood, false);
      assert.match(checks.at(-1).text, /^E_(FIELD|JSON|CANONICAL)/);
    });
  }
}

test("one changed object in a frame is named by its file and field", async () => {
  const frames = framesOf(base);
  frames.A01 = bytesOf(new TextDecoder().decode(frames.A01).replace("|low", "|mid"));
  const { checks } = await srd1.verify(fileOf(base.receipt), { frames });
  assert.equal(checks.at(-1).text, "E_FRAME_HASH: A01.txt frame_sha256");
});

// ---- Ledger proofs (14.1): the vectors that `onevisit verify --proofs` is held against ----
const ofBase = (name) => vectors.draws.find((draw) => draw.name === proofs.bases[name].draw);
function proofsOf({ base, change }) {
  const files = Object.fromEntries(Object.entries(proofs.bases[base].files).map(([name, one]) => [name, typeof one === "string" ? bytesOf(one) : content(one)]));
  for (const [name, changed] of Object.entries(change)) {
    if (changed === null) delete files[name];
    else files[name === "--policy" ? "policy.txt" : name] = content(changed);
  }
  return files;
}
const checked = (given) => srd1.verify(fileOf(ofBase(given.base).receipt), { frames: framesOf(ofBase(given.base)), proofs: proofsOf(given) });
const lineOf = ({ number, status, text }) => `V${number} ${status} ${text}`;

for (const given of proofs.good) {
  test(`ledger proofs hold: ${given.name}`, async () => {
    const found = await checked(given);
    assert.deepEqual([lineOf(found.checks[1]), lineOf(found.checks[11])], [given.V1, given.V11]);
    // The record before, which some of these manifests name, is not given here.
    const before = found.receipt.manifest.prev ? ["V10"] : [], witnessed = given.V1.startsWith("V1 ok") ? [] : ["V1"];
    assert.deepEqual([found.lacking, found.isVerified], [[...witnessed, ...before], !witnessed.length && !before.length]);
  });
}
for (const given of proofs.bad) {
  test(`ledger proofs fail: ${given.name}`, async () => {
    const { checks, isVerified } = await checked(given);
    const latest = checks.at(-1);
    assert.deepEqual([latest.status, latest.number, latest.text.split(":")[0]], ["failed", given.check, given.code], latest.text);
    assert.equal(isVerified, false);
  });
}

test("a draw is held against its plan, and follows the record before", async () => {
  const [draw] = vectors.draws, { manifest } = draw.receipt;
  const items = manifest.items.map(({ item, department, ns, rule, total, strata }) => ({
    item, department, ns, rule, strata: strata.map(({ id, bp }) => (rule === "rate" ? { id, bp } : { id })), ...(rule === "total" ? { total } : {}),
  }));
  const entry = {
    draw: manifest.draw, t0: manifest.t0, mode: manifest.mode, items, sources: manifest.sources.map(({ type }) => type),
    parties: manifest.keys.map(({ party }) => party), max_rounds: manifest.replace.max_rounds,
  };
  const planOf = (plan, draws) => bytesOf(JSON.stringify({ v: "srd1", kind: "plan", plan, draws }));
  const second = async (plan) => (await srd1.verify(fileOf(draw.receipt), { plan })).checks[2];
  assert.equal((await second(planOf(manifest.plan, [{ ...entry, draw: "OTHER" }, entry]))).status, "ok");
  const wrong = [["ANOTHER", [entry]], [manifest.plan, []], [manifest.plan, [entry, entry]], [manifest.plan, [{ ...entry, max_rounds: 9 }]]];
  for (const [plan, draws] of wrong) assert.match((await second(planOf(plan, draws))).text, /^E_MISMATCH/);
  assert.match((await second(planOf(manifest.plan, [{ ...entry, more: 1 }]))).text, /^E_FIELD/);
});

test("without proofs, without frames and without a quorum nothing is called verified", async () => {
  const given = proofs.good.find(({ V1 }) => V1.startsWith("V1 ok"));
  const receipt = fileOf(ofBase(given.base).receipt), frames = framesOf(ofBase(given.base));
  assert.ok((await srd1.verify(receipt, { frames, proofs: proofsOf(given) })).isVerified);
  for (const left of [{ frames }, { proofs: proofsOf(given) }, {}]) {
    const found = await srd1.verify(receipt, left);
    assert.deepEqual([found.isGood, found.isVerified], [true, false]);
  }
});

test("the file alone, without the curve library, checks the ledger's signatures with the platform's", async () => {
  const folder = mkdtempSync(join(tmpdir(), "srd1-"));
  try {
    cpSync(new URL("onevisit/web/portal/static/portal/verify/srd1.js", root), join(folder, "srd1.mjs"));
    const alone = await import(pathToFileURL(join(folder, "srd1.mjs")));
    const [beacon] = drand.beacons.filter(({ chain }) => chain === "quicknet");
    await assert.rejects(alone.checkBeacon(beacon), (error) => error.code === "E_FILE");
    const codeOf = async (given) => {
      const files = proofsOf(given), bytes = files["manifest.tlog-proof"];
      const { event, draw, digest } = JSON.parse(new TextDecoder().decode(alone.readProof(bytes).payload));
      return alone.checkProof(bytes, alone.readPolicy(files["policy.txt"]), { event, draw, digest }).then(() => "", (refused) => refused.code);
    };
    for (const given of proofs.good) assert.equal(await codeOf(given), "", given.name);
    const broken = proofs.bad.filter(({ check, code, change }) => check === 1 && code === "E_SIGNATURE" && "manifest.tlog-proof" in change);
    assert.ok(broken.length > 5);
    for (const given of broken) assert.equal(await codeOf(given), "E_SIGNATURE", given.name);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
