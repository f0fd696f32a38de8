/** Filling in: one change, kept at once, sent when complete. */
import { applyAnswer, type Draft, emptyDraft, isComplete } from "@/domain/checklist";
import type { Answer, Item, Package } from "@/domain/contract";
import { instant } from "@/domain/time";
import { cityNow } from "./clock";
import { keeping } from "./kept";
import { useOutbox } from "./outbox";
import { useSession } from "./session";
import { useWork } from "./work";

export type Change = Partial<Pick<Draft, "result_type" | "note" | "clause" | "skip_reason" | "files">>;

export function useAnswers() {
  const work = useWork();
  const outbox = useOutbox();
  const session = useSession();

  async function choose(pack: Package, item: Item, answer: Answer): Promise<void> {
    await keeping(write(pack, item, applyAnswer(work.draftOf(pack.inspection.id, item.id), answer)));
  }

  async function change(pack: Package, item: Item, values: Change): Promise<void> {
    await keeping(write(pack, item, { ...work.draftOf(pack.inspection.id, item.id), ...values }));
  }

  async function write(pack: Package, item: Item, draft: Draft): Promise<void> {
    const stamped = stamp({ ...draft, is_batch: false, batch_note: null });
    await work.writeDrafts(pack.inspection.id, [stamped]);
    if (isComplete(item, stamped)) await outbox.putAnswer(pack, stamped);
    else await outbox.holdAnswer(pack.inspection.id, item.id);
  }

  /** Each item keeps the mark that it was answered in a batch, and the reason given. */
  async function batch(pack: Package, items: Item[], note: string): Promise<void> {
    const drafts = items.map((item) =>
      stamp({ ...emptyDraft(item.id), answer: "ok", is_batch: true, batch_note: note.trim() }),
    );
    await keeping(writeAll(pack, drafts));
  }

  async function writeAll(pack: Package, drafts: Draft[]): Promise<void> {
    await work.writeDrafts(pack.inspection.id, drafts);
    for (const draft of drafts) await outbox.putAnswer(pack, draft);
  }

  function stamp(draft: Draft): Draft {
    return { ...draft, recorded_at: instant(cityNow()), officer_id: session.officerId, is_settled: false };
  }

  return { choose, change, batch };
}

