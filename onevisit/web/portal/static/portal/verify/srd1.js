// The draw protocol srd1 as a browser can re-compute it: digests, commitments, seed, tickets, cuts and selection.
// Officers, beacon signatures and ledger proofs are checked by the command `onevisit verify`.
const encoder = new TextEncoder();
const BATCH = 500;

/** A value that re-computes differently: in which file, and which field. */
export class Mismatch extends Error {
  constructor(file, field) {
    super(`${file}: ${field}`);
    this.file = file;
    this.field = field;
  }
}

/** RFC 8785 for JSON values without fractions; JavaScript sorts keys by UTF-16 code units, as the RFC wants. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const fields = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${fields.join(",")}}`;
}

const hexOf = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export async function hash(text) {
  return hexOf(await sha256(encoder.encode(text)));
}

export const digest = (tag, value) => hash(`srd1|${tag}|${canonical(value)}`);
export const ticket = (namespace, seed, id) => hash(`srd1|${namespace}|${seed}|${id}`);
export const commitment = (draw, party, key) => hash(`srd1|key|${draw}|${party}|${key}`);

/** The RFC 6962 root over the lines of a frame. */
export async function frameRoot(lines) {
  const leaves = await Promise.all(lines.map((line) => sha256(join([0], encoder.encode(line)))));
  return hexOf(await rootOf(leaves));
}

async function rootOf(nodes) {
  if (nodes.length === 1) return nodes[0];
  let split = 1;
  while (split * 2 < nodes.length) split *= 2;
  const left = await rootOf(nodes.slice(0, split));
  const right = await rootOf(nodes.slice(split));
  return sha256(join([1], left, right));
}

function join(...parts) {
  const result = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}

const two = (number) => String(number).padStart(2, "0");

/** The line of a source's value that goes into the seed. */
export function sourceLine(value) {
  switch (value.type) {
    case "drand":
      return `drand:${value.chain}:${value.round}:${value.randomness}`;
    case "cwl-kl8":
      return `cwl-kl8:${value.issue}:${value.numbers.map(two).join(",")}`;
    case "cwl-ssq":
      return `cwl-ssq:${value.issue}:${value.red.map(two).join(",")}+${two(value.blue)}`;
    case "sse-000001-close":
      return `sse-000001-close:${value.date}:${value.close}`;
    case "ceremony":
      return `ceremony:${value.protocol}:${value.digits}`;
    default:
      throw new Mismatch("receipt.json", `sources ${value.type}`);
  }
}

/** Whether a value is the one that was declared: its declared fields but the length, and as many digits. */
function isDeclared(declared, value) {
  const { length, ...fields } = declared;
  if (length !== undefined && value.digits?.length !== length) return false;
  return Object.entries(fields).every(([name, content]) => value[name] === content);
}

export async function seedOf(manifestDigest, lines, keys) {
  const openings = keys.map(({ party, key }) => `${party}:${key}`).join("\n");
  return hash(`srd1|seed|${manifestDigest}|${await hash(lines.join("\n"))}|${await hash(openings)}`);
}

export async function roundSeed(seed, round, orderDigest, lines) {
  return hash(`srd1|rseed|${seed}|${round}|${orderDigest}|${await hash(lines.join("\n"))}`);
}

export async function sealOf(resultDigest, seed) {
  return hash(`srd1|sealed|${resultDigest}|${await hash(`srd1|salt|${seed}`)}`);
}

/** Read a frame and hold it against what the manifest says about its item. */
export async function checkFrame(item, text) {
  const file = `${item.item}.txt`;
  const lines = text.slice(0, -1).split("\n");
  if (!text.endsWith("\n") || (await hash(text)) !== item.frame_sha256) throw new Mismatch(file, "frame_sha256");
  if ((await frameRoot(lines)) !== item.frame_root) throw new Mismatch(file, "frame_root");
  const rows = lines.map((line) => line.split("|"));
  const sizes = new Map();
  for (const [, stratum] of rows) sizes.set(stratum, (sizes.get(stratum) ?? 0) + 1);
  const isSame = item.strata.length === sizes.size && item.strata.every(({ id, N }) => sizes.get(id) === N);
  if (!isSame || rows.length !== item.n || new Set(rows.map(([id]) => id)).size !== rows.length) {
    throw new Mismatch(file, "strata");
  }
  return rows;
}

const byTicket = (a, b) => (a.ticket < b.ticket ? -1 : a.ticket > b.ticket ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Draw an item again: of each stratum the smallest tickets that are not barred. */
export async function select(item, rows, want, seed, barred, counted) {
  const drawn = new Map(item.strata.map(({ id }) => [id, []]));
  const wanted = rows.filter(([id, stratum]) => want.get(stratum) && !barred.has(id));
  for (let start = 0; start < wanted.length; start += BATCH) {
    const part = wanted.slice(start, start + BATCH);
    const tickets = await Promise.all(part.map(([id]) => ticket(item.ns, seed, id)));
    part.forEach(([id, stratum], position) => drawn.get(stratum).push({ id, ticket: tickets[position] }));
    await counted(part.length);
  }
  return item.strata.map(({ id }) => {
    const selected = drawn.get(id).sort(byTicket).slice(0, want.get(id) ?? 0);
    return { id, want: want.get(id) ?? 0, cut: selected.at(-1)?.ticket ?? "", selected };
  });
}

function expect(expected, found, field) {
  if (canonical(expected) !== canonical(found)) throw new Mismatch("receipt.json", field);
}

async function checkSources(declared, values, result, where) {
  const isAsDeclared = declared.length === values.length && declared.every((source, n) => isDeclared(source, values[n]));
  if (!isAsDeclared) throw new Mismatch("receipt.json", `${where}sources`);
  const lines = values.map(sourceLine);
  expect(lines, result.source_lines, `${where}source_lines`);
  expect(await digest("sources", values), result.sources_digest, `${where}sources_digest`);
  return lines;
}

async function checkKeys(manifest, keys) {
  const parties = manifest.keys.map(({ party }) => party);
  expect(parties, keys.map(({ party }) => party), "keys");
  for (const [position, { party, commit }] of manifest.keys.entries()) {
    const found = await commitment(manifest.draw, party, keys[position].key);
    if (found !== commit) throw new Mismatch("receipt.json", `keys ${party}`);
  }
}

/** Which objects a round may not take again, and how many it wants of each stratum. */
function wantOf(item, history, order) {
  if (!order) return { want: new Map(item.strata.map(({ id, n }) => [id, n])), barred: new Set() };
  const selected = history.selected.get(item.item);
  const want = new Map(item.strata.map(({ id }) => [id, 0]));
  for (const { object } of order.withdrawn) {
    const stratum = selected.get(object);
    if (stratum !== undefined) want.set(stratum, want.get(stratum) + 1);
  }
  return { want, barred: new Set([...selected.keys(), ...history.withdrawn]) };
}

async function checkSelection(manifest, frames, result, history, order, counted, where) {
  for (const { object } of order?.withdrawn ?? []) history.withdrawn.add(object);
  expect(manifest.items.map(({ item }) => item), result.items.map(({ item }) => item), `${where}items`);
  const found = [];
  for (const item of manifest.items) {
    const { want, barred } = wantOf(item, history, order);
    found.push(await select(item, frames.get(item.item), want, result.seed, barred, counted));
  }
  for (const [position, item] of manifest.items.entries()) {
    expect(found[position], result.items[position].strata, `${where}items ${item.item}`);
    for (const stratum of found[position]) {
      for (const { id } of stratum.selected) history.selected.get(item.item).set(id, stratum.id);
    }
  }
}

async function checkRecord(manifest, recorded, where) {
  const found = await digest("result", recorded.result);
  expect(found, recorded.digest, `${where}digest`);
  const seal = manifest.mode === "sealed" ? await sealOf(found, recorded.result.seed) : "";
  expect(seal, recorded.seal, `${where}seal`);
}

/**
 * Re-compute a whole receipt.
 * @param receipt the parsed receipt
 * @param texts frame files by item
 * @param counted called after every batch of tickets with their number; may return a promise
 * @returns how many tickets were computed and the digest of the latest result
 */
export async function recompute(receipt, texts, counted = () => {}) {
  const { manifest, results } = receipt;
  const frames = new Map();
  for (const item of manifest.items) frames.set(item.item, await checkFrame(item, texts[item.item]));
  let tickets = 0;
  const count = async (number) => {
    tickets += number;
    await counted(tickets);
  };
  const history = { selected: new Map(manifest.items.map(({ item }) => [item, new Map()])), withdrawn: new Set() };
  const first = results[0].result;
  const basis = await digest("manifest", manifest);
  expect(basis, first.basis, "manifest");
  const lines = await checkSources(manifest.sources, receipt.sources, first, "");
  await checkKeys(manifest, receipt.keys);
  const hasRoster = Object.keys(receipt.roster).length > 0;
  expect(manifest.roster, hasRoster ? await digest("roster", receipt.roster) : "", "roster");
  expect(await seedOf(basis, lines, receipt.keys), first.seed, "seed");
  await checkSelection(manifest, frames, first, history, null, count, "");
  await checkRecord(manifest, results[0], "");
  for (const [position, { order, sources }] of receipt.orders.entries()) {
    const where = `round ${position + 1} `;
    const { result } = results[position + 1];
    const orderDigest = await digest("order", order);
    expect(orderDigest, result.basis, `${where}order`);
    const roundLines = await checkSources(order.sources, sources, result, where);
    expect(await roundSeed(first.seed, order.r, orderDigest, roundLines), result.seed, `${where}seed`);
    await checkSelection(manifest, frames, result, history, order, count, where);
    await checkRecord(manifest, results[position + 1], where);
  }
  return { tickets, digest: results.at(-1).digest };
}
