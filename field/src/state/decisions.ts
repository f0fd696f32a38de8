/** The leader's choice between two records of one item. The one not chosen stays in the outbox as a trace. */
import { emptyDraft } from "@/domain/checklist";
import type { Conflict } from "@/domain/conflict";
import type { Package, Payloads } from "@/domain/contract";
import { instant } from "@/domain/time";
import { useNetwork } from "./network";
import { useOutbox } from "./outbox";
import { useSession } from "./session";
import { useWork } from "./work";

export function useDecisions() {
  const outbox = useOutbox();
  const work = useWork();
  const session = useSession();
  const network = useNetwork();

  /** Send mine again, now knowingly over theirs: a new record on top of the server's version. */
  async function takeMine(pack: Package, conflict: Conflict): Promise<void> {
    const held = pack.inspection.answers.find((one) => one.item_id === conflict.item_id);
    const draft = work.draftOf(pack.inspection.id, conflict.item_id);
    const version = Math.max(draft.version, held?.version ?? 0);
    const restamped = { ...draft, version, recorded_at: instant(Date.now()), officer_id: session.officerId, is_settled: false };
    await work.writeDrafts(pack.inspection.id, [restamped]);
    await outbox.save({ ...conflict.mine, state: "withdrawn" });
    await outbox.putAnswer(pack, restamped, 0);
  }

  async function takeTheirs(pack: Package, conflict: Conflict): Promise<void> {
    const held = pack.inspection.answers.find((one) => one.item_id === conflict.item_id);
    const draft = work.draftOf(pack.inspection.id, conflict.item_id);
    await work.writeDrafts(pack.inspection.id, [
      {
        ...emptyDraft(conflict.item_id),
        answer: conflict.theirs.answer,
        note: conflict.theirs.note,
        recorded_at: conflict.theirs.recorded_at,
        officer_id: held?.officer_id ?? null,
        version: Math.max(draft.version, held?.version ?? 0),
        files: (conflict.mine.payload as Payloads["answer"]).files,
        is_settled: true,
      },
    ]);
    await outbox.save({ ...conflict.mine, state: "withdrawn" });
    void network.run();
  }

  return { takeMine, takeTheirs };
}
