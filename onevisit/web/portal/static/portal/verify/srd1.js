// The draw protocol srd1 in one file of plain JavaScript, written from the specification: it draws and it verifies.
// In a browser it is the page's "在这台设备上重算"; with node it is a command:
//   node srd1.js receipt.json [--frames DIR] [--proofs DIR [--policy FILE]] [--plan FILE] [--previous FILE] [--id OBJECT_ID]
//   node srd1.js draw DIR      (manifest.json, sources.json, keys.json, roster.json, replacements.json, frames/ in DIR)
// Nothing is imported but the curve library, for drand's signature and those of the ledger (V1, V11).

/** An input that the protocol refuses. */
export class Refused extends Error {
  constructor(code, detail) {
    super(`${code}: ${detail}`);
    this.code = code;
    this.detail = detail;
  }
}
const refuse = (code, detail) => {
  throw new Refused(code, detail);
};

// ---- SHA-256 (FIPS 180-4), in step: a million short hashes would wait for a million promises otherwise. ----
const ROUNDS = new Uint32Array(64);
const START = new Uint32Array(8);
{
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  // The first 32 bits of the fractions of roots, by whole numbers so that no rounding matters.
  const root = (n, power) => {
    const scaled = BigInt(n) << BigInt(32 * power);
    let low = 0n, high = 1n << 40n;
    while (high - low > 1n) {
      const middle = (low + high) >> 1n;
      if (middle ** BigInt(power) <= scaled) low = middle; else high = middle;
    }
    return Number(low & 0xffffffffn);
  };
  primes.forEach((p, i) => (ROUNDS[i] = root(p, 3)));
  primes.slice(0, 8).forEach((p, i) => (START[i] = root(p, 2)));
}
const W = new Uint32Array(64);
function compress(state, block, at) {
  for (let i = 0; i < 16; i++, at += 4) W[i] = (block[at] << 24) | (block[at + 1] << 16) | (block[at + 2] << 8) | block[at + 3];
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15], y = W[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[i] = W[i - 16] + s0 + W[i - 7] + s1;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUNDS[i] + W[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}
export function sha256(bytes) {
  const state = START.slice();
  const whole = bytes.length & ~63;
  for (let at = 0; at < whole; at += 64) compress(state, bytes, at);
  const rest = bytes.length - whole;
  const end = new Uint8Array(rest < 56 ? 64 : 128);
  end.set(bytes.subarray(whole));
  end[rest] = 0x80;
  const view = new DataView(end.buffer);
  view.setUint32(end.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(end.length - 4, (bytes.length << 3) >>> 0);
  for (let at = 0; at < end.length; at += 64) compress(state, end, at);
  const out = new Uint8Array(32);
  const written = new DataView(out.buffer);
  for (let i = 0; i < 8; i++) written.setUint32(4 * i, state[i]);
  return out;
}
const HEX = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, "0"));
const hexOf = (bytes) => {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
};
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const encoder = new TextEncoder();
export const hash = (text) => hexOf(sha256(encoder.encode(text)));

/** Hold our own SHA-256 against the platform's where there is one. */
export async function selfTest() {
  if (!globalThis.crypto?.subtle) return;
  for (const length of [0, 55, 56, 64, 119, 1000]) {
    const bytes = new Uint8Array(length).map((_, n) => n);
    const theirs = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    if (hexOf(theirs) !== hexOf(sha256(bytes))) throw new Error("SHA-256 differs from the platform's own");
  }
}

// ---- Section 2: JSON and the small forms ----
const DEEPEST = 500;
/** Parse one document of the subset: ASCII, no fractions, no literals, no key twice. */
export function parse(bytes) {
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte > 0x7e || (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13)) refuse("E_ASCII", `byte at offset ${i}`);
  }
  const text = new TextDecoder().decode(bytes);
  let at = 0;
  const space = () => {
    while (at < text.length && " \t\n\r".includes(text[at])) at++;
  };
  const wrong = () => refuse("E_JSON", `not one JSON value at offset ${at}`);
  const expect = (sign) => (text[at] === sign ? at++ : wrong());
  const string = () => {
    const found = /"(?:[^"\\\t\n\r]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
    found.lastIndex = at;
    const match = found.exec(text) ?? wrong();
    at = found.lastIndex;
    const value = JSON.parse(match[0]);
    return /^[ -~]*$/.test(value) ? value : refuse("E_ASCII", "a string holds a character outside 0x20-0x7E");
  };
  const number = () => {
    const found = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
    found.lastIndex = at;
    const match = found.exec(text) ?? wrong();
    at = found.lastIndex;
    if (match[1] || match[2] || match[0][0] === "-") refuse("E_NUMBER", match[0].slice(0, 32));
    if (match[0].length > 16 || Number(match[0]) >= 2 ** 53) refuse("E_NUMBER", `${match[0].slice(0, 32)} is not below 2^53`);
    return Number(match[0]);
  };
  const value = (depth) => {
    if (depth > DEEPEST) refuse("E_JSON", "nested too deep");
    space();
    const sign = text[at];
    let result;
    if (sign === "{") result = object(depth);
    else if (sign === "[") result = array(depth);
    else if (sign === '"') result = string();
    else if (/[-0-9]/.test(sign ?? "")) result = number();
    else {
      const literal = ["null", "true", "false"].find((word) => text.startsWith(word, at));
      literal ? refuse("E_TYPE", `${literal} is not used`) : wrong();
    }
    space();
    return result;
  };
  const object = (depth) => {
    const result = Object.create(null);
    at++;
    space();
    if (text[at] === "}") return at++, result;
    for (;;) {
      space();
      const key = string();
      if (key in result) refuse("E_JSON", `${key} stands twice`);
      space();
      expect(":");
      result[key] = value(depth + 1);
      if (text[at] !== ",") return expect("}"), result;
      at++;
    }
  };
  const array = (depth) => {
    const result = [];
    at++;
    space();
    if (text[at] === "]") return at++, result;
    for (;;) {
      result.push(value(depth + 1));
      if (text[at] !== ",") return expect("]"), result;
      at++;
    }
  };
  const result = value(0);
  if (at !== text.length) wrong();
  return isObject(result) ? result : refuse("E_TYPE", "the document is not an object");
}
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** RFC 8785 in this subset. */
export function canonical(value) {
  if (typeof value === "string") return `"${value.replace(/["\\]/g, "\\$&")}"`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return String(value);
  return `{${Object.keys(value).sort().map((key) => `${canonical(key)}:${canonical(value[key])}`).join(",")}}`;
}
export const digest = (tag, value) => hash(`srd1|${tag}|${canonical(value)}`);
const same = (a, b) => canonical(a) === canonical(b);

const ID = /^(?:[0-9A-Z][0-9A-Z._-]{0,95}|[a-z]{1,16}:[0-9A-Za-z._:-]{1,79})$/;
const NAME = /^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$/;
const SLOT = /^[0-9A-Za-z][0-9A-Za-z._-]{0,63}:(?:0|[1-9][0-9]?)$/;
const matching = (pattern, code) => (value, where) => {
  if (typeof value !== "string") refuse("E_TYPE", where);
  return pattern.test(value) && !value.includes("\n") ? value : refuse(code, `${where}: ${value.slice(0, 100)}`);
};
const any = matching(/^[^]*$/, "E_TYPE");
export const objectId = matching(ID, "E_ID");
export const name = matching(NAME, "E_NAME");
const slotId = matching(SLOT, "E_NAME");
const words = matching(/^[ -~]{1,200}$/, "E_RANGE");
const hex = (length) => matching(new RegExp(`^[0-9a-f]{${length}}$`), "E_HEX");
const hex32 = hex(64), hex20 = hex(40), hex48 = hex(96);
const orNone = (read) => (value, where) => (value === "" ? value : read(value, where));
const whole = (low, high, code = "E_RANGE") => (value, where) => {
  if (typeof value !== "number") refuse("E_TYPE", where);
  return value >= low && value <= high ? value : refuse(code, `${where} is ${value}, not ${low}..${high}`);
};
const list = (read, low, high) => (value, where) => {
  if (!Array.isArray(value)) refuse("E_TYPE", where);
  if (value.length < low || value.length > high) refuse("E_RANGE", `${where} has ${value.length} entries`);
  value.forEach((one, place) => read(one, `${where}[${place}]`));
  return value;
};
const isDay = (text) => {
  const [year, month, day] = text.split("-").map(Number);
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};
export function moment(value, where) {
  matching(/^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d\+08:00$/, "E_TIME")(value, where);
  return isDay(value.slice(0, 10)) ? value : refuse("E_TIME", `${where} is no real time`);
}
function day(value, where) {
  matching(/^\d{4}-\d\d-\d\d$/, "E_TIME")(value, where);
  return isDay(value) ? value : refuse("E_TIME", `${where} is no real date`);
}
export const unix = (text) => Date.parse(text) / 1000;
/** Read an object with exactly these fields. */
function form(fields, more = () => {}) {
  return (value, where) => {
    if (!isObject(value)) refuse("E_TYPE", `${where} is not an object`);
    for (const field of Object.keys(fields)) if (!(field in value)) refuse("E_FIELD", `${where}.${field} is missing`);
    for (const field of Object.keys(value)) if (!Object.hasOwn(fields, field)) refuse("E_FIELD", `${where}.${field} is not a field`);
    for (const [field, read] of Object.entries(fields)) read(value[field], `${where}.${field}`);
    more(value, where);
    return value;
  };
}
function heading(value, kind, alg) {
  if (!isObject(value)) refuse("E_TYPE", `${kind} is not an object`);
  const rules = [["v", "srd1", "E_VERSION"], ["kind", kind, "E_KIND"], ...(alg ? [["alg", "sha256", "E_VERSION"]] : [])];
  for (const [field, expected, code] of rules) {
    if (!(field in value)) refuse("E_FIELD", `${kind}.${field} is missing`);
    if (any(value[field], field) !== expected) refuse(code, `${kind}.${field}`);
  }
  return value;
}
const less = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
function compare(a, b) {
  if (!Array.isArray(a)) return less(a, b);
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return less(a[i], b[i]);
  return 0;
}
function ascending(keys, where) {
  for (let i = 1; i < keys.length; i++) {
    const order = compare(keys[i - 1], keys[i]);
    if (order === 0) refuse("E_DUPLICATE", `${where} has ${keys[i]} twice`);
    if (order > 0) refuse("E_ORDER", `${where} does not ascend at ${keys[i]}`);
  }
}
const slotKey = (visit, slot) => {
  const cut = slot.lastIndexOf(":");
  return [visit, slot.slice(0, cut), Number(slot.slice(cut + 1))];
};

// ---- Section 6: sources ----
export const QUICKNET = {
  hash: "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
  key:
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451" +
    "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
  period: 3,
  genesis: 1692803367,
  group: "f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e",
  beacon: "quicknet",
};
const balls = (count, high) => (value, where) => {
  list(whole(1, high, "E_SOURCE_VALUE"), 0, 1000)(value, where);
  const isFine = value.length === count && value.every((ball, i) => i === 0 || value[i - 1] < ball);
  return isFine ? value : refuse("E_SOURCE_VALUE", `${where} is not ${count} balls, ascending`);
};
function typists(value, where) {
  if (!Array.isArray(value)) refuse("E_TYPE", where);
  value.forEach((one) => name(one, where));
  if (value.length !== 2 || value[0] === value[1]) refuse("E_TYPISTS", `${where} names not two people`);
}
const HAND = { evidence_sha256: hex32, typed_by: typists };
const issue = matching(/^[0-9]{7}$/, "E_NAME");
const two = (number) => String(number).padStart(2, "0");
const SOURCES = {
  drand: {
    declared: { chain: hex32, round: whole(1, 2 ** 53 - 1) },
    value: { signature: hex48, randomness: hex32 },
    line: (v) => `${v.chain}:${v.round}:${v.randomness}`,
  },
  "cwl-kl8": {
    declared: { issue },
    value: { numbers: balls(20, 80), ...HAND },
    line: (v) => `${v.issue}:${v.numbers.map(two).join(",")}`,
  },
  "cwl-ssq": {
    declared: { issue },
    value: { red: balls(6, 33), blue: whole(1, 16, "E_SOURCE_VALUE"), ...HAND },
    line: (v) => `${v.issue}:${v.red.map(two).join(",")}+${two(v.blue)}`,
  },
  "sse-000001-close": {
    declared: { date: day },
    value: { close: matching(/^[1-9][0-9]{0,5}\.[0-9]{2}$/, "E_SOURCE_VALUE"), ...HAND },
    line: (v) => `${v.date}:${v.close}`,
  },
  ceremony: {
    declared: { protocol: name },
    value: { digits: matching(/^[0-9]+$/, "E_SOURCE_VALUE"), ...HAND },
    line: (v) => `${v.protocol}:${v.digits}`,
  },
};
function sourceOf(value, where) {
  if (!isObject(value)) refuse("E_TYPE", where);
  if (!("type" in value)) refuse("E_FIELD", `${where}.type is missing`);
  return Object.hasOwn(SOURCES, any(value.type, `${where}.type`)) ? SOURCES[value.type] : refuse("E_SOURCE", `${where}.type`);
}
function readDeclared(value, where) {
  const length = value?.type === "ceremony" ? { length: whole(6, 60) } : {};
  return form({ type: any, ...sourceOf(value, where).declared, ...length })(value, where);
}
function readValue(value, where) {
  const source = sourceOf(value, where);
  return form({ type: any, ...source.declared, ...source.value })(value, where);
}
export const sourceLine = (value) => `${value.type}:${SOURCES[value.type].line(value)}`;
export function roundAt(seconds) {
  if (seconds < QUICKNET.genesis) refuse("E_ROUND", "t0 lies before the chain began");
  return Math.ceil((seconds - QUICKNET.genesis) / QUICKNET.period) + 1;
}
const identity = ({ length: _length, ...declared }) => canonical(declared);
function checkDeclared(declared, t0, used) {
  const seen = new Set(used.map(identity));
  for (const source of declared) {
    if (source.type === "drand") {
      if (source.chain !== QUICKNET.hash) refuse("E_CHAIN", source.chain);
      if (source.round !== roundAt(unix(t0))) refuse("E_ROUND", `${source.round} is not the first at ${t0}`);
    }
    if (source.type === "sse-000001-close" && source.date !== t0.slice(0, 10)) refuse("E_ROUND", source.date);
    if (seen.has(identity(source))) refuse("E_SOURCE_REUSED", identity(source));
    seen.add(identity(source));
  }
}
async function checkValues(declared, values) {
  if (values.length < declared.length) refuse("E_SOURCE_MISSING", `${values.length} of ${declared.length} values`);
  if (values.length > declared.length) refuse("E_SOURCE_EXTRA", `${values.length} values for ${declared.length}`);
  for (const [place, source] of declared.entries()) {
    const value = values[place];
    if (source.type !== value.type) refuse("E_SOURCE_MISMATCH", `sources[${place}].type`);
    for (const field of Object.keys(SOURCES[source.type].declared)) {
      if (source[field] !== value[field]) refuse(field === "round" ? "E_ROUND" : "E_SOURCE_MISMATCH", `sources[${place}].${field}`);
    }
    if (source.type === "ceremony" && value.digits.length !== source.length) refuse("E_SOURCE_VALUE", `sources[${place}].digits`);
    if (source.type === "drand") await checkBeacon(value);
  }
  return values.map(sourceLine);
}
const bigEndian = (number, length) => {
  const out = new Uint8Array(length);
  for (let i = length - 1, rest = BigInt(number); i >= 0; i--, rest >>= 8n) out[i] = Number(rest & 0xffn);
  return out;
};
const joined = (...parts) => {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) out.set(part, at), (at += part.length);
  return out;
};
const LIBRARY = [
  "../../vendor/noble/", // as the pages serve it
  "../../../../ui/static/vendor/noble/", // as the tree keeps it
  "@noble/",
];
const loaded = new Map();
async function library(name) {
  for (const place of loaded.has(name) ? [] : LIBRARY) {
    const found = await import(place + name).catch(() => undefined);
    if (found) {
      loaded.set(name, found);
      break;
    }
  }
  return loaded.get(name);
}
/** Load what signatures need, so that everything after it runs without the network. */
export async function load() {
  for (const name of ["curves/bls12-381.js", "curves/ed25519.js", "hashes/sha2.js"]) {
    (await library(name)) ?? refuse("E_FILE", `the library ${name} is not there: signatures cannot be checked`);
  }
}
async function loadCurve() {
  const found = await library("curves/bls12-381.js");
  return found?.bls12_381 ?? refuse("E_FILE", "the curve library is not there: drand's signature cannot be checked");
}
/** Check a drand round by its BLS signature: a point of G1 of order r that signs the number of the round. */
export async function checkBeacon({ round, signature, randomness }) {
  const bytes = fromHex(signature);
  if (hexOf(sha256(bytes)) !== randomness) refuse("E_RANDOMNESS", `round ${round}`);
  const { period, genesis, key, group, beacon } = QUICKNET;
  const chain = joined(bigEndian(period, 4), bigEndian(genesis, 8), fromHex(key), fromHex(group), encoder.encode(beacon));
  if (hexOf(sha256(chain)) !== QUICKNET.hash) refuse("E_CHAIN", "the chain hash does not follow from its parameters");
  const { G1, shortSignatures } = await loadCurve();
  const message = sha256(bigEndian(round, 8));
  let isTrue = false;
  try {
    const point = G1.Point.fromHex(signature);
    point.assertValidity(); // on the curve, not infinity, of order r
    if (point.isTorsionFree() && point.toHex(true) === signature) {
      const hashed = shortSignatures.hash(message, "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_");
      isTrue = shortSignatures.verify(point, hashed, fromHex(key));
    }
  } catch {
    isTrue = false;
  }
  if (!isTrue) refuse("E_SIGNATURE", `the signature does not sign round ${round}`);
}

// ---- Sections 4, 9, 10, 11: documents ----
const MOST = 10 ** 9;
const stratum = (hasRate) => form({ id: name, N: whole(1, MOST), n: whole(0, MOST), ...(hasRate ? { bp: whole(0, 10000) } : {}) });
function readItem(value, where) {
  if (!isObject(value)) refuse("E_TYPE", where);
  if (!("rule" in value)) refuse("E_FIELD", `${where}.rule is missing`);
  const rule = any(value.rule, `${where}.rule`);
  if (rule !== "rate" && rule !== "total") refuse("E_RULE", `${where}.rule`);
  return form(
    {
      item: name, department: name, ns: any, frame_sha256: hex32, frame_root: hex32, n: whole(1, MOST),
      registry_n: whole(1, MOST),
      excluded: list(form({ reason: name, n: whole(1, MOST), list_sha256: hex32 }), 0, 1000),
      rule: any, strata: list(stratum(rule === "rate"), 1, 10000), ...(rule === "total" ? { total: whole(1, MOST) } : {}),
    },
    (item) => {
      ascending(item.excluded.map(({ reason }) => reason), `${where}.excluded`);
      ascending(item.strata.map(({ id }) => id), `${where}.strata`);
    },
  )(value, where);
}
const names100 = (value, where) => ascending(list(name, 0, 100)(value, where), where);
export function readManifest(value) {
  heading(value, "manifest", true);
  return form(
    {
      v: any, kind: any, alg: any, draw: name, plan: name, prev: orNone(hex32),
      mode: (mode, where) => (["open", "sealed"].includes(any(mode, where)) ? mode : refuse("E_MODE", where)),
      t0: moment, items: list(readItem, 1, 64), sources: list(readDeclared, 1, 8),
      keys: list(form({ party: name, commit: hex32 }), 0, 64), roster: orNone(hex32),
      replace: form({ max_rounds: whole(0, 99), reasons: names100, swap_reasons: names100 }),
      software: form({ repo: words, commit: hex20, build_sha256: hex32 }),
    },
    (manifest) => {
      ascending(manifest.items.map(({ item }) => item), "items");
      ascending(manifest.keys.map(({ party }) => party), "keys");
    },
  )(value, "manifest");
}
export function byTotal(total, sizes) {
  const sum = sizes.reduce((a, { N }) => a + BigInt(N), 0n);
  const shares = sizes.map(({ id, N }) => ({ id, q: (BigInt(total) * BigInt(N)) / sum, rest: (BigInt(total) * BigInt(N)) % sum }));
  let left = BigInt(total) - shares.reduce((a, { q }) => a + q, 0n);
  const order = [...shares].sort((a, b) => (a.rest !== b.rest ? (a.rest > b.rest ? -1 : 1) : less(a.id, b.id)));
  for (const share of order) if (left-- > 0n) share.q += 1n;
  return new Map(shares.map(({ id, q }) => [id, Number(q)]));
}
export const byRate = (size, bp) => Number((BigInt(size) * BigInt(bp) + 9999n) / 10000n);
function checkItems(manifest) {
  if ((manifest.mode === "sealed") !== manifest.keys.length > 0) refuse("E_MODE", "keys do not fit the mode");
  for (const item of manifest.items) {
    if (item.ns !== "obj" && item.ns !== `obj:${item.item}`) refuse("E_NS", item.item);
    if (item.n !== item.strata.reduce((sum, { N }) => sum + N, 0)) refuse("E_COUNT", item.item);
    if (item.registry_n - item.excluded.reduce((sum, { n }) => sum + n, 0) !== item.n) refuse("E_RECONCILE", item.item);
    if (item.strata.some(({ n, N }) => n > N) || (item.total ?? 0) > item.n) refuse("E_QUOTA_SIZE", item.item);
    const total = item.rule === "total" ? byTotal(item.total, item.strata) : null;
    for (const { id, N, n, bp } of item.strata) if (n !== (total ? total.get(id) : byRate(N, bp))) refuse("E_QUOTA", `${item.item} ${id}`);
  }
}
export function readRoster(value) {
  heading(value, "roster");
  const officer = form({ id: name, department: name, cap: whole(0, 10000), reason: any }, ({ cap, reason }, where) => {
    if ((cap === 0) !== (reason !== "")) refuse("E_CAP", where);
    orNone(name)(reason, `${where}.reason`);
  });
  const pool = form({ id: name, officers: list(name, 1, 10 ** 6) }, ({ officers }, where) => ascending(officers, where));
  return form(
    {
      v: any, kind: any, slack: whole(0, 10000), officers: list(officer, 1, 10 ** 6), pools: list(pool, 1, 10 ** 5),
      slots: list(form({ item: name, stratum: name, pools: list(name, 0, 16) }), 0, 640000),
      recusals: list(form({ object: objectId, officer: name, reason: name }), 0, 10 ** 7),
    },
    (roster) => {
      ascending(roster.officers.map(({ id }) => id), "officers");
      ascending(roster.pools.map(({ id }) => id), "pools");
      ascending(roster.slots.map(({ item, stratum: id }) => [item, id]), "slots");
      ascending(roster.recusals.map(({ object, officer: id }) => [object, id]), "recusals");
    },
  )(value, "roster");
}
function checkRoster(manifest, roster) {
  if (manifest.roster && !roster) refuse("E_ROSTER_MISSING", "the manifest names a roster");
  if (!manifest.roster && roster) refuse("E_ROSTER_EXTRA", "the manifest names no roster");
  if (!roster) return;
  if (digest("roster", roster) !== manifest.roster) refuse("E_ROSTER_DIGEST", "the roster is not the frozen one");
  const officers = new Set(roster.officers.map(({ id }) => id));
  const known = (ids) => ids.forEach((id) => officers.has(id) || refuse("E_OFFICER", id));
  roster.pools.forEach((pool) => known(pool.officers));
  const wanted = manifest.items.flatMap(({ item, strata }) => strata.map(({ id }) => [item, id]));
  if (!same(wanted, roster.slots.map(({ item, stratum: id }) => [item, id]))) refuse("E_SLOTS", "slots and strata differ");
  const pools = new Set(roster.pools.map(({ id }) => id));
  for (const slot of roster.slots) for (const id of slot.pools) if (!pools.has(id)) refuse("E_POOL", id);
  known(roster.recusals.map(({ officer }) => officer));
}
const GROUNDS = { reason: name, evidence_sha256: hex32, proposer: name, confirmer: name };
function readOrder(value, where) {
  heading(value, "order");
  return form(
    {
      v: any, kind: any, draw: name, r: whole(1, 99, "E_ROUNDS"), prev: hex32, t0: moment, sources: list(readDeclared, 1, 8),
      withdrawn: list(form({ object: objectId, ...GROUNDS }), 0, 10 ** 6),
      swapped: list(form({ visit: objectId, slot: slotId, ...GROUNDS }), 0, 10 ** 6),
    },
    (order) => {
      ascending(order.withdrawn.map(({ object }) => object), "withdrawn");
      ascending(order.swapped.map(({ visit, slot }) => slotKey(visit, slot)), "swapped");
    },
  )(value, where);
}
const readValues = (value, where) => list(readValue, 0, 8)(value, where);
const readRound = form({ order: readOrder, sources: readValues });
const readKeys = (value, where) => ascending(list(form({ party: name, key: hex32 }), 0, 64)(value, where).map(({ party }) => party), where);
function readAssignment(value, where) {
  if (!isObject(value)) refuse("E_TYPE", where);
  if (!("status" in value)) refuse("E_FIELD", `${where}.status is missing`);
  const canonicalOrder = ({ slots, officers = [] }) => {
    ascending(slots.map(({ visit, slot }) => slotKey(visit, slot)), `${where}.slots`);
    ascending(officers.map(({ id }) => id), `${where}.officers`);
  };
  const count = whole(0, MOST), key = { visit: objectId, slot: slotId };
  const forms = {
    none: form({ status: any }),
    complete: form({ status: any, aseed: hex32, lstar: count, slots: list(form({ ...key, officer: name, width: count, skipped: count }), 0, MOST) }, canonicalOrder),
    infeasible: form({ status: any, aseed: hex32, short: count, slots: list(form(key), 0, MOST), officers: list(form({ id: name, room: count }), 0, MOST) }, canonicalOrder),
  };
  const status = any(value.status, `${where}.status`);
  if (typeof status !== "string" || !Object.hasOwn(forms, status)) refuse("E_FIELD", `${where}.status is unknown`);
  return forms[status](value, where);
}
const readSelected = form({ id: objectId, ticket: hex32 });
const readStrata = list(form({ id: name, want: whole(0, MOST), cut: orNone(hex32), selected: list(readSelected, 0, MOST) }), 1, 10000);
function readResult(value, where) {
  heading(value, "result");
  return form({
    v: any, kind: any, draw: name, round: whole(0, 99), basis: hex32, prev: orNone(hex32), sources_digest: hex32,
    source_lines: list(words, 0, 8), seed: hex32, items: list(form({ item: name, strata: readStrata }), 1, 64), assignment: readAssignment,
  })(value, where);
}
/** Read a receipt; what it claims is believed only after `verify`. */
export function readReceipt(value) {
  heading(value, "receipt");
  form({
    v: any, kind: any, manifest: readManifest, sources: readValues, keys: readKeys,
    roster: (roster, where) => isObject(roster) && Object.keys(roster).length === 0 ? roster : readRoster(roster, where),
    results: list(form({ result: readResult, digest: hex32, seal: orNone(hex32) }), 1, 100), orders: list(readRound, 0, 99),
  })(value, "receipt");
  if (value.results.length !== value.orders.length + 1) refuse("E_RANGE", "results do not fit orders");
  return value;
}

// ---- Section 3: frames ----
const lineOf = (bytes, from, to) => new TextDecoder().decode(bytes.subarray(from, to));
/** The RFC 6962 root over lines. */
export function frameRoot(lines) {
  const stack = [];
  lines.forEach((line, place) => {
    let node = sha256(joined([0], encoder.encode(line)));
    for (let n = place; n % 2 === 1; n = (n - 1) / 2) node = sha256(joined([1], stack.pop(), node));
    stack.push(node);
  });
  return hexOf(stack.reduceRight((right, left) => sha256(joined([1], left, right))));
}
export function parseFrame(bytes) {
  if (bytes.length === 0) refuse("E_EMPTY", "the frame is empty");
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte > 0x7e || (byte < 0x20 && byte !== 10 && byte !== 13)) refuse("E_ASCII", `byte at offset ${i}`);
  }
  if (bytes.includes(13)) refuse("E_CRLF", "carriage returns");
  const text = lineOf(bytes, 0, bytes.length);
  if (!text.endsWith("\n") || text.startsWith("\n") || text.includes("\n\n")) refuse("E_EOL", "no final newline or an empty line");
  const lines = text.slice(0, -1).split("\n");
  const rows = lines.map((line, place) => {
    const parts = line.split("|");
    if (parts.length !== 2) refuse("E_LINE", `line ${place + 1}`);
    if (!ID.test(parts[0])) refuse("E_ID", `line ${place + 1}`);
    if (!NAME.test(parts[1])) refuse("E_NAME", `line ${place + 1}`);
    return parts;
  });
  if (new Set(rows.map(([id]) => id)).size !== rows.length) refuse("E_DUPLICATE", "an id stands on two lines");
  for (let i = 1; i < lines.length; i++) if (lines[i - 1] > lines[i]) refuse("E_UNSORTED", `line ${i + 1}`);
  return { lines, rows };
}
export function checkFrame(item, bytes) {
  const { lines, rows } = parseFrame(bytes);
  if (hexOf(sha256(bytes)) !== item.frame_sha256) refuse("E_FRAME_HASH", `${item.item}.txt frame_sha256`);
  if (frameRoot(lines) !== item.frame_root) refuse("E_FRAME_ROOT", `${item.item}.txt frame_root`);
  const sizes = new Map();
  for (const [, id] of rows) sizes.set(id, (sizes.get(id) ?? 0) + 1);
  const isSame = sizes.size === item.strata.length && item.strata.every(({ id, N }) => sizes.get(id) === N);
  return isSame ? rows : refuse("E_COUNT", `${item.item}.txt strata`);
}

// ---- Sections 7 and 8: keys, seeds, tickets ----
export const commitment = (draw, party, key) => hash(`srd1|key|${draw}|${party}|${key}`);
export const seedOf = (manifestDigest, lines, keys) =>
  hash(`srd1|seed|${manifestDigest}|${hash(lines.join("\n"))}|${hash(keys.map(({ party, key }) => `${party}:${key}`).join("\n"))}`);
export const roundSeed = (seed, r, orderDigest, lines) => hash(`srd1|rseed|${seed}|${r}|${orderDigest}|${hash(lines.join("\n"))}`);
export const sealOf = (resultDigest, seed) => hash(`srd1|sealed|${resultDigest}|${hash(`srd1|salt|${seed}`)}`);
export const ticket = (ns, seed, id) => hash(`srd1|${ns}|${seed}|${id}`);
function checkKeys(manifest, keys) {
  const given = new Map(keys.map(({ party, key }) => [party, key]));
  for (const { party } of manifest.keys) if (!given.has(party)) refuse("E_KEY_MISSING", party);
  for (const { party } of keys) if (!manifest.keys.some((key) => key.party === party)) refuse("E_KEY_EXTRA", party);
  for (const { party, commit } of manifest.keys) {
    if (commitment(manifest.draw, party, given.get(party)) !== commit) refuse("E_KEY_COMMIT", party);
  }
}
const BATCH = 20000;
/** Of each stratum the smallest tickets that are not barred. */
async function select(item, rows, want, seed, barred, counted) {
  const drawn = new Map(item.strata.map(({ id }) => [id, []]));
  let done = 0;
  for (const [id, stratumId] of rows) {
    if (!want.get(stratumId) || barred.has(id)) continue;
    drawn.get(stratumId).push({ id, ticket: ticket(item.ns, seed, id) });
    if (++done % BATCH === 0) await counted(BATCH);
  }
  await counted(done % BATCH);
  return item.strata.map(({ id }) => {
    const selected = drawn.get(id).sort((a, b) => less(a.ticket, b.ticket) || less(a.id, b.id)).slice(0, want.get(id));
    return { id, want: want.get(id), cut: selected.at(-1)?.ticket ?? "", selected };
  });
}

// ---- Section 10: officers ----
class Filling {
  constructor(visits, eligible, room) {
    Object.assign(this, { visits, eligible, room });
    this.of = visits.map(() => -1);
    this.held = room.map(() => new Set());
    this.node = new Map(); // visit and officer: the slot he holds there
    this.isFixed = visits.map(() => false);
  }
  key(slot, officer) {
    return this.visits[slot] * this.room.length + officer;
  }
  place(slot, officer) {
    this.of[slot] = officer;
    this.held[officer].add(slot);
    this.node.set(this.key(slot, officer), slot);
  }
  free(slot) {
    const officer = this.of[slot];
    this.of[slot] = -1;
    this.held[officer].delete(slot);
    this.node.delete(this.key(slot, officer));
    return officer;
  }
  /** Search from slots that need another officer; move along the first path to room, or tell what was reached. */
  push(slots, closed = -1) {
    const seen = new Set(slots.filter((slot) => !this.isFixed[slot])), officers = new Set([closed]);
    const from = new Map(), queue = [...seen];
    const open = (slot, by, officer) => {
      if (seen.has(slot) || this.isFixed[slot]) return;
      seen.add(slot), from.set(slot, [by, officer]), queue.push(slot);
    };
    for (let head = 0; head < queue.length; head++) {
      const slot = queue[head];
      for (const officer of this.eligible[slot]) {
        if (officers.has(officer)) continue;
        const rival = this.node.get(this.key(slot, officer));
        if (rival !== undefined) open(rival, slot, officer);
        else if (this.held[officer].size < this.room[officer]) return this.shift(from, slot, officer), null;
        else {
          officers.add(officer);
          for (const other of this.held[officer]) open(other, slot, officer);
        }
      }
    }
    return seen;
  }
  shift(from, slot, officer) {
    const path = [[slot, officer]];
    while (from.has(path.at(-1)[0])) path.push(from.get(path.at(-1)[0]));
    for (const [one] of path) if (this.of[one] !== -1) this.free(one);
    for (const [one, taken] of path) this.place(one, taken);
  }
  /** Fix a slot with an officer if all others can stay filled. */
  fix(slot, officer) {
    const before = this.of[slot];
    const rival = this.node.get(this.key(slot, officer)) ?? slot;
    if (this.isFixed[rival]) return false;
    this.isFixed[slot] = true;
    if (officer === before) return true;
    this.free(slot);
    if (rival !== slot) this.free(rival);
    const isFull = rival === slot && this.held[officer].size >= this.room[officer];
    const others = [...this.held[officer]];
    this.place(slot, officer);
    if (rival === slot ? !isFull || !this.push(others, officer) : !this.push([rival])) return true;
    this.free(slot);
    if (rival !== slot) this.place(rival, officer);
    this.place(slot, before);
    return (this.isFixed[slot] = false);
  }
}
/** RSD-F: the rule of section 10 over slots `{visit, slot, eligible}`. */
export function assign(slots, cap, slack, aseed) {
  const ordered = [...slots].sort((a, b) => compare(slotKey(a.visit, a.slot), slotKey(b.visit, b.slot)));
  const officers = Object.keys(cap).sort();
  const numbers = new Map(officers.map((id, number) => [id, number]));
  const visits = [...new Set(ordered.map(({ visit }) => visit))];
  const visitNumber = new Map(visits.map((visit, number) => [visit, number]));
  const room = officers.map((id) => cap[id]);
  const eligible = ordered.map((slot) => [...new Set(slot.eligible)].map((id) => numbers.get(id)).filter((n) => room[n] > 0).sort((a, b) => a - b));
  const filling = new Filling(ordered.map(({ visit }) => visitNumber.get(visit)), eligible, room);
  const unfilled = [...ordered.keys()].filter((slot) => filling.push([slot]) !== null);
  if (unfilled.length) return certificate(ordered, officers, filling, unfilled, aseed);
  let lstar = Math.max(0, ...filling.held.map(({ size }) => size));
  for (let fits = true; lstar && fits; ) {
    filling.room = room.map((own) => Math.min(own, lstar - 1));
    fits = filling.held.every((held, officer) => held.size < lstar || filling.push([...held], officer) === null);
    if (fits) lstar--;
  }
  filling.room = room.map((own) => Math.min(own, lstar + slack));
  const orders = new Map(visits.map((visit) => [visit, hash(`srd1|ord|${aseed}|${visit}`)]));
  const skipped = ordered.map(() => 0);
  const drawing = [...ordered.keys()].sort((a, b) => less(orders.get(ordered[a].visit), orders.get(ordered[b].visit)) || less(ordered[a].visit, ordered[b].visit) || a - b);
  for (const slot of drawing) {
    const { visit, slot: id } = ordered[slot];
    const byTicket = eligible[slot].map((officer) => [hash(`srd1|asg|${aseed}|${visit}|${id}|${officers[officer]}`), officer]).sort(compare);
    skipped[slot] = byTicket.findIndex(([, officer]) => filling.fix(slot, officer));
  }
  return {
    status: "complete", aseed, lstar,
    slots: ordered.map(({ visit, slot }, i) => ({ visit, slot, officer: officers[filling.of[i]], width: eligible[i].length, skipped: skipped[i] })),
  };
}
function certificate(slots, officers, filling, unfilled, aseed) {
  const stuck = [...filling.push(unfilled)].sort((a, b) => a - b);
  const reached = new Map();
  for (const slot of stuck) {
    for (const officer of filling.eligible[slot]) {
      if (!reached.has(officer)) reached.set(officer, new Set());
      reached.get(officer).add(filling.visits[slot]);
    }
  }
  const rooms = [...reached].sort(([a], [b]) => a - b).map(([officer, visits]) => ({ id: officers[officer], room: Math.min(filling.room[officer], visits.size) }));
  return {
    status: "infeasible", aseed, short: stuck.length - rooms.reduce((sum, { room }) => sum + room, 0),
    slots: stuck.map((slot) => ({ visit: slots[slot].visit, slot: slots[slot].slot })), officers: rooms,
  };
}

// ---- Sections 9 to 11: rounds, results, receipts ----
const pair = (visit, slot) => `${visit}|${slot}`;
function begin(manifest, roster, seed) {
  return {
    manifest, roster, seed, prev: manifest.prev, t0: manifest.t0, used: [...manifest.sources], round: 0, isInfeasible: false,
    selected: new Map(manifest.items.map(({ item }) => [item, new Map()])),
    withdrawn: new Set(), held: new Map(), released: new Map(),
  };
}
/** Apply an order: every slot of a withdrawn visit is released, then every swapped slot. */
function applyOrder(state, order) {
  const gone = new Set(order.withdrawn.map(({ object }) => object));
  for (const object of gone) state.withdrawn.add(object);
  for (const [key, { visit }] of state.held) if (gone.has(visit)) state.held.delete(key);
  for (const { visit, slot } of order.swapped) {
    const { officer } = state.held.get(pair(visit, slot));
    state.held.delete(pair(visit, slot));
    if (!state.released.has(visit)) state.released.set(visit, new Set());
    state.released.get(visit).add(officer);
  }
}
function applyResult(state, result) {
  for (const { item, strata } of result.items) {
    for (const { id, selected } of strata) for (const one of selected) state.selected.get(item).set(one.id, id);
  }
  if (result.assignment.status === "complete") {
    for (const one of result.assignment.slots) state.held.set(pair(one.visit, one.slot), one);
  }
  state.isInfeasible = result.assignment.status === "infeasible";
  state.prev = digest("result", result);
}
function checkOrder(state, order) {
  const { manifest } = state;
  if (order.r !== state.round + 1 || order.r > manifest.replace.max_rounds) refuse("E_ROUNDS", `round ${order.r}`);
  if (order.draw !== manifest.draw) refuse("E_DRAW", order.draw);
  if (state.isInfeasible) refuse("E_INFEASIBLE", "no round after an infeasible assignment");
  if (order.prev !== state.prev) refuse("E_PREV", `round ${order.r}`);
  if (unix(order.t0) <= unix(state.t0)) refuse("E_T0", order.t0);
  if (!same(order.sources.map(({ type }) => type), manifest.sources.map(({ type }) => type))) refuse("E_SOURCE_MISMATCH", "types");
  checkDeclared(order.sources, order.t0, state.used);
  if (!order.withdrawn.length && !order.swapped.length) refuse("E_EMPTY", `round ${order.r}`);
  const grounds = (one, reasons) => {
    if (!reasons.includes(one.reason)) refuse("E_REASON", one.reason);
    if (one.proposer === one.confirmer) refuse("E_CONFIRM", one.proposer);
  };
  for (const one of order.withdrawn) {
    const isSelected = [...state.selected.values()].some((item) => item.has(one.object));
    if (!isSelected || state.withdrawn.has(one.object)) refuse("E_WITHDRAWN", one.object);
    grounds(one, manifest.replace.reasons);
  }
  const gone = new Set([...state.withdrawn, ...order.withdrawn.map(({ object }) => object)]);
  for (const one of order.swapped) {
    if (!state.held.has(pair(one.visit, one.slot)) || gone.has(one.visit)) refuse("E_SWAP", pair(one.visit, one.slot));
    grounds(one, manifest.replace.swap_reasons);
  }
}
const quotas = (item) => new Map(item.strata.map(({ id, n }) => [id, n]));
function wantOf(state, item, order) {
  const want = new Map(item.strata.map(({ id }) => [id, 0]));
  for (const { object } of order.withdrawn) {
    const id = state.selected.get(item.item).get(object);
    if (id !== undefined) want.set(id, want.get(id) + 1);
  }
  return want;
}
async function selection(state, frames, seed, order, counted) {
  const items = [];
  for (const item of state.manifest.items) {
    const barred = order ? new Set([...state.selected.get(item.item).keys(), ...state.withdrawn]) : new Set();
    const want = order ? wantOf(state, item, order) : quotas(item);
    items.push({ item: item.item, strata: await select(item, frames.get(item.item), want, seed, barred, counted) });
  }
  return items;
}
function assignment(state, items, seed, swapped = []) {
  const { roster, manifest } = state;
  if (!roster) return { status: "none" };
  const cap = Object.create(null);
  for (const officer of roster.officers) cap[officer.id] = officer.cap;
  for (const { officer } of state.held.values()) cap[officer] -= 1;
  const pools = new Map(roster.pools.map(({ id, officers }) => [id, officers]));
  const rules = new Map(roster.slots.map((rule) => [`${rule.item}|${rule.stratum}`, rule.pools]));
  const barred = new Map();
  const bar = (visit, officer) => barred.set(visit, (barred.get(visit) ?? new Set()).add(officer));
  for (const { object, officer } of roster.recusals) bar(object, officer);
  for (const [visit, officers] of state.released) for (const officer of officers) bar(visit, officer);
  for (const { visit, officer } of state.held.values()) bar(visit, officer);
  const slot = (visit, item, number, pool) => ({
    visit, slot: `${item}:${number}`,
    eligible: pools.get(pool).filter((officer) => cap[officer] > 0 && !barred.get(visit)?.has(officer)),
  });
  const slots = [];
  for (const { item, strata } of items) {
    for (const { id, selected } of strata) {
      for (const one of selected) rules.get(`${item}|${id}`).forEach((pool, number) => slots.push(slot(one.id, item, number, pool)));
    }
  }
  for (const one of swapped) {
    const [, item, number] = slotKey(one.visit, one.slot);
    slots.push(slot(one.visit, item, number, rules.get(`${item}|${state.selected.get(item).get(one.visit)}`)[number]));
  }
  return assign(slots, cap, roster.slack, hash(`srd1|aseed|${seed}|${manifest.roster}`));
}
const recorded = (manifest, result) => {
  const found = digest("result", result);
  return { result, digest: found, seal: manifest.mode === "sealed" ? sealOf(found, result.seed) : "" };
};
function fileOf(bytes, kind, fields, manifest) {
  const value = heading(parse(bytes), kind);
  form({ v: any, kind: any, draw: name, ...fields })(value, kind);
  return value.draw === manifest.draw ? value : refuse("E_DRAW", `${kind} of ${value.draw}`);
}
const none = async () => {};
/** Draw from files by name (Uint8Array each), as `onevisit draw` does, and return the receipt file as text. */
export async function draw(files) {
  const needed = (file) => files[file] ?? refuse("E_FILE", `${file} cannot be read`);
  const manifest = readManifest(parse(needed("manifest.json")));
  checkItems(manifest);
  checkDeclared(manifest.sources, manifest.t0, []);
  const frames = new Map();
  for (const item of manifest.items) {
    const bytes = files[`frames/${item.item}.txt`] ?? refuse("E_FRAME_MISSING", item.item);
    frames.set(item.item, checkFrame(item, bytes));
  }
  const roster = files["roster.json"] ? readRoster(parse(files["roster.json"])) : null;
  checkRoster(manifest, roster);
  const { sources } = fileOf(needed("sources.json"), "sources", { sources: readValues }, manifest);
  const lines = await checkValues(manifest.sources, sources);
  const keys = files["keys.json"] ? fileOf(files["keys.json"], "keys", { keys: readKeys }, manifest).keys : [];
  checkKeys(manifest, keys);
  const basis = digest("manifest", manifest);
  const seed = seedOf(basis, lines, keys);
  const state = begin(manifest, roster, seed);
  const results = [], orders = [];
  const record = (round, head, items, roundAssignment) => {
    const result = { v: "srd1", kind: "result", draw: manifest.draw, round, prev: state.prev, items, assignment: roundAssignment, ...head };
    results.push(recorded(manifest, result));
    applyResult(state, result);
  };
  const items = await selection(state, frames, seed, null, none);
  record(0, { basis, sources_digest: digest("sources", sources), source_lines: lines, seed }, items, assignment(state, items, seed));
  const rounds = files["replacements.json"]
    ? fileOf(files["replacements.json"], "replacements", { rounds: list(readRound, 1, 99) }, manifest).rounds
    : [];
  for (const { order, sources: values } of rounds) {
    checkOrder(state, order);
    const roundLines = await checkValues(order.sources, values);
    const orderDigest = digest("order", order);
    const next = roundSeed(seed, order.r, orderDigest, roundLines);
    applyOrder(state, order);
    const substitutes = await selection(state, frames, next, order, none);
    const head = { basis: orderDigest, sources_digest: digest("sources", values), source_lines: roundLines, seed: next };
    record(order.r, head, substitutes, assignment(state, substitutes, next, order.swapped));
    Object.assign(state, { round: order.r, t0: order.t0, used: [...state.used, ...order.sources] });
    orders.push({ order, sources: values });
  }
  return `${canonical({ v: "srd1", kind: "receipt", manifest, sources, keys, roster: roster ?? {}, results, orders })}\n`;
}

// ---- Section 14.1: ledger proofs ----
/** What does not have its form; the reader decides which refusal that is. */
class Malformed extends Error {}
const malformed = (detail) => {
  throw new Malformed(detail);
};
const GREATEST_FILE = 262144, GREATEST = 2n ** 63n - 1n;
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const ED25519_PRIME = 2n ** 255n - 19n;
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf8 = (bytes) => {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return malformed("not UTF-8");
  }
};
/** Bytes as a text of one character each. */
const opaque = (bytes) => {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};
const bytesOf = (text) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));
const little = (bytes) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const big = (bytes) => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
function base64(text) {
  let found;
  try {
    found = atob(text);
  } catch {
    malformed("not base64");
  }
  return btoa(found) === text ? bytesOf(found) : malformed("base64 with unused bits set");
}
const numberOf = (text) => (/^(?:0|[1-9][0-9]{0,18})$/.test(text) && BigInt(text) <= GREATEST ? BigInt(text) : malformed("not a number"));
const SPACES = /[\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const isKeyName = (text) => text !== "" && !text.includes("+") && !SPACES.test(text);
const hasControl = (text) => /[\x00-\x09\x0b-\x1f]/.test(text);
/** Cut at the first sign; `[whole, "", ""]` where there is none. */
const cutAt = (text, sign) => {
  const at = text.indexOf(sign);
  return at < 0 ? [text, "", ""] : [text.slice(0, at), sign, text.slice(at + sign.length)];
};

/** Ed25519 after RFC 8032, S below the order and the equation without cofactor, so that all verifiers agree. */
async function isSigned(key, message, signature) {
  if (signature.length !== 64 || little(signature.subarray(32)) >= ED25519_ORDER) return false;
  const curves = await library("curves/ed25519.js"), hashes = await library("hashes/sha2.js");
  if (!curves || !hashes) return isSignedForPlatform(key, message, signature);
  const { Point } = curves.ed25519, commitment = signature.subarray(0, 32);
  let point;
  try {
    point = Point.fromBytes(key);
  } catch {
    return false;
  }
  const challenge = little(hashes.sha512(joined(commitment, key, message))) % ED25519_ORDER;
  const expected = Point.BASE.multiplyUnsafe(little(signature.subarray(32))).add(point.multiplyUnsafe(challenge).negate());
  return hexOf(expected.toBytes()) === hexOf(commitment);
}
async function isSignedForPlatform(key, message, signature) {
  const y = little(key) & ((1n << 255n) - 1n);
  if (y >= ED25519_PRIME || ((y === 1n || y === ED25519_PRIME - 1n) && key[31] >> 7)) return false; // another writing of a point
  try {
    const held = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", held, signature, message);
  } catch {
    return refuse("E_FILE", "neither the curve library nor this platform can check the signatures of the ledger");
  }
}

function readVkey(bytes, kind) {
  const [keyName, plus, rest] = cutAt(utf8(bytes), "+");
  const [id, other, encoded] = cutAt(rest, "+");
  if (!plus || !other || !isKeyName(keyName)) malformed("a key is <name>+<id>+<base64>");
  const data = base64(encoded);
  if (data.length !== 33 || data[0] !== kind) malformed("the key is not of its type");
  const found = hexOf(sha256(joined(encoder.encode(`${keyName}\n`), data))).slice(0, 8);
  return id === found ? { name: keyName, id, public: data.subarray(1) } : malformed("the key id is not that of the key");
}
/** Read a policy (C2SP tlog-policy): whose signatures count, and when enough witnesses have signed. */
export function readPolicy(bytes) {
  const refused = (detail) => refuse("E_POLICY", detail);
  if (bytes.length > GREATEST_FILE) refused("larger than 262,144 bytes");
  const text = opaque(bytes);
  if (/[\x00-\x08\x0b-\x1f\x7f]/.test(text) || !text.endsWith("\n")) refused("a byte that may not stand in a policy, or no final LF");
  const policy = { digest: hexOf(sha256(bytes)), logs: [], witnesses: [], groups: [], quorum: null };
  const names = new Set(), members = new Set(), keys = new Set();
  const define = (word) => (word === "none" || names.has(word) ? malformed("a name is taken") : names.add(word));
  const keyOf = (items, kind) => {
    if (!items.length || items.length > 2 || (items.length === 2 && !/^https?:\/\//.test(items[1]))) malformed("a key, and at most a url after it");
    const key = readVkey(bytesOf(items[0]), kind), own = hexOf(key.public), identity = `${key.name}+${key.id}`;
    if (keys.has(own) || keys.has(identity)) malformed("a key stands twice");
    keys.add(own).add(identity);
    return key;
  };
  const readers = {
    log: (items) => policy.logs.push(keyOf(items, 1)),
    witness: ([word, ...items]) => {
      define(word ?? malformed("a witness has a name"));
      policy.witnesses.push({ name: word, key: keyOf(items, 4) });
    },
    group: ([word, threshold, ...own]) => {
      if (!own.length) malformed("a group has a name, a threshold and members");
      for (const member of own) names.has(member) && !members.has(member) ? members.add(member) : malformed("a member is undefined or already in a group");
      const counted = threshold === "any" ? "1" : threshold === "all" ? String(own.length) : threshold;
      if (!/^[1-9][0-9]{0,5}$/.test(counted) || Number(counted) > own.length) malformed("a threshold is any, all or a number up to that of the members");
      policy.groups.push({ name: word, threshold: Number(counted), members: own });
      define(word);
    },
    quorum: (items) => {
      const isKnown = items.length === 1 && (items[0] === "none" || names.has(items[0]));
      if (policy.quorum !== null || !isKnown) malformed("the quorum is one name defined above it, or none, and stands once");
      [policy.quorum] = items;
    },
  };
  for (const [place, line] of text.slice(0, -1).split("\n").entries()) {
    const [word, ...items] = line.split(/[ \t]+/).filter(Boolean);
    if (word === undefined || word.startsWith("#")) continue;
    try {
      (Object.hasOwn(readers, word) ? readers[word] : () => malformed("unknown word"))(items);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      refused(`line ${place + 1}: ${error.message}`);
    }
  }
  return policy.logs.length && policy.quorum !== null ? policy : refused("a policy has a log and a quorum");
}
function quorumTime(policy, known) {
  if (policy.quorum === "none") return null;
  const times = new Map();
  for (const { line, key } of known) {
    const witness = policy.witnesses.find((one) => one.key === key);
    const time = big(line.value.subarray(0, 8));
    if (!witness || time < 1n || time > GREATEST) continue;
    if (!times.has(witness.name) || time < times.get(witness.name)) times.set(witness.name, time);
  }
  for (const group of policy.groups) {
    const signed = group.members.filter((one) => times.has(one)).map((one) => times.get(one)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    if (signed.length >= group.threshold) times.set(group.name, signed[group.threshold - 1]);
  }
  return times.get(policy.quorum) ?? refuse("E_QUORUM", "too few witnesses have signed");
}
function readSignature(text) {
  const [keyName, space, encoded] = cutAt(text.slice(2), " ");
  if (!text.startsWith("\u2014 ") || !space || !isKeyName(keyName)) malformed("a signature line is \u2014 <name> <base64>");
  const data = base64(encoded);
  return data.length > 4 ? { name: keyName, id: hexOf(data.subarray(0, 4)), value: data.subarray(4) } : malformed("a signature line has a key id and a signature");
}
/** Read a proof (C2SP tlog-proof): an entry, its place in the tree, and who signed the tree. */
export function readProof(bytes) {
  try {
    if (bytes.length > GREATEST_FILE) malformed("larger than 262,144 bytes");
    const text = utf8(bytes);
    const [head, gap, tail] = cutAt(text, "\n\n");
    const empty = text.slice(0, -1).split("\n").filter((line) => line === "").length;
    if (!gap || !text.endsWith("\n") || hasControl(text) || empty !== 2) malformed("a proof has exactly two empty lines and ends with LF");
    const [body, other, lines] = cutAt(tail, "\n\n");
    if (!other || !body || !lines.endsWith("\n") || lines.includes("\n\n")) malformed("a note is a text, an empty line and signature lines");
    const signatures = lines.slice(0, -1).split("\n").map(readSignature);
    const [first, extra, index, ...hashes] = head.split("\n");
    if (first !== "c2sp.org/tlog-proof@v1" || !extra?.startsWith("extra ") || !index?.startsWith("index ") || hashes.length > 63) {
      malformed("a proof begins with its version, the entry and its index");
    }
    const payload = base64(extra.slice(6));
    if (!payload.length || payload.length > 65535) malformed("an entry has 1 to 65,535 bytes");
    const proof = hashes.map(base64), [origin, size, encoded] = body.split("\n");
    if (encoded === undefined || body.split("\n").includes("")) malformed("a checkpoint is an origin, a size and a root");
    const root = base64(encoded);
    if ([root, ...proof].some((one) => one.length !== 32)) malformed("a hash has 32 bytes");
    return { payload, index: numberOf(index.slice(6)), proof, text: `${body}\n`, origin, size: numberOf(size), root, signatures };
  } catch (error) {
    if (error instanceof Malformed) refuse("E_PROOF", error.message);
    throw error;
  }
}
function nesting(bytes) {
  let depth = 0, deepest = 0, isString = false, isEscaped = false;
  for (const byte of bytes) {
    if (isString) {
      isString = byte !== 0x22 || isEscaped;
      isEscaped = byte === 0x5c && !isEscaped;
    } else if (byte === 0x22) isString = true;
    else if (byte === 0x5b || byte === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return deepest;
}
function checkPayload(payload, wanted) {
  if (nesting(payload) > 32) refuse("E_JSON", "nested too deep");
  const value = parse(payload);
  if (hexOf(encoder.encode(canonical(value))) !== hexOf(payload)) refuse("E_JSON", "the payload is not canonical");
  checkSaid(value, wanted);
}
/** What an entry says, however it was read: names of witnesses in it need not be ASCII. */
function checkSaid(value, wanted) {
  for (const field of ["event", "draw", "digest"]) {
    if (!Object.hasOwn(value, field)) refuse("E_FIELD", field);
    if (typeof value[field] !== "string") refuse("E_TYPE", field);
  }
  for (const [field, code] of [["event", "E_MISMATCH"], ["draw", "E_DRAW"], ["digest", "E_MISMATCH"]]) {
    if (value[field] !== wanted[field]) refuse(code, `${field} of the entry`);
  }
}
const nodeHash = (left, right) => sha256(joined(Uint8Array.of(1), left, right));
function leadsToRoot({ index, size, payload, proof, root }) {
  if (index >= size) return false;
  let place = index, latest = size - 1n, value = sha256(joined(Uint8Array.of(0), payload));
  for (const one of proof) {
    if (latest === 0n) return false;
    if (place & 1n || place === latest) {
      value = nodeHash(one, value);
      while (!(place & 1n) && place) (place >>= 1n), (latest >>= 1n);
    } else value = nodeHash(value, one);
    place >>= 1n;
    latest >>= 1n;
  }
  return latest === 0n && hexOf(value) === hexOf(root);
}
/** Check one proof of an entry of a draw; returns when the quorum was complete, null with `quorum none`, and the log. */
export async function checkProof(bytes, policy, wanted) {
  const proof = readProof(bytes);
  checkPayload(proof.payload, wanted);
  return checkEntry(proof, policy);
}
/** Check signatures, inclusion and quorum of a proof, whatever its entry says. */
async function checkEntry(proof, policy) {
  if (!policy.logs.some((key) => key.name === proof.origin)) refuse("E_LOG", "the origin is no log of the policy");
  const keys = [...policy.logs, ...policy.witnesses.map(({ key }) => key)];
  const known = proof.signatures
    .map((line) => ({ line, key: keys.find((key) => key.name === line.name && key.id === line.id) }))
    .filter(({ key }) => key);
  for (const { line, key } of known) {
    const isLog = policy.logs.includes(key);
    const time = isLog ? "" : `cosignature/v1\ntime ${big(line.value.subarray(0, 8))}\n`;
    const isTrue = await isSigned(key.public, encoder.encode(time + proof.text), isLog ? line.value : line.value.subarray(8));
    if (!isTrue) refuse("E_SIGNATURE", `the line of ${key.name}`);
  }
  if (!known.some(({ key }) => policy.logs.includes(key) && key.name === proof.origin)) refuse("E_LOG", "the log has not signed");
  if (!leadsToRoot(proof)) refuse("E_PROOF", "the hashes do not lead from the entry to the root");
  return { time: quorumTime(policy, known), log: proof.origin };
}
const MARGIN = 600n;
const printable = (bytes) => Array.from(bytes, (byte) => (byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `%${HEX[byte].toUpperCase()}`)).join("");
const proofFile = (proofs, file) => proofs[file] ?? refuse("E_FILE", `${file} is missing`);
async function checkCommitments({ manifest, orders }, proofs) {
  const policy = readPolicy(proofFile(proofs, "policy.txt"));
  const commitments = [
    ["manifest.tlog-proof", "draw.committed", digest("manifest", manifest), manifest.t0],
    ...orders.map(({ order }, place) => [`order-${place + 1}.tlog-proof`, "draw.ordered", digest("order", order), order.t0]),
  ];
  const logs = new Set();
  let least = null;
  for (const [file, event, wanted, t0] of commitments) {
    const { time, log } = await checkProof(proofFile(proofs, file), policy, { event, draw: manifest.draw, digest: wanted });
    logs.add(printable(encoder.encode(log)));
    if (time === null) continue;
    const margin = BigInt(unix(t0)) - time;
    if (margin < MARGIN) refuse("E_LATE", `${file} was cosigned ${margin} s before ${t0}`);
    if (least === null || margin < least) least = margin;
  }
  const text = `policy ${policy.digest} quorum ${printable(bytesOf(policy.quorum))} log ${[...logs].join(",")}`;
  return policy.quorum === "none" ? ["skipped", text] : `${text} margin ${least}`;
}
async function checkLogged({ manifest, results }, proofs) {
  const policy = readPolicy(proofFile(proofs, "policy.txt"));
  for (const [round, { digest: own, seal }] of results.entries()) {
    const wanted = { event: round ? "draw.replaced" : "draw.drawn", draw: manifest.draw, digest: manifest.mode === "sealed" ? seal : own };
    await checkProof(proofFile(proofs, `result-${round}.tlog-proof`), policy, wanted);
  }
}

// ---- Section 13: the plan ----
function readPlan(bytes) {
  const value = heading(parse(bytes), "plan");
  const planStratum = (hasRate) => form({ id: name, ...(hasRate ? { bp: whole(0, 10000) } : {}) });
  const planItem = (item, where) => {
    if (!isObject(item)) refuse("E_TYPE", where);
    const hasTotal = item.rule === "total";
    const own = { item: name, department: name, ns: any, rule: any, strata: list(planStratum(!hasTotal), 1, 10000) };
    return form({ ...own, ...(hasTotal ? { total: whole(1, MOST) } : {}) })(item, where);
  };
  const entry = form({
    draw: name, t0: moment, mode: any, items: list(planItem, 1, 64), sources: list(any, 1, 8),
    parties: list(name, 0, 64), max_rounds: whole(0, 99),
  });
  return form({ v: any, kind: any, plan: name, draws: list(entry, 0, 10 ** 6) })(value, "plan");
}
/** Hold a manifest against the one entry that its plan has for it. */
function checkPlan(bytes, manifest) {
  const { plan, draws } = readPlan(bytes);
  if (plan !== manifest.plan) refuse("E_MISMATCH", `the plan is ${plan}, the manifest executes ${manifest.plan}`);
  const entries = draws.filter((entry) => entry.draw === manifest.draw);
  if (entries.length !== 1) refuse("E_MISMATCH", `the plan has ${entries.length} entries of draw ${manifest.draw}`);
  const items = manifest.items.map(({ item, department, ns, rule, strata, total }) => ({
    item, department, ns, rule, strata: strata.map(({ id, bp }) => (bp === undefined ? { id } : { id, bp })), ...(total === undefined ? {} : { total }),
  }));
  const { draw, t0, mode, sources, keys, replace } = manifest;
  const wanted = { draw, t0, mode, items, sources: sources.map(({ type }) => type), parties: keys.map(({ party }) => party), max_rounds: replace.max_rounds };
  for (const [field, value] of Object.entries(wanted)) if (!same(entries[0][field], value)) refuse("E_MISMATCH", `the plan says otherwise about ${field}`);
  return `as plan ${manifest.plan} says`;
}

// ---- Section 14: verification ----
const expect = (expected, found, what) => same(expected, found) || refuse("E_MISMATCH", what);
const UNCHECKED = "choice not checked: without the frames a hand-picked list with right tickets looks the same";
function checkTickets(manifest, result, wanted, isExact) {
  expect(manifest.items.map(({ item }) => item), result.items.map(({ item }) => item), "the items");
  for (const [place, item] of manifest.items.entries()) {
    const { strata } = result.items[place];
    expect(item.strata.map(({ id }) => id), strata.map(({ id }) => id), `the strata of ${item.item}`);
    const seen = new Set();
    for (const { id, want, cut, selected } of strata) {
      const where = `items ${item.item} ${id}`;
      expect(wanted.get(item.item).get(id), want, `${where} want`);
      if (selected.length > want || (isExact && selected.length !== want)) refuse("E_MISMATCH", `${where} selected`);
      for (const [n, one] of selected.entries()) {
        if (seen.has(one.id)) refuse("E_MISMATCH", `${where} ${one.id} twice`);
        seen.add(one.id);
        if (n && compare([selected[n - 1].ticket, selected[n - 1].id], [one.ticket, one.id]) > 0) refuse("E_MISMATCH", `${where} order`);
        expect(ticket(item.ns, result.seed, one.id), one.ticket, `${where} ticket of ${one.id}`);
      }
      expect(selected.at(-1)?.ticket ?? "", cut, `${where} cut`);
    }
  }
}
const wantedBy = (manifest, of) => new Map(manifest.items.map((item) => [item.item, of(item)]));
async function checkRound(state, { order, sources }, result, frames, counted) {
  checkOrder(state, order);
  const lines = await checkValues(order.sources, sources);
  const orderDigest = digest("order", order);
  const where = `round ${order.r}`;
  expect(lines, result.source_lines, `${where} source_lines`);
  expect(digest("sources", sources), result.sources_digest, `${where} sources_digest`);
  expect([state.manifest.draw, order.r, orderDigest, state.prev], [result.draw, result.round, result.basis, result.prev], `${where} draw, round, basis or prev`);
  expect(roundSeed(state.seed, order.r, orderDigest, lines), result.seed, `${where} seed`);
  checkTickets(state.manifest, result, wantedBy(state.manifest, (item) => wantOf(state, item, order)), false);
  const gone = new Set([...state.withdrawn, ...order.withdrawn.map(({ object }) => object)]);
  for (const { item, strata } of result.items) {
    for (const { selected } of strata) {
      for (const { id } of selected) if (state.selected.get(item).has(id) || gone.has(id)) refuse("E_MISMATCH", `${where} ${id} is no substitute`);
    }
  }
  if (frames) {
    for (const object of gone) state.withdrawn.add(object);
    expect(await selection(state, frames, result.seed, order, counted), result.items, `${where} items`);
  }
}
/**
 * Verify a receipt file. @param bytes the file
 * @param given `{frames: {item: bytes}, plan: bytes, previous: bytes, proofs: {file: bytes}}`; the proofs hold `policy.txt`
 * @param counted told how many tickets were computed, again and again
 * @returns checks `{number, status, text}`, the first that failed is the last; `isGood` if none failed, and
 * `isVerified` only if nothing in `lacking` was skipped either: V1, V3 and V7 (section 14), V8, and V10 where a record before is named;
 * `line` is the last line of the command
 */
export async function verify(bytes, given = {}, counted = none) {
  const checks = [], frames = new Map();
  let receipt, manifest, first, tickets = 0;
  const count = async (number) => counted((tickets += number));
  const states = async (each) => {
    const state = begin(manifest, rosterOf(receipt), first.seed);
    applyResult(state, first);
    for (const [place, round] of receipt.orders.entries()) {
      const { result } = receipt.results[place + 1];
      await each(state, round, result);
      if (state.round === place) {
        applyOrder(state, round.order);
        Object.assign(state, { round: round.order.r, t0: round.order.t0, used: [...state.used, ...round.order.sources] });
      }
      applyResult(state, result);
    }
  };
  const steps = [
    () => {
      receipt = readReceipt(parse(bytes));
      ({ manifest } = receipt);
      first = receipt.results[0].result;
      return `receipt of draw ${manifest.draw}, ${receipt.orders.length} replacement rounds`;
    },
    () => (given.proofs ? checkCommitments(receipt, given.proofs) : ["skipped", "no ledger proofs given"]),
    () => (given.plan ? checkPlan(given.plan, manifest) : ["skipped", "no plan given"]),
    () => {
      checkItems(manifest);
      if (!given.frames) return ["skipped", "no frames given"];
      for (const item of manifest.items) {
        frames.set(item.item, checkFrame(item, given.frames[item.item] ?? refuse("E_FRAME_MISSING", `${item.item}.txt`)));
      }
      return `${manifest.items.reduce((sum, { n }) => sum + n, 0)} lines in ${frames.size} frames`;
    },
    async () => {
      checkDeclared(manifest.sources, manifest.t0, []);
      expect(await checkValues(manifest.sources, receipt.sources), first.source_lines, "source_lines");
      expect(digest("sources", receipt.sources), first.sources_digest, "sources_digest");
      const isFresh = manifest.sources.some(({ type }) => type === "drand");
      return isFresh ? `not known before ${manifest.t0}` : "freshness rests on the ledger's order and the calendar";
    },
    () => (checkKeys(manifest, receipt.keys), `${receipt.keys.length} keys open their commitments`),
    () => {
      expect(manifest.draw, first.draw, "draw");
      expect(0, first.round, "round");
      expect(digest("manifest", manifest), first.basis, "basis");
      expect(manifest.prev, first.prev, "prev");
      expect(seedOf(first.basis, first.source_lines, receipt.keys), first.seed, "seed");
      return first.seed;
    },
    async () => {
      checkTickets(manifest, first, wantedBy(manifest, quotas), true);
      if (!given.frames) return ["skipped", UNCHECKED];
      expect(await selection(begin(manifest, null, ""), frames, first.seed, null, count), first.items, "items");
      return `${tickets} tickets computed`;
    },
    async () => {
      if (!receipt.orders.length) return "no replacement rounds";
      await states((state, round, result) => checkRound(state, round, result, given.frames ? frames : null, count));
      return given.frames ? `${receipt.orders.length} replacement rounds` : ["skipped", UNCHECKED];
    },
    async () => {
      const roster = rosterOf(receipt);
      checkRoster(manifest, roster);
      expect(assignment(begin(manifest, roster, ""), first.items, first.seed), first.assignment, "assignment");
      await states((state, { order }, result) => {
        applyOrder(state, order);
        Object.assign(state, { round: order.r, t0: order.t0, used: [...state.used, ...order.sources] });
        expect(assignment(state, result.items, result.seed, order.swapped), result.assignment, `round ${order.r} assignment`);
      });
      return roster ? "every assignment re-computed" : "no officers are assigned";
    },
    () => {
      if (!given.previous) return ["skipped", "no previous record given"];
      const before = parse(given.previous);
      const digests = before.kind === "void" ? [digest("void", before)] : readReceipt(before).results.map(({ result }) => digest("result", result));
      return digests.includes(manifest.prev) ? manifest.prev : refuse("E_MISMATCH", "prev: the draw does not follow the record given");
    },
    async () => {
      receipt.results.forEach(({ result, ...found }, round) => {
        const again = recorded(manifest, result);
        expect(again.digest, found.digest, `round ${round} digest`);
        expect(again.seal, found.seal, `round ${round} seal`);
      });
      const latest = receipt.results.at(-1).digest;
      if (!given.proofs) return `${latest} not looked up in the ledger`;
      await checkLogged(receipt, given.proofs);
      return `${latest} logged`;
    },
  ];
  await selfTest();
  for (const [number, step] of steps.entries()) {
    try {
      const said = await step();
      checks.push(Array.isArray(said) ? { number, status: said[0], text: said[1] } : { number, status: "ok", text: said });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      checks.push({ number, status: "failed", text: error.message });
      break;
    }
  }
  const isGood = checks.at(-1).status !== "failed";
  const { lacking, line } = isGood ? concluded(checks, manifest) : { lacking: [], line: "" };
  return { checks, tickets, receipt, isGood, lacking, line, isVerified: isGood && !lacking.length };
}
/** The last line: which skipped checks leave nothing verified (section 14; V10 where a record before is named), and which others there are. */
export function concluded(checks, { prev }, beside = []) {
  const skipped = checks.filter(({ number, status }) => status === "skipped" && (number !== 10 || prev)).map(({ number }) => number);
  const needed = (number) => [1, 3, 7, 8, 10].includes(number), named = (number) => `V${number}`;
  const lacking = skipped.filter(needed).map(named), others = [...skipped.filter((one) => !needed(one)).map(named), ...beside];
  const said = lacking.length ? `not verified: ${lacking.join(", ")} skipped` : "verified";
  return { lacking, line: others.length ? `${said}; not looked at: ${others.join(", ")}` : said };
}
const rosterOf = ({ roster }) => (Object.keys(roster).length ? roster : null);

// ---- What stands beside a receipt: held against the ledger, as docs/adr/0023, 0025 and 0027 say; no part of srd1 ----
/** From this moment on a bundle brings every file that is asked for here; earlier ones may lack some of them. */
const SINCE = unix("2026-12-01T00:00:00+08:00"), NAMED_SINCE = unix("2027-01-01T00:00:00+08:00");
// A draw whose t0 is this moment or later is of no earlier version: the commitment is 180 days before it at most.
const EVERY_SINCE = unix("2027-07-01T00:00:00+08:00");
const KEY_MARGIN = 60n, LODGED_SLACK = 600n;
const COMMITTED = "manifest.tlog-proof", UNWITNESSED = { quorum: "none" };
const needed = (files, file) => files[file] ?? refuse("E_FILE", `${file} is missing`);
const isTyped = ({ type }, round) => type !== "drand" && (round > 0 || type !== "ceremony");
/** A proof and what its entry says; names of witnesses need not be ASCII, so the entry is no document of section 2. */
function readEntry(files, file) {
  const proof = readProof(needed(files, file));
  let said, text;
  try {
    text = utf8(proof.payload);
    said = JSON.parse(text);
  } catch {
    refuse("E_JSON", `the entry of ${file}`);
  }
  // The ledger writes RFC 8785, which is what JSON.stringify writes: a field that stands twice is in neither.
  return isObject(said) && JSON.stringify(said) === text ? { proof, said } : refuse("E_JSON", `the entry of ${file}`);
}
function checkOrderOf(files, file, later, what) {
  const own = readProof(needed(files, file)), other = readProof(needed(files, later));
  if (own.origin !== other.origin) refuse("E_LOG", `${file} and ${later} are of two logs, their order shows nothing`);
  if (own.index >= other.index) refuse("E_ORDER", `${file} is entry ${own.index}, after the ${what}, entry ${other.index}`);
}
/** By the entry of the commitment: a version that fixes the groups at the freeze and lets no city lower the figure of small strata. */
const announces = (files, { t0 }) => unix(t0) >= EVERY_SINCE || (Boolean(files[COMMITTED]) && "opens" in readEntry(files, COMMITTED).said);
const commitmentTime = async (files, policy) => (await checkEntry(readProof(needed(files, COMMITTED)), policy)).time;

async function* checkRoom({ manifest, sources, orders }, files, policy) {
  const local = sources.filter(({ type }) => type === "ceremony"), file = "sourced.tlog-proof";
  if (files[file]) {
    const { time } = await checkProof(files[file], policy, { event: "draw.sourced", draw: manifest.draw, digest: digest("sources", local) });
    const ahead = time === null ? null : BigInt(unix(manifest.t0)) - time;
    if (local.length && ahead !== null && ahead < KEY_MARGIN) refuse("E_LATE", `${file} was cosigned ${ahead} s before ${manifest.t0}`);
    yield [file, true];
  } else if (local.length) {
    if (unix(manifest.t0) >= SINCE) refuse("E_FILE", `${file} is missing`);
    yield [file, false];
  }
  for (const [round, { t0, values }] of [{ t0: manifest.t0, values: sources }, ...orders.map(({ order, sources: values }) => ({ t0: order.t0, values }))].entries()) {
    for (const [place, value] of values.entries()) {
      if (isTyped(value, round)) yield [`value-${round}-${place}.tlog-proof`, await checkValue({ manifest, round, place, value, t0 }, files, policy)];
    }
  }
}
/** When each key came in: after the values of the room, seen before `t0`. */
async function* checkKeyEntries({ manifest }, files, policy) {
  const t0 = unix(manifest.t0), room = "sourced.tlog-proof";
  for (const { party, commit } of manifest.keys) {
    const file = `key-${party}.tlog-proof`;
    if (!files[file]) {
      if (t0 >= NAMED_SINCE) refuse("E_FILE", `${file} is missing`);
      yield [file, false];
      continue;
    }
    const { proof, said } = readEntry(files, file);
    if (!["draw.key_handed", "draw.key_combined"].includes(said.event) || said.party !== party || said.commitment !== commit) {
      refuse("E_MISMATCH", `the entry of ${file} is not the one of the key of ${party}`);
    }
    if (said.draw !== manifest.draw) refuse("E_DRAW", `the entry of ${file} is of another draw`);
    const { time } = await checkEntry(proof, policy);
    if (files[room]) checkOrderOf(files, room, file, `key of ${party}`);
    checkOrderOf(files, file, "result-0.tlog-proof", "result");
    if (time !== null && time >= BigInt(t0)) refuse("E_LATE", `${file} was not cosigned before ${manifest.t0}`);
    yield [file, true];
  }
}
/** Who signed the fingerprint of the manifest: each department before its key, which names that manifest. */
async function* checkAttested({ manifest }, files, policy) {
  const own = digest("manifest", manifest), signed = new Map(), first = "attested-1.tlog-proof";
  const names = Object.keys(files).filter((one) => /^attested-[1-9][0-9]{0,2}\.tlog-proof$/.test(one)).sort();
  for (const file of names) {
    const { proof, said: { event, draw, department, fingerprint, is_agreed: isAgreed } } = readEntry(files, file);
    if (event !== "draw.attested" || !department || [department, fingerprint].some((one) => typeof one !== "string") || typeof isAgreed !== "boolean") {
      refuse("E_MISMATCH", `the entry of ${file} is no answer to a fingerprint`);
    }
    if (draw !== manifest.draw) refuse("E_DRAW", `the entry of ${file} is of another draw`);
    if (fingerprint !== own) refuse("E_MISMATCH", `the entry of ${file} answers to another fingerprint than the manifest's`);
    await checkEntry(proof, policy);
    checkOrderOf(files, COMMITTED, file, `answer of ${department}`);
    if (isAgreed) signed.set(department, [...(signed.get(department) ?? []), file]);
    yield [file, true];
  }
  const [unsigned] = manifest.keys.filter(({ party }) => asksSignature(files, party, own) && !isSignedBefore(files, party, signed.get(party) ?? []));
  if (!unsigned) return; // every key was asked: one that was signed late is refused, whatever another one lacks
  if (unix(manifest.t0) < NAMED_SINCE) return void (yield [first, false]);
  if (!names.length) refuse("E_FILE", `${first} is missing: ${unsigned.party} signed the manifest before its key`);
  refuse("E_MISMATCH", `key-${unsigned.party}.tlog-proof: nothing shows that its owner signed`);
}
/** Not a key from shares, nor one of a version that took it without a signature: its entry names no manifest. */
function asksSignature(files, party, own) {
  const file = `key-${party}.tlog-proof`, said = files[file] ? readEntry(files, file).said : {};
  if (said.event !== "draw.key_handed" || !said.manifest_digest) return false;
  return said.manifest_digest === own || refuse("E_MISMATCH", `the key of ${file} was handed over to another manifest`);
}
function isSignedBefore(files, party, signed) {
  const key = `key-${party}.tlog-proof`, { index, origin } = readProof(files[key]);
  if (signed.map((file) => readProof(files[file])).some((one) => one.origin === origin && one.index < index)) return true;
  if (signed.length) checkOrderOf(files, signed.at(-1), key, `key of ${party}`);
  return false;
}
async function checkValue({ manifest, round, place, value, t0 }, files, policy) {
  const file = `value-${round}-${place}.tlog-proof`;
  if (!files[file]) {
    if ((await boundAt(round, t0, files, policy)) >= SINCE) refuse("E_FILE", `${file} is missing`);
    return false;
  }
  const { proof, said } = readEntry(files, file);
  if (said.event !== "draw.value_published" || said.round !== String(round)) refuse("E_MISMATCH", `the entry of ${file} published no value of round ${round}`);
  if (said.draw !== manifest.draw) refuse("E_DRAW", `the entry of ${file} is of another draw`);
  if (said.line !== sourceLine(value)) refuse("E_MISMATCH", `the entry of ${file} published another value than the receipt has`);
  const { time } = await checkEntry(proof, policy);
  checkOrderOf(files, file, `result-${round}.tlog-proof`, "result");
  if (value.type === "ceremony" && time !== null && time >= BigInt(unix(t0))) refuse("E_LATE", `${file} was not cosigned before ${t0}`);
  return true;
}
/** The moment that decides under which rule a value is: `t0` of a draw, of a round when the quorum saw its order. */
async function boundAt(round, t0, files, policy) {
  const file = `order-${round}.tlog-proof`;
  if (!round || !files[file]) return unix(t0);
  const { proof, said } = readEntry(files, file), { time } = await checkEntry(proof, policy);
  return time === null ? unix(moment(said.at, `${file} at`)) : Number(time);
}

function* checkExcluded({ manifest }, files) {
  const names = new Set(manifest.items.flatMap(({ excluded }) => excluded.map(({ reason }) => `excluded-${reason}.txt`)));
  const isNew = unix(manifest.t0) >= SINCE;
  if (![...names].some((file) => files[file]) && !isNew) {
    for (const file of names) yield [file, false];
    return;
  }
  const checked = new Set();
  for (const { item, excluded } of manifest.items) {
    const frame = new Set((files[`${item}.txt`] ? utf8(files[`${item}.txt`]) : "").split("\n").map((line) => line.split("|")[0]));
    for (const { reason, n, list_sha256: wanted } of excluded) {
      const file = `excluded-${reason}.txt`, data = needed(files, file);
      if (hexOf(sha256(data)) !== wanted) refuse("E_MISMATCH", `${file} does not give the list_sha256 of the manifest`);
      const lines = opaque(data).split("\n");
      if (lines.pop() !== "" || !lines.every((line, at) => /^[!-{}~]{1,96}\|[0-9a-f]{32,64}$/.test(line) && (!at || lines[at - 1] < line))) {
        refuse("E_LINE", `${file} is not sorted lines object_id|salt`);
      }
      if (lines.length !== n) refuse("E_COUNT", `${file} has ${lines.length} lines, the manifest says ${n}`);
      const inside = lines.map((line) => line.split("|")[0]).find((id) => id && frame.has(id));
      if (inside) refuse("E_MISMATCH", `${file} holds ${inside}, which is in the frame of ${item}`);
      if (!checked.has(file)) yield [file, true];
      checked.add(file);
    }
  }
}

async function* checkPlanEntry({ manifest }, files, policy) {
  const file = "plan.json", proofName = "plan.tlog-proof", t0 = unix(manifest.t0), week = 7 * 86400;
  if (!files[file] && !files[proofName]) {
    if (manifest.plan && t0 >= SINCE) refuse("E_FILE", `${file} is missing`);
    return;
  }
  const data = needed(files, file), proof = readProof(needed(files, proofName));
  checkPayload(proof.payload, { event: "plan_entry.logged", draw: manifest.draw, digest: hexOf(sha256(data)) });
  checkOrderOf(files, proofName, COMMITTED, "commitment");
  let time = null;
  try {
    ({ time } = await checkEntry(proof, policy));
  } catch (error) {
    if (error.code !== "E_QUORUM") throw error; // logged under an earlier policy, perhaps
    await checkEntry(proof, { ...policy, ...UNWITNESSED });
  }
  if (time !== null && time > BigInt(t0 - week + 600) && t0 >= SINCE + week) refuse("E_LATE", `${proofName} was cosigned less than 7 days before ${manifest.t0}`);
  yield [proofName, true];
}

/** That a second person approved each list of the manifest, by reason, length and digest, before the commitment. */
async function* checkApprovals({ manifest }, files, policy) {
  const isAsked = unix(manifest.t0) >= NAMED_SINCE && announces(files, manifest), seen = new Set();
  for (const { reason, n, list_sha256: list } of manifest.items.flatMap(({ excluded }) => excluded)) {
    const file = `approved-${reason}.tlog-proof`, key = `${reason} ${n} ${list}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (!files[file]) {
      if (isAsked) refuse("E_FILE", `${file} is missing: ${n} objects are kept out for ${reason}`);
      yield [file, false];
      continue;
    }
    const { proof, said } = readEntry(files, file), { department, role } = said;
    const isWhole = [department, role].every((one) => typeof one === "string" && one) && Number.isInteger(said.count);
    if (said.event !== "draw.exclusions_approved" || !isWhole) refuse("E_MISMATCH", `the entry of ${file} approved no list of exclusions`);
    if (said.draw !== manifest.draw) refuse("E_DRAW", `the entry of ${file} is of another draw`);
    if (said.reason !== reason || said.count !== n || said.list_sha256 !== list) refuse("E_MISMATCH", `the entry of ${file} approved another list than the manifest states`);
    await checkEntry(proof, policy);
    checkOrderOf(files, file, COMMITTED, "commitment");
    yield [file, true];
  }
}

async function* checkConditions({ manifest }, files, policy) {
  const file = "conditions.json", proof = "conditions.tlog-proof";
  if (!files[file] && !files[proof] && unix(manifest.t0) < SINCE) return void (yield [file, false]);
  const wanted = { event: "draw.directed", draw: manifest.draw, digest: hexOf(sha256(needed(files, file))) };
  await checkProof(needed(files, proof), policy, wanted);
  checkOrderOf(files, proof, COMMITTED, "commitment");
  checkStrata(files[file], manifest);
  yield [file, true];
}
/** The rule of the strata that the conditions state gives those of the manifest; older files do not state it. */
function checkStrata(conditions, { items }) {
  const unread = () => refuse("E_TYPE", "conditions.json states no rule of its strata that can be read");
  const { strata: stated } = fieldsOf(conditions) ?? unread();
  if (!stated) return;
  const { mapping, returned = [] } = isObject(stated) ? stated : unread();
  if (!isObject(mapping) || !Array.isArray(returned) || [...Object.values(mapping), ...returned].some((one) => typeof one !== "string")) unread();
  const found = new Set([...Object.values(mapping), ...returned]);
  if (!found.size) return;
  for (const { item, strata } of items) {
    if (strata.length !== found.size || !strata.every(({ id }) => found.has(id))) {
      refuse("E_MISMATCH", `the strata of ${item} are not those that the rule of conditions.json gives`);
    }
    if (strata.some(({ id, bp }) => returned.includes(id) && bp !== 10000)) refuse("E_MISMATCH", `what comes back in ${item} is not drawn whole`);
  }
}
function fieldsOf(data) {
  try {
    const found = JSON.parse(utf8(data));
    return isObject(found) ? found : null;
  } catch {
    return null;
  }
}

const REPEATED = "repeated.json", REPEATED_PROOF = "repeated.tlog-proof", REPEATED_RESULT = "repeated-result.tlog-proof";
/** The draw whose officer half a draw repeats, as the conditions name it; empty for one that drew its own objects. */
const repeatedBy = (files) => (files["conditions.json"] ? String((fieldsOf(files["conditions.json"]) ?? refuse("E_TYPE", "conditions.json cannot be read")).officers_of ?? "") : "");
export const isRepetition = (files) => Boolean(repeatedBy(files)) || [REPEATED, REPEATED_PROOF, REPEATED_RESULT].some((file) => files[file]);
/** Only officers are drawn again: the draw before holds and is the committed one, fell short, and its objects and roster stand. */
async function* checkRepeated(receipt, files, policy) {
  if (!isRepetition(files)) return;
  const data = needed(files, REPEATED), { checks, isGood, receipt: before } = await verify(data);
  if (!isGood) refuse("E_MISMATCH", `${REPEATED} does not hold: V${checks.at(-1).number} ${checks.at(-1).text}`);
  const number = repeatedBy(files), { draw, mode } = before.manifest, event = { event: "draw.committed", draw, digest: digest("manifest", before.manifest) };
  if (number && draw !== number) refuse("E_MISMATCH", `${REPEATED} is of ${draw}, conditions.json names ${number}`);
  const short = before.results.findIndex(({ result }) => result.assignment.status === "infeasible");
  if (short < 0) refuse("E_MISMATCH", `the officers of ${draw} sufficed, nothing is repeated`);
  const [stood, here] = [before.results[short], receipt.results[0]].map(({ result }) => JSON.stringify(placesDrawn(result)));
  if (stood !== here) refuse("E_MISMATCH", `other objects are repeated than ${draw} drew in round ${short}`);
  const [old, now] = [before, receipt].map((one) => rosterOf(one) ?? refuse("E_MISMATCH", "a repetition of the officer half has a roster, as the draw before"));
  if (!isOnlyAdding(old, now)) refuse("E_MISMATCH", `the roster does not only add to that of ${draw}`);
  await checkProof(needed(files, REPEATED_PROOF), { ...policy, ...UNWITNESSED }, event);
  if (files[REPEATED_RESULT] || unix(receipt.manifest.t0) >= SINCE) {
    const { digest: own, seal } = before.results[short], wanted = { event: short ? "draw.replaced" : "draw.drawn", draw, digest: mode === "sealed" ? seal : own };
    await checkProof(needed(files, REPEATED_RESULT), { ...policy, ...UNWITNESSED }, wanted);
  }
  yield [REPEATED, true];
}
const placesDrawn = ({ items }) => items.flatMap(({ item, strata }) => strata.flatMap(({ id, selected }) => selected.map((one) => `${item} ${id} ${one.id}`))).sort();
/** Every officer stays with no greater cap, every pool and recusal, and the places of what is repeated have the same pools. */
function isOnlyAdding(old, now) {
  const officers = new Map(now.officers.map((one) => [one.id, one])), pools = new Map(now.pools.map((one) => [one.id, new Set(one.officers)]));
  const keyOf = ({ item, stratum, object, officer }) => `${item ?? object} ${stratum ?? officer}`, recusals = new Set(now.recusals.map(keyOf));
  const rules = new Map(old.slots.map((one) => [keyOf(one), one.pools.join(" ")]));
  return (
    old.slack === now.slack &&
    old.officers.every(({ id, department, cap }) => officers.get(id)?.department === department && officers.get(id).cap <= cap) &&
    old.pools.every(({ id, officers: names }) => names.every((one) => pools.get(id)?.has(one))) &&
    now.slots.every((one) => rules.get(keyOf(one)) === one.pools.join(" ")) &&
    old.recusals.every((one) => recusals.has(keyOf(one)))
  );
}

/** Where the objects lie, from which the figures of fairness are counted: the conditions of the freeze have its digest. */
function* checkGroups({ manifest }, files) {
  const file = "groups.txt", conditions = files["conditions.json"];
  let fixed = "";
  try {
    fixed = conditions ? (JSON.parse(utf8(conditions)).groups_sha256 ?? "") : "";
  } catch {
    refuse("E_TYPE", "conditions.json cannot be read");
  }
  if (typeof fixed !== "string") refuse("E_TYPE", "conditions.json groups_sha256");
  if (!fixed) {
    // A commitment that announces the day of opening is of a version that fixes the groups at the freeze.
    if (announces(files, manifest)) refuse("E_FIELD", `conditions.json does not fix ${file}`);
    if (files[file]) yield [file, false];
    return;
  }
  if (hexOf(sha256(needed(files, file))) !== fixed) refuse("E_MISMATCH", `${file} is not the one that conditions.json fixed at the freeze`);
  yield [file, true];
}
/** That a second organ agreed to the small strata, which the manifest alone shows, before the commitment, and to which. */
async function* checkConsents({ manifest }, files, policy) {
  const agreed = new Map(), first = "consent-1.tlog-proof", isNew = announces(files, manifest);
  const names = Object.keys(files).filter((one) => /^consent-[1-9][0-9]{0,2}\.tlog-proof$/.test(one)).sort();
  const insiders = [manifest.draw.split("-").slice(0, -2).join("-"), ...manifest.items.map(({ item }) => item)];
  for (const file of names) {
    const { proof, said } = readEntry(files, file), list = placesOf(file);
    if (said.event !== "draw.narrow_consented" || !said.department) refuse("E_MISMATCH", `the entry of ${file} is no consent of a second organ`);
    if (said.draw !== manifest.draw) refuse("E_DRAW", `the entry of ${file} is of another draw`);
    if (!Number.isInteger(said.places) || said.places < 1) refuse("E_TYPE", `the entry of ${file} covers no number of places`);
    if (isNew && insiders.includes(said.department)) refuse("E_MISMATCH", `${file} is of ${said.department}, which organises the draw or takes part in it`);
    await checkEntry(proof, policy);
    checkOrderOf(files, file, COMMITTED, "commitment");
    yield [file, true];
    if (!files[list]) {
      agreed.set(proof.index, { count: said.places, places: [] });
      continue;
    }
    if (hexOf(sha256(files[list])) !== said.digest) refuse("E_MISMATCH", `${list} is not what the entry of ${file} has the digest of`);
    const places = readPlaces(files[list]);
    if (places.length !== said.places) refuse("E_COUNT", `${list} has ${places.length} places, the entry of ${file} says ${said.places}`);
    agreed.set(proof.index, { count: said.places, places });
    yield [list, true];
  }
  if (repeatedBy(files)) return;
  const isAsked = unix(manifest.t0) >= NAMED_SINCE, closed = names.find((file) => !files[placesOf(file)]), wanted = narrowPlaces(manifest);
  if (closed && wanted.length && isAsked && isNew) refuse("E_FILE", `${placesOf(closed)} is missing: nothing tells which places ${closed} covers`);
  const all = [...agreed.values()], covered = new Set(all.flatMap(({ places }) => places)), sum = all.reduce((total, { count }) => total + count, 0);
  const isCovered = (places) => (closed ? sum >= places.length : places.every((place) => covered.has(place)));
  if (isCovered(wanted)) return void (closed && wanted.length && (yield [placesOf(closed), false]));
  if (!isAsked && !(isNew && names.length && !closed)) return void (yield [first, false]); // places shown are held whatever the date
  if (!isNew && isCovered(narrowPlaces(manifest, 0))) return void (yield [first, false]); // a city could go below 5
  if (!names.length) refuse("E_FILE", `${first} is missing: the manifest has ${wanted.length} narrow places in its strata`);
  refuse("E_COUNT", `${names[0]}: not all of the manifest's ${wanted.length} narrow places are agreed to`);
}
const placesOf = (file) => file.replace(".tlog-proof", ".json");
function readPlaces(data) {
  const { places } = parse(data);
  if (!Array.isArray(places)) refuse("E_FIELD", "places is no list");
  return places.every((one) => typeof one === "string") ? [...new Set(places)] : refuse("E_TYPE", "a place is a text");
}
function narrowPlaces({ items }, least = 5) {
  const found = new Set();
  for (const { id, N, n, bp } of items.flatMap(({ strata }) => strata)) {
    if (N < least) found.add(`few:${id}:${N}`);
    if (n === N && bp !== 10000) found.add(`all:${id}:${N}`);
    if (!n && bp !== 0) found.add(`none:${id}:${N}`);
  }
  return [...found];
}
/** Only officers are drawn again: the objects stand with the consents of the draw before. */
async function* checkBatches({ manifest, results }, files, policy) {
  const file = "batches.txt", proofName = "batches.tlog-proof";
  if (!files[file] && !files[proofName]) return;
  const data = needed(files, file), { proof, said } = readEntry(files, proofName);
  if (said.event !== "draw.batched" || said.draw !== manifest.draw) refuse("E_MISMATCH", `the entry of ${proofName} is not this draw's number of batches`);
  await checkEntry(proof, policy);
  checkOrderOf(files, proofName, COMMITTED, "commitment");
  if (!Number.isInteger(said.count) || said.count < 1 || said.count > 400) refuse("E_RANGE", "a draw has 1 to 400 batches");
  const lines = placed(results.map(({ result }) => result), said.count).map(({ id, value, batch }) => `${batch}|${id}|${value}\n`);
  if (lines.join("") !== opaque(data)) refuse("E_MISMATCH", `${file} is not what the seed gives for ${said.count} batches`);
  yield [file, true];
}
/** 随机排批次: the drawn objects in the order that the seed gives, a substitute where its order value falls. */
function placed([first, ...later], count) {
  const drawn = ({ items }) => [...new Set(items.flatMap(({ strata }) => strata.flatMap(({ selected }) => selected.map(({ id }) => id))))];
  const valueOf = (id) => ({ id, value: hash(`onevisit-batch1|${first.seed}|${id}`) });
  const byValue = (a, b) => less(a.value, b.value) || less(a.id, b.id), last = new Map(), ids = drawn(first);
  const found = ids.map(valueOf).sort(byValue).map((one, at) => ({ ...one, batch: Math.floor((at * count) / ids.length) + 1 }));
  for (const { batch, value } of found) last.set(batch, value);
  const ends = [...last].sort(([a], [b]) => a - b), latest = ends.length ? ends.at(-1)[0] : count;
  for (const id of new Set(later.flatMap(drawn).filter((one) => !ids.includes(one)).sort())) {
    const { value } = valueOf(id);
    found.push({ id, value, batch: (ends.find(([, end]) => value <= end) ?? [latest])[0] });
  }
  return found.sort(byValue);
}

/** 寄存: the witness that had frames, roster and exclusions before the commitment, and whether one was asked for. */
async function* checkLodged({ manifest }, files, policy) {
  const notes = Object.keys(files).filter((file) => /^lodged-[1-9][0-9]?\.note$/.test(file)).sort();
  const seen = notes.length ? await commitmentTime(files, policy) : null, times = [], places = [];
  for (const file of notes) {
    const found = readLodged(files[file], manifest), proofName = file.replace(".note", ".tlog-proof");
    const witness = policy.witnesses.find(({ key }) => key.name === found.line.name && key.id === found.line.id);
    if (witness) {
      if (!(await isSigned(witness.key.public, encoder.encode(found.text), found.line.value))) refuse("E_SIGNATURE", `the receipt is not signed by ${witness.key.name}`);
      if (!policy.logs.some(({ name: own }) => own === found.origin)) refuse("E_LOG", "what was lodged is of another log");
      times.push({ file, time: found.time });
    }
    if (files[proofName]) {
      const { proof, said } = readEntry(files, proofName);
      checkSaid(said, { event: "draw.lodged", draw: manifest.draw, digest: digest("manifest", manifest) });
      if (said.signature !== found.encoded) refuse("E_MISMATCH", `the entry of ${proofName} is of another receipt than ${file}`);
      await checkEntry(proof, { ...policy, ...UNWITNESSED });
      if (witness) places.push({ index: proof.index, proofName });
    }
    yield [file, Boolean(witness)];
  }
  const [early] = times.sort((a, b) => Number(a.time - b.time)), limit = seen === null ? BigInt(unix(manifest.t0)) : seen + LODGED_SLACK;
  if (early && early.time > limit) refuse("E_LATE", `${early.file} was signed too late: the commitment did not wait for it`);
  const [first] = places.sort((a, b) => Number(a.index - b.index));
  if (first) checkOrderOf(files, first.proofName, COMMITTED, "commitment");
  yield* checkAsked(files, policy, notes);
}
function readLodged(bytes, manifest) {
  try {
    const text = utf8(bytes), [body, gap, lines] = cutAt(text, "\n\n"), fields = body.split("\n");
    if (bytes.length > 4096 || hasControl(text) || !gap || fields.length !== 6 || fields[0] !== "onevisit-lodged/v1" || !fields[5].startsWith("time ")) {
      malformed("not the six lines of its kind");
    }
    const signed = lines.split("\n");
    if (signed.length !== 2 || signed[1] !== "") malformed("one signature");
    const [, origin, own, ofManifest, listing] = fields, line = readSignature(signed[0]);
    if (own !== manifest.draw) refuse("E_DRAW", `what was lodged is of draw ${own}`);
    if (ofManifest !== digest("manifest", manifest)) refuse("E_MISMATCH", "another manifest was lodged");
    if (listing !== listingOf(manifest)) refuse("E_MISMATCH", "other files were lodged than the manifest binds");
    return { text: `${body}\n`, origin, line, time: numberOf(fields[5].slice(5)), encoded: signed[0].split(" ")[2] };
  } catch (error) {
    if (error instanceof Malformed) refuse("E_PROOF", `the receipt of a witness: ${error.message}`);
    throw error;
  }
}
function listingOf(manifest) {
  const digests = { "manifest.json": digest("manifest", manifest) };
  if (manifest.roster) digests["roster.json"] = manifest.roster;
  for (const { frame_sha256: frame, excluded } of manifest.items) {
    digests[`frame-${frame}.txt`] = frame;
    for (const { list_sha256: one } of excluded) digests[`excluded-${one}.txt`] = one;
  }
  return hash(Object.keys(digests).sort().map((file) => `${digests[file]}  ${file}\n`).join(""));
}
/** The commitment names the policy in force, and that policy's own entry who has to have the lists. */
async function* checkAsked(files, policy, notes) {
  const file = "policy.tlog-proof", { policy: named } = readEntry(files, COMMITTED).said;
  if (!named) {
    if (policy.quorum === "none") return;
    if (named === "") refuse("E_MISMATCH", "the commitment says that no policy was in force, policy.txt is one with witnesses");
    if ((await commitmentTime(files, policy)) >= BigInt(NAMED_SINCE)) refuse("E_FIELD", "the commitment does not name the policy that was in force");
    return void (yield [file, false]);
  }
  const text = files["published policy.txt"] ?? needed(files, "policy.txt"), { proof, said } = readEntry(files, file);
  if (hexOf(sha256(text)) !== named) refuse("E_MISMATCH", "policy.txt is not the policy that the commitment names");
  if (said.event !== "ledger_policy.adopted" || said.digest !== named) refuse("E_MISMATCH", `the entry of ${file} adopted another policy than the commitment names`);
  await checkEntry(proof, { ...policy, ...UNWITNESSED });
  checkOrderOf(files, file, COMMITTED, "commitment");
  const lodge = said.lodge ?? [];
  if (!Array.isArray(lodge) || !lodge.every((one) => typeof one === "string")) refuse("E_TYPE", `the entry of ${file} names its lodgers as texts`);
  if (lodge.length) await checkOneOf(lodge, readPolicy(text), files, notes);
  yield [file, true];
}
async function checkOneOf(lodge, { witnesses }, files, notes) {
  const asked = witnesses.filter(({ name: own }) => lodge.includes(utf8(bytesOf(own)))), places = [];
  for (const file of notes) {
    const [body, , lines] = cutAt(utf8(files[file]), "\n\n"), line = readSignature(lines.split("\n")[0]), proofName = file.replace(".note", ".tlog-proof");
    const found = asked.find(({ key }) => key.name === line.name && key.id === line.id);
    if (!found || !files[proofName]) continue;
    if (!(await isSigned(found.key.public, encoder.encode(`${body}\n`), line.value))) refuse("E_SIGNATURE", `the receipt is not signed by ${found.key.name}`);
    places.push({ index: readProof(files[proofName]).index, proofName });
  }
  if (!places.length) refuse("E_FILE", `lodged-1.note with lodged-1.tlog-proof is missing: the policy of the commitment asks ${lodge.join(", ")} for it`);
  const [first] = places.sort((a, b) => Number(a.index - b.index));
  checkOrderOf(files, first.proofName, COMMITTED, "commitment");
}

/**
 * Hold the files beside a receipt that verifies against the ledger. @param files every file by its name, `policy.txt` among
 * them, `published policy.txt` as well where the visitor gave another; @returns `[file, isHeld]`, not held where an older draw lacks it.
 */
export async function checkBeside(receipt, files) {
  const policy = readPolicy(needed(files, "policy.txt")), found = [];
  if (files["sources.json"]) {
    const { sources } = fileOf(files["sources.json"], "sources", { sources: readValues }, receipt.manifest);
    if (!same(sources, receipt.sources)) refuse("E_MISMATCH", "sources.json has other values than receipt.json");
    found.push(["sources.json", true]);
  } else if (unix(receipt.manifest.t0) >= SINCE) refuse("E_FILE", "sources.json is missing: a bundle of this draw holds it");
  const checks = [
    [checkRoom, "sourced.tlog-proof"], [checkKeyEntries, "manifest.json"], [checkAttested, "manifest.json"],
    [checkPlanEntry, "plan.json"], [checkExcluded, "manifest.json"], [checkApprovals, "manifest.json"],
    [checkConditions, "conditions.json"], [checkConsents, "manifest.json"], [checkGroups, "groups.txt"], [checkBatches, "batches.txt"],
    [checkRepeated, REPEATED], [checkLodged, "lodged-1.note"],
  ];
  for (const [check, file] of checks) {
    try {
      for await (const one of check(receipt, files, policy)) found.push(one);
    } catch (error) {
      if (error instanceof Refused) error.file = file; // where its words name none
      throw error;
    }
  }
  return found;
}

// ---- The command, with node ----
async function command(argv) {
  const { readFileSync, readdirSync, existsSync } = await import("node:fs");
  const { join } = await import("node:path");
  const read = (path) => new Uint8Array(readFileSync(path));
  if (argv[0] === "draw") {
    const files = Object.fromEntries(readdirSync(argv[1]).filter((file) => file.endsWith(".json")).map((file) => [file, read(join(argv[1], file))]));
    for (const file of readdirSync(join(argv[1], "frames"))) files[`frames/${file}`] = read(join(argv[1], "frames", file));
    process.stdout.write(await draw(files));
    return 0;
  }
  const filesIn = (path) => (path && existsSync(path) ? readdirSync(path) : []); // what is not there fails in its check
  const option = (word) => (argv.includes(word) ? argv[argv.indexOf(word) + 1] : undefined);
  if (!argv[0] || argv[0].startsWith("-")) throw new Error("usage: node srd1.js receipt.json [--frames DIR] [--proofs DIR [--policy FILE]] [--plan FILE] [--previous FILE] [--id OBJECT_ID]");
  const folder = option("--frames"), id = option("--id"), frames = {};
  for (const file of filesIn(folder)) if (file.endsWith(".txt")) frames[file.slice(0, -4)] = read(join(folder, file));
  const previous = option("--previous"), proofFolder = option("--proofs"), policy = option("--policy"), plan = option("--plan");
  if (policy && !proofFolder) throw new Error("--policy needs --proofs");
  const proofs = proofFolder ? {} : undefined;
  for (const file of filesIn(proofFolder)) {
    if (file === "policy.txt" || file.endsWith(".tlog-proof")) proofs[file] = read(join(proofFolder, file));
  }
  if (policy) proofs["policy.txt"] = read(policy);
  const found = await verify(read(argv[0]), { frames: folder ? frames : undefined, plan: plan && read(plan), previous: previous && read(previous), proofs });
  for (const { number, status, text } of found.checks) console.log(`V${number} ${status} ${text}`);
  if (found.isGood && id) {
    objectId(id, "id");
    for (const { result } of found.receipt.results) {
      for (const [place, { item, strata }] of result.items.entries()) {
        const own = ticket(found.receipt.manifest.items[place].ns, result.seed, id);
        const where = strata.find(({ selected }) => selected.some((one) => one.id === id));
        console.log(`ID ${item} round ${result.round} ${own} ${where ? `drawn ${where.id}` : "not-drawn"}`);
      }
    }
  }
  if (found.isGood) console.log(concluded(found.checks, found.receipt.manifest, ["the files beside the receipt"]).line);
  return found.isGood ? 0 : 1;
}
const isCommand = globalThis.process?.argv?.[1] && import.meta.url === (await import("node:url")).pathToFileURL(process.argv[1]).href;
if (isCommand) {
  command(process.argv.slice(2)).then(
    (code) => (process.exitCode = code),
    (error) => {
      console.error(error instanceof Refused ? `REFUSED ${error.message}` : error.message);
      process.exitCode = error instanceof Refused ? 1 : 2;
    },
  );
}
