/** Answers that were kept and never queued: the app was closed or locked between the two. Nothing typed is lost. */
import { allItems, type Draft, isComplete } from "@/domain/checklist";
import type { Package } from "@/domain/contract";
import { mayWrite, stageOf } from "@/domain/progress";
import { useOutbox } from "./outbox";
import { useWork } from "./work";

export async function queueForgotten(): Promise<void> {
  const outbox = useOutbox();
  const work = useWork();
  for (const pack of work.packages) {
    if (!mayWrite(stageOf(pack, outbox.of(pack.inspection.id)))) continue;
    for (const draft of forgotten(pack, work.draftsOf(pack.inspection.id).values())) await outbox.putAnswer(pack, draft, 0);
  }

  function forgotten(pack: Package, drafts: Iterable<Draft>): Draft[] {
    const items = new Map(allItems(pack.inspection).map((item) => [item.id, item]));
    return [...drafts].filter((draft) => {
      const item = items.get(draft.item_id);
      return item !== undefined && !draft.is_settled && isComplete(item, draft) && !isQueued(pack, draft);
    });
  }

  /** A row taken back counts too: the officer did not want it sent. */
  function isQueued(pack: Package, draft: Draft): boolean {
    return outbox.of(pack.inspection.id).some(
      (row) =>
        row.type === "text" && row.kind === "answer" && row.item_id === draft.item_id &&
        Date.parse(row.recorded_at) >= Date.parse(draft.recorded_at ?? row.recorded_at),
    );
  }
}
