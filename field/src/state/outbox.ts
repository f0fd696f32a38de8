/** What waits to be sent, as the screens see it; every change is on the disk before it counts. */
import { defineStore } from "pinia";
import { computed, ref } from "vue";
import { answerPayload, type Draft } from "@/domain/checklist";
import { conflictsIn } from "@/domain/conflict";
import type { FileAnnouncement, Package, Payloads, SubmissionKind } from "@/domain/contract";
import { isOpen, isUnsent, mayForget, type OutboxFile, type OutboxItem, type OutboxText, tally } from "@/domain/outbox";
import { instant } from "@/domain/time";
import { copyId } from "@/store/vault";
import { cityNow } from "./clock";
import { usePhone } from "./phone";
import { place } from "./place";
import { device, neighbours, vault } from "./ports";
import { useSession } from "./session";
import { plain } from "./work";

/** An answer still under the officer's finger waits this long before it leaves. */
export const SETTLE_MS = 3_000;
/** An answer that became incomplete again stays here until it is complete. */
const ON_HOLD = Number.MAX_SAFE_INTEGER;

export const useOutbox = defineStore("outbox", () => {
  const items = ref<OutboxItem[]>([]);
  const phone = usePhone();
  const session = useSession();
  let wake: () => void = () => undefined;

  const summary = computed(() => tally(items.value));
  const conflicts = computed(() => conflictsIn(items.value));
  const unsent = computed(() => items.value.filter(isUnsent).length);

  async function load(): Promise<void> {
    items.value = await vault().outbox();
    await session.noteUnsent(unsent.value);
  }

  function clear(): void {
    items.value = [];
  }

  /** Whoever sends wants to know that something was added. */
  function onAdded(callback: () => void): void {
    wake = callback;
  }

  function of(inspectionId: string): OutboxItem[] {
    return items.value.filter((item) => item.inspection_id === inspectionId);
  }

  async function save(item: OutboxItem): Promise<void> {
    keep(item);
    await vault().putOutbox([plain(item)]);
    await announceChange();
  }

  async function addText<K extends SubmissionKind>(
    pack: Package,
    kind: K,
    payload: Payloads[K],
    itemId: string | null = null,
    settleMs = 0,
  ): Promise<OutboxText> {
    const item: OutboxText = {
      ...(await base(pack, itemId)),
      type: "text",
      kind,
      payload,
      frozen: null,
      not_before: settleMs > 0 ? Date.now() + settleMs : 0,
    };
    await save(item);
    wake();
    return item;
  }

  /** One row per answer that has not left yet: correcting it before it leaves makes no second record. */
  async function putAnswer(pack: Package, draft: Draft, settleMs = SETTLE_MS): Promise<void> {
    const row = editable(pack.inspection.id, draft.item_id);
    const payload = answerPayload(plain(draft));
    if (row === undefined) {
      await addText(pack, "answer", payload, draft.item_id, settleMs);
      return;
    }
    await save({
      ...row,
      payload,
      recorded_at: draft.recorded_at ?? row.recorded_at,
      place: place.value,
      clock_offset_ms: phone.clockOffset,
      not_before: settleMs > 0 ? Date.now() + settleMs : 0,
    });
    wake();
  }

  async function holdAnswer(inspectionId: string, itemId: string): Promise<void> {
    const row = editable(inspectionId, itemId);
    if (row !== undefined) await save({ ...row, not_before: ON_HOLD });
  }

  function editable(inspectionId: string, itemId: string): OutboxText | undefined {
    return items.value.find(
      (item): item is OutboxText =>
        item.type === "text" && item.kind === "answer" && item.inspection_id === inspectionId &&
        item.item_id === itemId && item.state === "waiting" && item.frozen === null,
    );
  }

  async function addFile(
    pack: Package,
    announcement: FileAnnouncement,
    bytes: ArrayBuffer,
    copy: ArrayBuffer | null,
  ): Promise<OutboxFile> {
    const item: OutboxFile = {
      ...(await base(pack, announcement.item_id)),
      id: announcement.id,
      recorded_at: announcement.captured_at,
      place: announcement.place,
      type: "file",
      announcement,
      is_announced: false,
      sent_bytes: 0,
      not_before: 0,
    };
    const contents = { [item.id]: bytes, ...(copy === null ? {} : { [copyId(item.id)]: copy }) };
    await vault().putFile(plain(item), contents);
    keep(item);
    await announceChange();
    wake();
    return item;
  }

  async function base(pack: Package, itemId: string | null) {
    return {
      id: crypto.randomUUID() as string,
      inspection_id: pack.inspection.id,
      visit_id: pack.visit.id,
      item_id: itemId,
      sequence: await device.nextSequence(),
      recorded_at: instant(cityNow()),
      clock_offset_ms: phone.clockOffset,
      place: place.value,
      state: "waiting" as const,
      attempts: 0,
      receipt: null,
      received_at: null,
      problem: null,
      theirs: null,
    };
  }

  async function retry(id: string): Promise<void> {
    const item = items.value.find((one) => one.id === id);
    if (item === undefined || !["help", "waiting"].includes(item.state)) return;
    await save({ ...item, state: "waiting", not_before: 0, attempts: 0 });
    wake();
  }

  async function retryAll(): Promise<void> {
    const open = items.value.filter((item) => isOpen(item) && item.not_before !== ON_HOLD);
    for (const item of open) await save({ ...item, not_before: 0 });
    wake();
  }

  /** Taken back, not thrown away: the row stays as a trace. */
  async function withdraw(id: string): Promise<void> {
    const item = items.value.find((one) => one.id === id);
    if (item !== undefined && !["sent", "quarantined", "sending"].includes(item.state)) {
      await save({ ...item, state: "withdrawn" });
    }
  }

  async function forgetOld(): Promise<void> {
    const old = items.value.filter((item) => mayForget(item, cityNow())).map((item) => item.id);
    if (old.length === 0) return;
    await vault().forget(old);
    items.value = items.value.filter((item) => !old.includes(item.id));
  }

  function keep(item: OutboxItem): void {
    const index = items.value.findIndex((one) => one.id === item.id);
    if (index < 0) items.value.push(item);
    else items.value[index] = item;
  }

  async function announceChange(): Promise<void> {
    neighbours.postMessage("outbox");
    await session.noteUnsent(unsent.value);
  }

  return {
    items, summary, conflicts, unsent,
    load, clear, onAdded, of, save, addText, putAnswer, holdAnswer, addFile, retry, retryAll, withdraw, forgetOld,
  };
});
