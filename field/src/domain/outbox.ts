/** What waits to be sent: its states, its order, when to try again, and the words above every screen. */
import type { FileAnnouncement, Payloads, Place, Receipts, Refusal, SubmissionKind, Theirs, Uuid } from "./contract";


/**
 * waiting: on this phone only. sending: under way. sent: the server's receipt is here.
 * quarantined: received, kept aside. conflict: somebody else answered too.
 * help: refused with a reason. withdrawn: taken back by the officer, kept as a trace.
 */
export type OutboxState = "waiting" | "sending" | "sent" | "quarantined" | "conflict" | "help" | "withdrawn";

interface OutboxBase {
  id: Uuid;
  inspection_id: Uuid;
  visit_id: Uuid;
  item_id: Uuid | null;
  sequence: number;
  recorded_at: string;
  clock_offset_ms: number;
  place: Place | null;
  state: OutboxState;
  attempts: number;
  /** Not before this phone time (ms): the answer is still being edited, or the last attempt failed. */
  not_before: number;
  receipt: string | null;
  received_at: string | null;
  /** The server's words about what it did with it, when it says any. */
  message?: string;
  problem: Refusal | null;
  theirs: Theirs | null;
}

export interface OutboxText extends OutboxBase {
  type: "text";
  kind: SubmissionKind;
  payload: Payloads[SubmissionKind];
  /** The exact bytes of the first attempt: a repeat must be the same, or the server refuses it. */
  frozen: string | null;
}

export interface OutboxFile extends OutboxBase {
  type: "file";
  announcement: FileAnnouncement;
  is_announced: boolean;
  sent_bytes: number;
}

export type OutboxItem = OutboxText | OutboxFile;

/**
 * Only what the server has not taken, and nothing that others stand on: an entry is the door to the part, a submission's
 * evidence is named in it.
 */
export function mayBeWithdrawn(item: OutboxItem, all: readonly OutboxItem[]): boolean {
  if (!["waiting", "help", "conflict"].includes(item.state)) return false;
  if (item.type === "text" && item.kind === "entry") return item.state === "help";
  const isHandedIn = all.some((other) => other.type === "text" && other.kind === "submit" && other.state !== "withdrawn");
  return !(item.type === "file" && isHandedIn && item.state !== "help");
}

const OPEN: readonly OutboxState[] = ["waiting", "sending"];
const HELD: readonly OutboxState[] = ["sent", "quarantined"];

export function isOpen(item: OutboxItem): boolean {
  return OPEN.includes(item.state);
}

/** The server holds it, wherever it was put. */
export function isHeld(item: OutboxItem): boolean {
  return HELD.includes(item.state);
}

/** Nothing is lost by removing these from the phone: received, or withdrawn on purpose. */
export function isUnsent(item: OutboxItem): boolean {
  return !isHeld(item) && item.state !== "withdrawn";
}

/** Text in the order it was recorded, then files from small to large. */
export function sendingOrder(items: readonly OutboxItem[]): OutboxItem[] {
  const rank = (item: OutboxItem): number => (item.type === "text" ? 0 : 1);
  const size = (item: OutboxItem): number => (item.type === "file" ? item.announcement.size : 0);
  return [...items].sort((a, b) => rank(a) - rank(b) || size(a) - size(b) || a.sequence - b.sequence);
}

/** What depends on something earlier waits for it; everything else goes on. */
function waitsForAnother(item: OutboxItem, items: readonly OutboxItem[]): boolean {
  if (item.type !== "text") return false;
  const earlier = items.filter(
    (other): other is OutboxText =>
      other.type === "text" && other.inspection_id === item.inspection_id && other.sequence < item.sequence,
  );
  // The submission closes the part: nothing of it may still be on the way, refused or undecided.
  if (item.kind === "submit") return earlier.some(isUnsent);
  return earlier.some(
    (other) =>
      isOpen(other) &&
      // Nothing can be written before the entry is there; an answer's version is the base of the next one.
      (other.kind === "entry" || (item.kind === "answer" && other.kind === "answer" && other.item_id === item.item_id)),
  );
}

/** What may be tried now. An item that failed steps aside until its time; the others go on. */
export function sendable(items: readonly OutboxItem[], nowMs: number): OutboxItem[] {
  return sendingOrder(items).filter(
    (item) => isOpen(item) && item.not_before <= nowMs && !waitsForAnother(item, items),
  );
}

export function nextAttemptAt(items: readonly OutboxItem[]): number | null {
  const times = items.filter(isOpen).map((item) => item.not_before);
  return times.length === 0 ? null : Math.min(...times);
}

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 300_000;

/** Twice as long each time, five minutes at most; `jitter` (0..1) keeps phones from knocking together. */
export function backOff(attempts: number, jitter: number): number {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, attempts - 1));
  return Math.round(wait * (0.75 + jitter / 4));
}

/** Refused only because the entry was not there yet: worth another try once it is. */
export function refusedTooEarly(items: readonly OutboxItem[], inspectionId: string): OutboxItem[] {
  return items.filter((item) => item.inspection_id === inspectionId && item.state === "help" && item.problem?.status === 409);
}

export const KEPT_DAYS = 14;

/** A copy leaves the phone only with a receipt, and only after its days. */
export function mayForget(item: OutboxItem, nowMs: number): boolean {
  const since = item.received_at ?? item.recorded_at;
  const isFinished = isHeld(item) ? item.receipt !== null : item.state === "withdrawn";
  return isFinished && nowMs - Date.parse(since) > KEPT_DAYS * 86_400_000;
}

export interface Tally {
  open: number;
  held: number;
  help: number;
  conflict: number;
  quarantined: number;
}

export function tally(items: readonly OutboxItem[]): Tally {
  return {
    open: items.filter(isOpen).length,
    held: items.filter((item) => item.state === "sent").length,
    help: items.filter((item) => item.state === "help").length,
    conflict: items.filter((item) => item.state === "conflict").length,
    quarantined: items.filter((item) => item.state === "quarantined").length,
  };
}

/** 已提交 is the server's word: the submission and every file have their receipts. */
export type SubmitState = "not_submitted" | "local" | "partial" | "delivered";

export function submitState(items: readonly OutboxItem[], isConfirmedComplete: boolean): SubmitState {
  const submit = items.findLast((item) => item.type === "text" && item.kind === "submit" && item.state !== "withdrawn");
  if (submit === undefined) return isConfirmedComplete ? "delivered" : "not_submitted";
  if (!isHeld(submit)) return "local";
  return isConfirmedComplete && !items.some(isUnsent) ? "delivered" : "partial";
}

/**
 * Compare with what the server says it holds. An answer lost on the way is no loss when the server lists the item;
 * a file the server no longer has in full is sent again. Returns only what changes.
 */
export function reconcile(items: readonly OutboxItem[], receipts: Receipts): OutboxItem[] {
  const texts = new Map(receipts.submissions.map((row) => [row.id, row.receipt]));
  const files = new Map(receipts.files.map((row) => [row.id, row]));
  return items.flatMap((item): OutboxItem[] => {
    if (item.type === "text") {
      const receipt = texts.get(item.id);
      return isOpen(item) && receipt !== undefined ? [{ ...item, state: "sent", receipt }] : [];
    }
    const isLost = item.state === "sent" && (files.get(item.id)?.complete === false || receipts.missing.includes(item.id));
    return isLost ? [{ ...item, state: "waiting", sent_bytes: 0, receipt: null, received_at: null, not_before: 0 }] : [];
  });
}

const COMPLETE_STATES = ["submitted", "reviewed", "closed"];

/** Nothing of ours is missing there, and the server itself calls the part submitted. */
export function isCompleteThere(items: readonly OutboxItem[], receipts: Receipts): boolean {
  const texts = new Set(receipts.submissions.map((row) => row.id));
  const files = new Set(receipts.files.filter((row) => row.complete).map((row) => row.id));
  const ours = items.filter((item) => item.state === "sent" || isOpen(item));
  return (
    COMPLETE_STATES.includes(receipts.state) &&
    receipts.missing.length === 0 &&
    ours.every((item) => (item.type === "text" ? texts : files).has(item.id))
  );
}

/** Evidence of submitted parts that the server does not have yet. */
export function missingFiles(items: readonly OutboxItem[]): number {
  const submitted = new Set(
    items.filter((item) => item.type === "text" && item.kind === "submit").map((item) => item.inspection_id),
  );
  return items.filter((item) => item.type === "file" && isUnsent(item) && submitted.has(item.inspection_id)).length;
}
