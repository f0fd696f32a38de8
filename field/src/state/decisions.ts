/** The leader's choice between two records of one item. The one not chosen stays in the outbox as a trace. */
import { allItems, type Draft, emptyDraft, isComplete } from "@/domain/checklist";
import { type Conflict, versionToDecideOn } from "@/domain/conflict";
import type { Package, Payloads } from "@/domain/contract";
import { instant } from "@/domain/time";
import { cityNow } from "./clock";
import { keeping } from "./kept";
import { useOutbox } from "./outbox";
import { useSession } from "./session";
import { useWork } from "./work";

export function useDecisions() {
  const outbox = useOutbox();
  const work = useWork();
  const session = useSession();

  /** Send mine again, now knowingly over theirs: a new record on top of the server's version. */
  async function takeMine(pack: Package, conflict: Conflict): Promise<void> {
    await keeping(decide(pack, conflict, work.draftOf(pack.inspection.id, conflict.item_id)));
  }

  /** The choice is a record too: theirs is sent as the leader's answer. */
  async function takeTheirs(pack: Package, conflict: Conflict): Promise<void> {
    const { answer, note, result_type = null, skip_reason = null } = conflict.theirs;
    const { files } = conflict.mine.payload as Payloads["answer"];
    const chosen: Draft = {
      ...emptyDraft(conflict.item_id),
      answer,
      note,
      result_type,
      skip_reason: skip_reason as Draft["skip_reason"],
      files,
    };
    await keeping(decide(pack, conflict, chosen));
  }

  async function decide(pack: Package, conflict: Conflict, chosen: Draft): Promise<void> {
    const current = work.draftOf(pack.inspection.id, conflict.item_id).version;
    const draft: Draft = {
      ...chosen,
      version: versionToDecideOn(conflict, current, pack.inspection),
      recorded_at: instant(cityNow()),
      officer_id: session.officerId,
      is_settled: false,
    };
    await work.writeDrafts(pack.inspection.id, [draft]);
    const item = allItems(pack.inspection).find((one) => one.id === conflict.item_id);
    // Their answer may lack what this phone was not told; then the item shows as unfinished and asks for it.
    if (item !== undefined && isComplete(item, draft)) await outbox.putAnswer(pack, draft, 0);
    // The conflict leaves the screen last: until the choice waits to be sent, nothing may say that all was delivered.
    await outbox.save({ ...conflict.mine, state: "withdrawn" });
  }

  return { takeMine, takeTheirs };
}
