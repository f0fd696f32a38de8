/** The unlocked officer's visits: packages, what is filled in, where each visit stands. Everything written is kept at once. */
import { defineStore } from "pinia";
import { ref } from "vue";
import { type Draft, emptyDraft } from "@/domain/checklist";
import { mergeHeld } from "@/domain/conflict";
import type { HeldAnswer, Package, Receipts, SubmissionReceipt } from "@/domain/contract";
import type { OutboxText } from "@/domain/outbox";
import { emptyProgress, keepChecklist, type Progress } from "@/domain/progress";
import { vault } from "./ports";

type Drafts = Map<string, Draft>;

export const useWork = defineStore("work", () => {
  const packages = ref<Package[]>([]);
  const drafts = ref(new Map<string, Drafts>());
  const progress = ref(new Map<string, Progress>());
  const isLoaded = ref(false);
  /** Visits that came while the list was open: a banner tells, the list does not jump. */
  const arrived = ref<string[]>([]);

  async function load(): Promise<void> {
    const [packs, rows, marks] = await Promise.all([vault().packages(), vault().drafts(), vault().progress()]);
    packages.value = byTime(packs);
    const found = new Map<string, Drafts>();
    for (const { inspection_id, draft } of rows) {
      found.set(inspection_id, (found.get(inspection_id) ?? new Map()).set(draft.item_id, draft));
    }
    drafts.value = found;
    progress.value = new Map(marks.map((mark) => [mark.inspection_id, mark]));
    isLoaded.value = true;
  }

  function clear(): void {
    packages.value = [];
    drafts.value = new Map();
    progress.value = new Map();
    arrived.value = [];
    isLoaded.value = false;
  }

  function packOf(visitId: string): Package | null {
    return packages.value.find((pack) => pack.visit.id === visitId) ?? null;
  }

  function packOfInspection(inspectionId: string): Package | null {
    return packages.value.find((pack) => pack.inspection.id === inspectionId) ?? null;
  }

  function draftsOf(inspectionId: string): Drafts {
    return drafts.value.get(inspectionId) ?? new Map();
  }

  function draftOf(inspectionId: string, itemId: string): Draft {
    return draftsOf(inspectionId).get(itemId) ?? emptyDraft(itemId);
  }

  function progressOf(inspectionId: string): Progress {
    return progress.value.get(inspectionId) ?? emptyProgress(inspectionId);
  }

  async function writeDrafts(inspectionId: string, changed: Draft[]): Promise<void> {
    const pack = packOfInspection(inspectionId);
    // The party signed what the record said then; whatever is written after it needs another signature.
    if (pack?.inspection.party_signature && changed.some((draft) => !draft.is_settled)) {
      pack.inspection = { ...pack.inspection, party_signature: null };
      await vault().putPackage(plain(pack));
    }
    const mine = drafts.value.get(inspectionId) ?? new Map<string, Draft>();
    for (const draft of changed) mine.set(draft.item_id, draft);
    drafts.value.set(inspectionId, mine);
    await vault().putDrafts(inspectionId, plain(changed));
  }

  async function writeProgress(inspectionId: string, change: Partial<Progress>): Promise<void> {
    const next = { ...progressOf(inspectionId), ...change };
    progress.value.set(inspectionId, next);
    await vault().putProgress(plain(next));
  }

  /** Take over what the server sent; keep what is ours. `isBusy` says which visits still have something here. */
  async function receive(fresh: Package[], isBusy: (inspectionId: string) => boolean): Promise<void> {
    const known = new Map(packages.value.map((pack) => [pack.inspection.id, pack]));
    for (const pack of fresh) await receiveOne(pack, known.get(pack.inspection.id), isBusy(pack.inspection.id));
    const kept = packages.value.filter(
      (pack) => !fresh.some((one) => one.inspection.id === pack.inspection.id) && isBusy(pack.inspection.id),
    );
    for (const pack of known.values()) {
      const isGone = !fresh.some((one) => one.inspection.id === pack.inspection.id) && !kept.includes(pack);
      if (isGone) await vault().dropPackage(plain(pack));
    }
    if (isLoaded.value && known.size > 0) {
      arrived.value.push(...fresh.filter((pack) => !known.has(pack.inspection.id)).map((pack) => pack.visit.id));
    }
    packages.value = byTime([...fresh, ...kept]);
  }

  async function receiveOne(pack: Package, old: Package | undefined, isInUse: boolean): Promise<void> {
    const hasDrafts = (drafts.value.get(pack.inspection.id)?.size ?? 0) > 0;
    const inspection = keepChecklist(old?.inspection, pack.inspection, isInUse || hasDrafts);
    if (inspection.checklist.sha256 !== pack.inspection.checklist.sha256) {
      await writeProgress(pack.inspection.id, { newer_checklist: pack.inspection.checklist.version });
    }
    pack.inspection = inspection;
    await vault().putPackage(plain(pack));
    const changed = pack.inspection.answers
      .map((held) => mergeHeld(draftsOf(pack.inspection.id).get(held.item_id), held))
      .filter((draft) => draft !== draftsOf(pack.inspection.id).get(draft.item_id));
    if (changed.length > 0) await writeDrafts(pack.inspection.id, changed);
  }

  /** What the server's list of receipts tells besides: the party may have signed on its own phone. */
  async function noteReceipts(inspectionId: string, receipts: Receipts): Promise<void> {
    const pack = packOfInspection(inspectionId);
    if (pack === null || receipts.party_signature === undefined) return;
    const { party_signature, party_denied_at = null } = receipts;
    pack.inspection = { ...pack.inspection, party_signature, party_denied_at };
    await vault().putPackage(plain(pack));
  }

  /** Take the server's answer over ours: the leader has chosen. */
  async function adopt(inspectionId: string, held: HeldAnswer): Promise<void> {
    const mine = { ...draftOf(inspectionId, held.item_id), is_settled: true, version: 0 };
    await writeDrafts(inspectionId, [mergeHeld(mine, held)]);
  }

  /** The server took a text: the next answer stands on its version, a submission closes the part here too. */
  async function noteTaken(item: OutboxText, receipt: SubmissionReceipt, isLatest: boolean): Promise<void> {
    if (item.kind === "answer" && item.item_id !== null) {
      const draft = draftOf(item.inspection_id, item.item_id);
      const version = receipt.version ?? draft.version;
      await writeDrafts(item.inspection_id, [{ ...draft, version, is_settled: isLatest }]);
    }
    const pack = packOfInspection(item.inspection_id);
    if ((item.kind === "submit" || item.kind === "unable") && pack !== null) {
      const state = item.kind === "unable" ? "unable" : pack.inspection.state;
      pack.inspection = { ...pack.inspection, state, submitted_at: item.recorded_at, returned_reason: null };
      await vault().putPackage(plain(pack));
    }
  }

  return {
    packages, drafts, progress, arrived, isLoaded,
    load, clear, packOf, packOfInspection, draftsOf, draftOf, progressOf, writeDrafts, writeProgress, receive, noteReceipts, adopt, noteTaken,
  };
});

function byTime(packs: Package[]): Package[] {
  return [...packs].sort((a, b) => a.visit.starts_at.localeCompare(b.visit.starts_at));
}

/** Records go to the store without Vue's wrapping. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
