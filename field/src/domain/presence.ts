/** Where the colleagues of a visit are: come, late, or not yet due. Told by the server's last word and this phone's clock. */
import type { TeamMember, Visit } from "./contract";

export type Presence =
  | { state: "arrived"; at: string }
  | { state: "late"; minutes: number }
  | { state: "opened" | "unopened" };

const MINUTE_MS = 60_000;

export function presenceOf(member: TeamMember, visit: Visit, nowMs: number): Presence {
  const { arrived_at = null, has_opened = false } = member.presence ?? {};
  if (arrived_at !== null) return { state: "arrived", at: arrived_at };
  const minutes = Math.floor((nowMs - Date.parse(visit.starts_at)) / MINUTE_MS);
  if (minutes > (visit.late_after_minutes ?? 0) && nowMs < Date.parse(visit.ends_at)) return { state: "late", minutes };
  return { state: has_opened ? "opened" : "unopened" };
}
