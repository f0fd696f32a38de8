/**
 * A mock of the server's half of contracts/field.md, for looking at screens and for the offline scenarios.
 * It keeps everything in memory and counts what it got; /mock/… lets a test look inside and make trouble.
 * Run: node tests/mock/server.mjs [port] [folder of the build]
 */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { OFFICERS, story } from "./story.mjs";

const PORT = Number(process.argv[2] ?? 8103);
const BUILD = process.argv[3] ?? fileURLToPath(new URL("../../../onevisit/web/field/static/field/app", import.meta.url));
const STATIC = "/static/field/app/";
const CSP =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; " +
  "connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
const TYPES = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".png": "image/png",
  ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json",
};

let state = fresh();

function fresh() {
  return {
    packages: story(Date.now()), submissions: new Map(), files: new Map(), log: [], subscriptions: [], badge_keys: [],
    trouble: { cut_after_patches: null, refuse: {}, conflict: {}, quarantine: false, drop_answer: 0, clock_ms: 0, is_demo: true, signed_out: false },
  };
}

const serverTime = () => new Date(Date.now() + state.trouble.clock_ms).toISOString().replace("Z", "+00:00");

function send(response, status, body, headers = {}) {
  response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store", ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

async function bodyOf(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces);
}

function officerOf(request) {
  const key = /mock_officer=(\w+)/.exec(request.headers.cookie ?? "")?.[1];
  return state.trouble.signed_out ? undefined : OFFICERS[key];
}

function session(officer) {
  return {
    officer: { ...officer, certificate_valid_until: "2028-06-30" }, server_time: serverTime(), csrf: "mock-csrf",
    is_demo: state.trouble.is_demo, badge_key_ids: state.badge_keys.filter((one) => one.officer === officer.id).map((one) => one.key_id), demo_label: state.trouble.is_demo ? "演示数据，人物和企业均为虚构。" : null, vapid_public_key: null,
  };
}

function inspectionOf(id) {
  return state.packages.map((pack) => pack.inspection).find((one) => one.id === id);
}

function receiptOf(text) {
  const digest = createHash("sha256").update(text).digest("hex");
  return `${digest.slice(0, 4)} ${digest.slice(4, 8)}`;
}

function submit(id, raw, officer) {
  const held = state.submissions.get(id);
  if (held) return held.raw === raw ? [200, held.reply] : [409, { code: "uuid_reused", message: "同一编号的内容不同。" }];
  const body = JSON.parse(raw);
  const refusal = state.trouble.refuse[body.kind];
  if (refusal) return [422, refusal];
  const { trouble } = state;
  const inspection = inspectionOf(body.inspection);
  if (!inspection) return [422, { code: "unknown_inspection", message: "没有这项检查。", fix: "更新任务" }];
  let version = null;
  if (body.kind === "answer") {
    const known = inspection.answers.find((one) => one.item_id === body.payload.item_id);
    if (known && known.version > body.payload.base_version) {
      const who = Object.values(OFFICERS).find((one) => one.id === known.officer_id)?.name ?? "周";
      return [409, { code: "conflict", message: "另一人也填了这一项。", version: known.version + 1, theirs: { answer: known.answer, note: known.note, recorded_at: known.recorded_at, officer: who, result_type: known.answer === "problem" ? "correct_now" : null } }];
    }
    version = (known?.version ?? 0) + 1;
    inspection.answers = inspection.answers.filter((one) => one !== known).concat({
      item_id: body.payload.item_id, answer: body.payload.answer, note: body.payload.note, recorded_at: body.recorded_at, officer_id: officer.id, version,
    });
  }
  if (body.kind === "entry") Object.assign(inspection, { state: "in_progress", state_label: "检查中" });
  if (body.kind === "submit") inspection.submitted_at = body.recorded_at;
  const reply = { receipt: receiptOf(raw), received_at: serverTime(), state: trouble.quarantine ? "quarantined" : "accepted", message: "", version };
  state.submissions.set(id, { raw, body, reply, officer: officer.id });
  settle(inspection);
  return [201, reply];
}

function missingOf(inspection) {
  const wanted = new Set();
  for (const { body } of state.submissions.values()) {
    if (body.inspection !== inspection.id) continue;
    for (const file of body.payload.files ?? []) wanted.add(file);
    if (body.payload.strokes_png_file) wanted.add(body.payload.strokes_png_file);
  }
  return [...wanted].filter((id) => !state.files.get(id)?.complete);
}

function settle(inspection) {
  if (inspection.submitted_at === null) return;
  const isComplete = missingOf(inspection).length === 0;
  Object.assign(inspection, isComplete ? { state: "submitted", state_label: "待审核" } : { state: "incomplete", state_label: "待传齐" });
}

function announce(file) {
  const held = state.files.get(file.id);
  if (held) return [200, { offset: held.bytes.length }];
  state.files.set(file.id, { ...file, bytes: Buffer.alloc(0), complete: false, patches: [] });
  return [201, { offset: 0 }];
}

function patch(id, offset, bytes) {
  const file = state.files.get(id);
  if (!file) return [404, { code: "unknown_file", message: "没有这个文件。" }];
  if (bytes.length === 0) return [422, { code: "empty", message: "内容为空。", fix: "重试" }];
  if (offset !== file.bytes.length) return [409, { code: "wrong_offset", message: "位置不符。" }];
  file.patches.push([offset, bytes.length]);
  file.bytes = Buffer.concat([file.bytes, bytes]);
  if (file.bytes.length < file.size) return [200, { offset: file.bytes.length, complete: false, receipt: null }];
  if (createHash("sha256").update(file.bytes).digest("hex") !== file.sha256) {
    file.bytes = Buffer.alloc(0);
    return [422, { code: "hash_mismatch", message: "指纹不符，请重传。", fix: "重试" }];
  }
  file.complete = true;
  const inspection = inspectionOf(file.inspection);
  if (inspection) settle(inspection);
  return [200, { offset: file.bytes.length, complete: true, receipt: receiptOf(file.sha256) }];
}

function receipts(inspection) {
  const own = [...state.files.values()].filter((file) => file.inspection === inspection.id);
  return {
    submissions: [...state.submissions].filter(([, row]) => row.body.inspection === inspection.id).map(([id, row]) => ({ id, receipt: row.reply.receipt })),
    files: own.map((file) => ({ id: file.id, offset: file.bytes.length, complete: file.complete, receipt: file.complete ? receiptOf(file.sha256) : null })),
    party_signature: inspection.party_signature ?? null, missing: missingOf(inspection), state: inspection.state, state_label: inspection.state_label,
  };
}

async function api(request, response, path) {
  const officer = officerOf(request);
  if (!officer) return send(response, 401, { code: "signed_out", message: "请登录。" });
  const isWrite = !["GET", "HEAD"].includes(request.method);
  const raw = isWrite ? await bodyOf(request) : null;
  if (isWrite && request.headers["x-csrftoken"] !== "mock-csrf") return send(response, 403, { code: "csrf", message: "令牌不符。" });
  state.log.push(`${request.method} ${path}`);
  if (path === "session") return send(response, 200, session(officer));
  if (path === "packages") {
    const body = { server_time: serverTime(), packages: state.packages };
    const etag = `"${createHash("sha256").update(JSON.stringify(state.packages)).digest("hex").slice(0, 16)}"`;
    return request.headers["if-none-match"] === etag ? send(response, 304) : send(response, 200, body, { ETag: etag });
  }
  const [noun, id, more] = path.split("/");
  if (noun === "submissions") return answer(response, submit(id, raw.toString(), officer));
  if (noun === "files" && request.method === "POST") return answer(response, announce(JSON.parse(raw)));
  if (noun === "files" && request.method === "HEAD") {
    return send(response, 200, undefined, { "Upload-Offset": String(state.files.get(id)?.bytes.length ?? 0) });
  }
  if (noun === "files" && isCut()) return response.destroy();
  if (noun === "files") return answer(response, patch(id, Number(request.headers["upload-offset"]), raw));
  if (noun === "inspections" && more === "receipts") return send(response, 200, receipts(inspectionOf(id)));
  if (noun === "badge-keys") {
    const { public_key } = JSON.parse(raw);
    const key_id = createHash("sha256").update(Buffer.from(public_key, "base64url")).digest("hex").slice(0, 16);
    state.badge_keys.push({ officer: officer.id, key_id, public_key });
    for (const member of state.packages.flatMap((pack) => pack.visit.team)) {
      if (member.officer_id === officer.id) member.badge_keys = [...(member.badge_keys ?? []), public_key];
    }
    return send(response, 201, { key_id });
  }
  if (noun === "push") {
    if (request.method === "POST") state.subscriptions.push(JSON.parse(raw));
    return send(response, request.method === "POST" ? 201 : 200, {});
  }
  return send(response, 404, { code: "not_found", message: "没有找到。" });
}

/** The way breaks after so many chunks, and stays broken until the test mends it. */
function isCut() {
  const { trouble } = state;
  if (trouble.cut_after_patches === null) return false;
  if (trouble.cut_after_patches === 0) return true;
  trouble.cut_after_patches -= 1;
  return false;
}

/** The trouble a test ordered: the answer is lost after the work was done. */
function answer(response, [status, body]) {
  if (state.trouble.drop_answer > 0) {
    state.trouble.drop_answer -= 1;
    response.destroy();
    return undefined;
  }
  return send(response, status, body);
}

/** The demo city's clock runs ahead of the phones, and its day is the story's day. */
function goAhead(ms) {
  state.trouble.clock_ms = ms;
  state.packages = story(Date.now() + ms);
}

async function mock(request, response, path) {
  if (path.startsWith("sign-in/")) {
    response.writeHead(303, { "Set-Cookie": `mock_officer=${path.slice(8)}; Path=/`, Location: "/field/today" });
    return response.end();
  }
  if (path === "reset") state = fresh();
  if (path === "demo") goAhead(JSON.parse(await bodyOf(request)).ahead_ms);
  if (path === "trouble") Object.assign(state.trouble, JSON.parse(await bodyOf(request)));
  if (path === "long") state.packages = story(Date.now() + state.trouble.clock_ms, JSON.parse(await bodyOf(request)).items);
  if (path === "answer") {
    const { inspection, ...held } = JSON.parse(await bodyOf(request));
    inspectionOf(inspection).answers.push(held);
  }
  if (path === "package") {
    const { inspection, ...change } = JSON.parse(await bodyOf(request));
    Object.assign(inspectionOf(inspection), change);
  }
  return send(response, 200, {
    packages: state.packages, log: state.log, trouble: state.trouble,
    submissions: [...state.submissions].map(([id, row]) => ({ id, ...row.body, receipt: row.reply.receipt, officer: row.officer })),
    files: [...state.files.values()].map(({ bytes, ...file }) => ({ ...file, held: bytes.length })),
  });
}

function serveFile(response, path, headers = {}) {
  const file = join(BUILD, normalize(path).replace(/^(\.\.[/\\])+/, ""));
  if (!existsSync(file) || !statSync(file).isFile()) return send(response, 404, { code: "not_found", message: path });
  response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream", "Cache-Control": "no-cache", ...headers });
  return createReadStream(file).pipe(response);
}

async function handle(request, response) {
  const { pathname } = new URL(request.url, "http://localhost");
  if (pathname.startsWith("/mock/")) return mock(request, response, pathname.slice(6));
  if (pathname.startsWith("/field/api/")) return api(request, response, pathname.slice(11));
  if (pathname === "/field/sw.js") return serveFile(response, "sw.js", { "Service-Worker-Allowed": "/field/" });
  if (pathname.startsWith(STATIC)) return serveFile(response, pathname.slice(STATIC.length));
  if (pathname === "/field" || pathname.startsWith("/field/")) {
    response.writeHead(200, { "Content-Type": TYPES[".html"], "Content-Security-Policy": CSP, "Cache-Control": "no-cache" });
    return response.end(readFileSync(join(BUILD, "index.html")));
  }
  return send(response, 404, { code: "not_found", message: pathname });
}

const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    console.error(error);
    if (!response.headersSent) send(response, 500, { code: "mock_error", message: String(error), id: randomUUID() });
  });
});
server.listen(PORT, "127.0.0.1", () => console.log(`mock server on http://127.0.0.1:${server.address().port}/field/`));
