/**
 * The rules of a checklist: nothing is answered before an officer answers it,
 * a problem needs its kind and its words, a priority item is never answered in a batch.
 */
import type { Answer, Inspection, Item, Payloads, Uuid } from "./contract";

export const SKIP_REASONS = ["not_operated", "site_not_ready", "needs_testing", "other"] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** What the officer has filled in for one item; it becomes an answer when it is complete. */
export interface Draft {
  item_id: Uuid;
  answer: Answer | null;
  result_type: string | null;
  note: string;
  clause: string | null;
  skip_reason: SkipReason | null;
  is_batch: boolean;
  batch_note: string | null;
  files: Uuid[];
  recorded_at: string | null;
  officer_id: Uuid | null;
  /** The server's version this draft stands on. */
  version: number;
  /** False while the server does not hold this very answer. */
  is_settled: boolean;
}

export interface Counts extends Record<Answer, number> {
  unanswered: number;
}

export type ItemState = "untouched" | "incomplete" | Answer;

export function emptyDraft(itemId: Uuid): Draft {
  return {
    item_id: itemId,
    answer: null,
    result_type: null,
    note: "",
    clause: null,
    skip_reason: null,
    is_batch: false,
    batch_note: null,
    files: [],
    recorded_at: null,
    officer_id: null,
    version: 0,
    is_settled: true,
  };
}

/** Shared facts first: they are asked once for the whole visit. */
export function allItems(inspection: Inspection): Item[] {
  return [...inspection.shared_facts, ...inspection.checklist.items];
}

/** Say what still stands between a draft and an answer; null when nothing does. */
export function whatIsMissing(item: Item, draft: Draft): "answer" | "result_type" | "note" | "skip_reason" | null {
  if (draft.answer === null) return "answer";
  // What the server holds was complete when it was sent, though its list tells less than the sender's phone knew.
  if (draft.is_settled && draft.version > 0) return null;
  if (draft.answer === "problem") {
    if (draft.result_type === null && item.result_types.length > 0) return "result_type";
    if (draft.note.trim() === "") return "note";
  }
  if (draft.answer === "not_checked") {
    if (draft.skip_reason === null) return "skip_reason";
    if (draft.skip_reason === "other" && draft.note.trim() === "") return "note";
  }
  return null;
}

export function isComplete(item: Item, draft: Draft): boolean {
  return whatIsMissing(item, draft) === null;
}

/** "Looked at, not finished" differs from "untouched". */
export function itemState(item: Item, draft: Draft | undefined): ItemState {
  if (draft === undefined) return "untouched";
  if (draft.answer === null) return draft.note !== "" || draft.files.length > 0 ? "incomplete" : "untouched";
  return isComplete(item, draft) ? draft.answer : "incomplete";
}

export function count(items: Item[], drafts: ReadonlyMap<Uuid, Draft>): Counts {
  const counts: Counts = { ok: 0, problem: 0, not_applicable: 0, not_checked: 0, unanswered: 0 };
  for (const item of items) {
    const state = itemState(item, drafts.get(item.id));
    counts[state === "untouched" || state === "incomplete" ? "unanswered" : state] += 1;
  }
  return counts;
}

export function unfinished(items: Item[], drafts: ReadonlyMap<Uuid, Draft>): Item[] {
  return items.filter((item) => ["untouched", "incomplete"].includes(itemState(item, drafts.get(item.id))));
}

/** Only ordinary items that nobody has touched may be answered together. */
export function batchable(items: Item[], drafts: ReadonlyMap<Uuid, Draft>): Item[] {
  return items.filter((item) => item.item_class === "ordinary" && itemState(item, drafts.get(item.id)) === "untouched");
}

export const BATCH_NOTE_MIN = 6;

/** A batch is deliberate: the list was scrolled to its end and the reason says what was looked at. */
export function mayBatch(input: { remaining: number; wasScrolled: boolean; note: string }): boolean {
  return input.remaining > 0 && input.wasScrolled && input.note.trim().length >= BATCH_NOTE_MIN;
}

/** The note that leaves the phone carries the clause the officer chose. */
export function noteWithClause(draft: Draft): string {
  const note = draft.note.trim();
  return draft.answer === "problem" && draft.clause !== null ? `${note}（依据：${draft.clause}）` : note;
}

export function answerPayload(draft: Draft): Payloads["answer"] {
  if (draft.answer === null) throw new Error("an unanswered item has no payload");
  return {
    item_id: draft.item_id,
    answer: draft.answer,
    result_type: draft.answer === "problem" ? draft.result_type : null,
    note: noteWithClause(draft),
    skip_reason: draft.answer === "not_checked" ? draft.skip_reason : null,
    is_batch: draft.is_batch,
    batch_note: draft.is_batch ? draft.batch_note : null,
    base_version: draft.version,
    files: [...draft.files],
  };
}

/** Choosing another answer keeps the words and photos, and drops what belonged to the first one only. */
export function applyAnswer(draft: Draft, answer: Answer): Draft {
  return {
    ...draft,
    answer,
    result_type: answer === "problem" ? draft.result_type : null,
    clause: answer === "problem" ? draft.clause : null,
    skip_reason: answer === "not_checked" ? draft.skip_reason : null,
  };
}
