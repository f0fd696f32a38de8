/** This officer's badge: its key lies closed in the own store, the server hears of the public half when there is a way. */
import { ref } from "vue";
import { type BadgePair, badgeText, makeBadgePair } from "@/domain/badge";
import type { Session } from "@/domain/contract";
import { cityNow } from "./clock";
import { http, vault } from "./ports";
import { useSession } from "./session";

const NAME = "badge";

/** False until the server knows this phone's key: a colleague's phone may then have to ask the server. */
export const isBadgeKnown = ref(false);

async function pair(): Promise<BadgePair> {
  const kept = await vault().key<BadgePair>(NAME);
  if (kept !== null) return kept;
  const made = await makeBadgePair();
  await vault().putKey(NAME, made);
  return made;
}

export async function badgeNow(): Promise<string> {
  return badgeText(useSession().officerId ?? "", await pair(), cityNow());
}

/** Called when the server has said who is signed in; a server without badge keys is left alone. */
export async function tellBadgeKey(session: Session, device: string): Promise<void> {
  if (session.badge_key_ids === undefined) return;
  const own = await pair();
  isBadgeKnown.value = session.badge_key_ids.includes(own.key_id);
  if (isBadgeKnown.value) return;
  await http.registerBadgeKey(device, own.public_key);
  isBadgeKnown.value = true;
}
