/**
 * Sends what waits, one thing after the other. It decides nothing about the work: it writes down what the server said.
 * A refused item steps aside with its reason and the next one goes on.
 */
import type { SubmissionReceipt } from "@/domain/contract";
import { backOff, type OutboxFile, type OutboxItem, type OutboxText, sendable } from "@/domain/outbox";
import { type Http, NotReached, Refused, SignedOut } from "./http";
import { uploadFile } from "./uploads";

/** Where the sender reads and writes; the state layer implements it over the officer's vault. */
export interface Desk {
  items(): readonly OutboxItem[];
  /** Write down and keep: resolves when it is on the disk. */
  save(item: OutboxItem): Promise<void>;
  content(fileId: string): Promise<ArrayBuffer | null>;
  /** The version the server holds of this item now: the base of the next answer. */
  baseVersion(inspectionId: string, itemId: string): number;
  taken(item: OutboxText, receipt: SubmissionReceipt): Promise<void>;
  device(): string;
  /** The phone's clock: for waiting times. */
  now(): number;
  /** The city's clock: for moments that are shown. */
  cityNow(): number;
  jitter(): number;
}

export type Round = "done" | "unreachable" | "signed_out";

const MAX_TOGETHER_FAILURES = 3;

/** Send everything that may be tried now. */
export async function sendRound(http: Http, desk: Desk): Promise<Round> {
  let unreachable = 0;
  const tried = new Set<string>();
  for (;;) {
    const next = sendable(desk.items(), desk.now()).find((item) => !tried.has(item.id));
    if (next === undefined) return unreachable > 0 ? "unreachable" : "done";
    tried.add(next.id);
    const outcome = await sendOne(http, desk, next);
    if (outcome === "signed_out") return "signed_out";
    unreachable = outcome === "unreachable" ? unreachable + 1 : 0;
    // A few in a row mean the way is broken, not the item: stop knocking.
    if (unreachable >= MAX_TOGETHER_FAILURES) return "unreachable";
  }
}

type Outcome = "taken" | "unreachable" | "refused" | "signed_out";

async function sendOne(http: Http, desk: Desk, item: OutboxItem): Promise<Outcome> {
  try {
    if (item.type === "text") await sendText(http, desk, item);
    else await sendFile(http, desk, item);
    return "taken";
  } catch (error) {
    const current = desk.items().find((other) => other.id === item.id) ?? item;
    if (error instanceof SignedOut) {
      await desk.save({ ...current, state: "waiting" });
      return "signed_out";
    }
    if (error instanceof NotReached) return postpone(desk, current, "unreachable");
    if (error instanceof Refused) return refuse(desk, current, error);
    await desk.save({ ...current, state: "help", problem: { code: "phone_error", message: String(error) } });
    throw error;
  }
}

async function postpone(desk: Desk, item: OutboxItem, outcome: Outcome): Promise<Outcome> {
  const attempts = item.attempts + 1;
  await desk.save({ ...item, state: "waiting", attempts, not_before: desk.now() + backOff(attempts, desk.jitter()) });
  return outcome;
}

async function refuse(desk: Desk, item: OutboxItem, error: Refused): Promise<Outcome> {
  if (error.isTemporary) return postpone(desk, item, "refused");
  const { refusal } = error;
  const isConflict = error.status === 409 && refusal.code === "conflict" && refusal.theirs !== undefined;
  await desk.save({
    ...item,
    state: isConflict ? "conflict" : "help",
    problem: refusal,
    theirs: refusal.theirs ?? null,
    attempts: item.attempts + 1,
  });
  return "refused";
}

async function sendText(http: Http, desk: Desk, item: OutboxText): Promise<void> {
  const frozen = item.frozen ?? freeze(desk, item);
  const sending: OutboxText = { ...item, frozen, state: "sending" };
  await desk.save(sending);
  const receipt = await http.submit(item.id, frozen);
  const state = receipt.state === "quarantined" ? "quarantined" : "sent";
  const taken: OutboxText = { ...sending, state, receipt: receipt.receipt, received_at: receipt.received_at, message: receipt.message, problem: null };
  await desk.save(taken);
  await desk.taken(taken, receipt);
}

/** Fix the body at the first attempt: whatever happens on the way, a repeat is the same bytes. */
function freeze(desk: Desk, item: OutboxText): string {
  const payload =
    item.kind === "answer" && item.item_id !== null
      ? { ...item.payload, base_version: desk.baseVersion(item.inspection_id, item.item_id) }
      : item.payload;
  return JSON.stringify({
    inspection: item.inspection_id,
    kind: item.kind,
    payload,
    device: desk.device(),
    sequence: item.sequence,
    recorded_at: item.recorded_at,
    clock_offset_ms: item.clock_offset_ms,
    place: item.place,
  });
}

async function sendFile(http: Http, desk: Desk, item: OutboxFile): Promise<void> {
  const bytes = await desk.content(item.id);
  if (bytes === null) throw new Error(`the content of file ${item.id} is not on this phone`);
  await uploadFile(http, item, bytes, { save: (progress) => desk.save(progress), cityNow: () => desk.cityNow() });
}
