/** Two officers, one item: both values stay, the leader chooses. Different items never conflict. */
import { type Draft, emptyDraft } from "./checklist";
import type { HeldAnswer, Inspection, TeamMember, Theirs, Uuid } from "./contract";
import type { OutboxItem, OutboxText } from "./outbox";

/** The server's answer replaces the draft only where nothing of ours waits. */
export function mergeHeld(draft: Draft | undefined, held: HeldAnswer): Draft {
  const mine = draft ?? emptyDraft(held.item_id);
  if (!mine.is_settled || held.version <= mine.version) return mine;
  return {
    ...emptyDraft(held.item_id),
    answer: held.answer,
    note: held.note,
    recorded_at: held.recorded_at,
    officer_id: held.officer_id,
    files: mine.files,
    result_type: mine.answer === held.answer ? mine.result_type : null,
    skip_reason: mine.answer === held.answer ? mine.skip_reason : null,
    version: held.version,
  };
}

export interface Conflict {
  outbox_id: Uuid;
  inspection_id: Uuid;
  item_id: Uuid;
  mine: OutboxText;
  theirs: Theirs;
}

export function conflictsIn(items: readonly OutboxItem[]): Conflict[] {
  return items.flatMap((item) =>
    item.type === "text" && item.state === "conflict" && item.theirs !== null && item.item_id !== null
      ? [{ outbox_id: item.id, inspection_id: item.inspection_id, item_id: item.item_id, mine: item, theirs: item.theirs }]
      : [],
  );
}

/** The version that a decision must stand on: the newest one known of either answer. */
export function versionToDecideOn(conflict: Conflict, draftVersion: number, inspection: Inspection): number {
  const held = inspection.answers.find((one) => one.item_id === conflict.item_id);
  return Math.max(draftVersion, held?.version ?? 0, conflict.mine.problem?.version ?? 0);
}

/** The leader chose on another phone: the server's answer is newer than both. */
export function decidedElsewhere(conflict: Conflict, inspection: Inspection): HeldAnswer | null {
  const own = conflict.mine.problem?.version;
  const held = inspection.answers.find((one) => one.item_id === conflict.item_id);
  return own !== undefined && held !== undefined && held.version > own ? held : null;
}

export function leader(inspection: Inspection, team: readonly TeamMember[]): { officer_id: Uuid; name: string } | null {
  return inspection.members.find((member) => member.is_leader) ?? team.find((member) => member.is_leader) ?? null;
}

/** The leader decides; a team without a leader on record decides by whoever holds the phone. */
export function mayDecide(inspection: Inspection, team: readonly TeamMember[], officerId: Uuid): boolean {
  const owner = leader(inspection, team);
  return owner === null || owner.officer_id === officerId;
}
