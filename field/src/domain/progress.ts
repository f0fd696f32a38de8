/** Where one visit stands on this phone, and what stops it from being submitted. */
import { allItems, count, type Draft, unfinished } from "./checklist";
import type { Confirmation, Inspection, Item, Package, Payloads, UnableReason, Uuid } from "./contract";
import type { OutboxItem, OutboxText } from "./outbox";
import { isHeld, type SubmitState, submitState } from "./outbox";

/** What the phone remembers of a visit besides its answers. */
export interface Progress {
  inspection_id: Uuid;
  code_shown_at: string | null;
  are_rights_told: boolean;
  confirmed_by: Uuid[];
  confirmations?: Confirmation[];
  has_no_interest: boolean | null;
  is_complete_on_server: boolean;
  /** The newer checklist the server offered while this one was in use. */
  newer_checklist: string | null;
  opened_at: string | null;
  /** What is written so far of "cannot inspect". */
  unable: { reason: UnableReason | null; note: string } | null;
}

export function emptyProgress(inspectionId: Uuid): Progress {
  return {
    inspection_id: inspectionId,
    code_shown_at: null,
    are_rights_told: false,
    confirmed_by: [],
    has_no_interest: null,
    is_complete_on_server: false,
    newer_checklist: null,
    opened_at: null,
    unable: null,
  };
}

export type Stage = "sealed" | "ready" | "entered" | "unable" | "submitted" | "returned";

function latest(items: readonly OutboxItem[], kind: OutboxText["kind"]): OutboxText | undefined {
  return items.findLast(
    (item): item is OutboxText => item.type === "text" && item.kind === kind && item.state !== "withdrawn",
  );
}

const SUBMITTED_STATES = ["incomplete", "submitted", "reviewed"];

export function stageOf(pack: Package, items: readonly OutboxItem[]): Stage {
  const { visit, inspection } = pack;
  const submit = latest(items, "submit");
  const unable = latest(items, "unable");
  const isUnderWay = [submit, unable].some((row) => row !== undefined && row.receipt === null);
  if (inspection.returned_reason !== null && !isUnderWay) return "returned";
  if (unable !== undefined || inspection.state === "unable") return "unable";
  if (submit || inspection.submitted_at !== null || SUBMITTED_STATES.includes(inspection.state)) return "submitted";
  if (latest(items, "entry") || inspection.state === "in_progress" || hasOwnAnswers(pack)) return "entered";
  return visit.target === null ? "sealed" : "ready";
}

/** Shared facts may have been answered by another department before this one came; they say nothing of its own entry. */
function hasOwnAnswers({ inspection }: Package): boolean {
  const shared = new Set(inspection.shared_facts.map((item) => item.id));
  return inspection.answers.some((answer) => !shared.has(answer.item_id));
}

/** Answers may be written after entry and until the submission; a returned part is open again. */
export function mayWrite(stage: Stage): boolean {
  return stage === "entered" || stage === "returned";
}

/** How the own request for recusal stands; 行政处罚法 art. 43: until the decision the work does not stop. */
export type RecusalState = "none" | "asked" | "declined";

export function recusalState(inspection: Inspection, items: readonly OutboxItem[]): RecusalState {
  const asked = latest(items, "recusal");
  if (asked !== undefined && !isHeld(asked)) return "asked";
  if (inspection.recusal) return inspection.recusal.is_declined ? "declined" : "asked";
  return asked === undefined ? "none" : "asked";
}

/** A newer checklist never replaces one in use. */
export function keepChecklist(old: Inspection | undefined, fresh: Inspection, isInUse: boolean): Inspection {
  if (old === undefined || !isInUse || old.checklist.sha256 === fresh.checklist.sha256) return fresh;
  return { ...fresh, checklist: old.checklist, shared_facts: old.shared_facts };
}

export interface Signatures {
  party: Payloads["signature"] | null;
  /** Why the party's signature on this phone stands no more: an answer changed after it, or the business denied it. */
  party_void: "changed" | "denied" | null;
  witness: Payloads["signature"] | null;
  officers: Payloads["signature"][];
}

export function signaturesIn(items: readonly OutboxItem[], deniedAt: string | null = null): Signatures {
  const found: Signatures = { party: null, party_void: null, witness: null, officers: [] };
  for (const item of items) {
    if (item.type !== "text" || item.kind !== "signature" || item.state === "withdrawn") continue;
    const signature = item.payload as Payloads["signature"];
    if (signature.role === "party") {
      found.party_void = whyVoid(item, items, deniedAt);
      found.party = found.party_void === null ? signature : null;
    } else if (signature.role === "witness") found.witness = signature;
    else found.officers = [...found.officers.filter((other) => other.officer_id !== signature.officer_id), signature];
  }
  return found;
}

function whyVoid(signed: OutboxText, items: readonly OutboxItem[], deniedAt: string | null): Signatures["party_void"] {
  const isRefused = (signed.payload as Payloads["signature"]).refused_reason !== null;
  if (deniedAt !== null && (!isRefused || Date.parse(signed.recorded_at) <= Date.parse(deniedAt))) return "denied";
  return !isRefused && isChangedAfter(signed, items) ? "changed" : null;
}

/** The party signed what the record said then; an answer that was written again with the same words changes nothing. */
function isChangedAfter(signed: OutboxText, items: readonly OutboxItem[]): boolean {
  const answers = items.filter(
    (item): item is OutboxText => item.type === "text" && item.kind === "answer" && item.state !== "withdrawn",
  );
  const before = new Map(answers.filter((one) => one.sequence < signed.sequence).map((one) => [one.item_id, said(one)]));
  const after = new Map(answers.filter((one) => one.sequence > signed.sequence).map((one) => [one.item_id, said(one)]));
  return [...after].some(([item, words]) => before.get(item) !== words);
}

function said(item: OutboxText): string {
  const { answer, result_type, skip_reason, note } = item.payload as Payloads["answer"];
  return JSON.stringify([answer, result_type, skip_reason, note]);
}

export function opinionIn(items: readonly OutboxItem[]): Payloads["opinion"] | null {
  return (latest(items, "opinion")?.payload as Payloads["opinion"] | undefined) ?? null;
}

export interface Obstacles {
  items: Item[];
  opinion: boolean;
  party: boolean;
  witness: boolean;
  officers: number;
}

/** Everything that still has to be done before the part may be submitted. */
export function obstacles(inspection: Inspection, drafts: ReadonlyMap<Uuid, Draft>, items: readonly OutboxItem[]): Obstacles {
  const signatures = signaturesIn(items, inspection.party_denied_at ?? null);
  const isRefused = signatures.party?.refused_reason != null;
  const hasRecording = items.some(
    (item) => item.type === "file" && ["audio", "video"].includes(item.announcement.source) && item.state !== "withdrawn",
  );
  const isSignedElsewhere = inspection.party_signature != null;
  return {
    items: unfinished(allItems(inspection), drafts),
    opinion: opinionIn(items) === null && !isRefused,
    party: signatures.party === null && !isSignedElsewhere,
    witness: isRefused && !isSignedElsewhere && signatures.witness === null && !hasRecording,
    officers: Math.max(0, 2 - signatures.officers.length),
  };
}

export function isReadyToSubmit(found: Obstacles): boolean {
  return found.items.length === 0 && !found.opinion && !found.party && !found.witness && found.officers === 0;
}

export function submitPayload(
  inspection: Inspection,
  drafts: ReadonlyMap<Uuid, Draft>,
  items: readonly OutboxItem[],
): Payloads["submit"] {
  const { unanswered: _none, ...counts } = count(allItems(inspection), drafts);
  const files = items.filter((item) => item.type === "file" && item.state !== "withdrawn").map((item) => item.id);
  return { checklist_sha256: inspection.checklist.sha256, counts, files };
}

export function delivery(progress: Progress | undefined, items: readonly OutboxItem[]): SubmitState {
  return submitState(items, progress?.is_complete_on_server ?? false);
}

/** After the store was cleared: the items of begun inspections that the server holds no answer for. */
export function unconfirmedAfterLoss(pack: Package): Item[] {
  if (pack.inspection.state !== "in_progress") return [];
  const held = new Set(pack.inspection.answers.map((answer) => answer.item_id));
  return allItems(pack.inspection).filter((item) => !held.has(item.id));
}
