/** What happens after a PIN opened a store, and what is put away before it closes. */
import { IDLE_LOCK_MS } from "@/domain/lock";
import { queueForgotten } from "./forgotten";
import { allKept } from "./kept";
import { useNetwork } from "./network";
import { useOutbox } from "./outbox";
import { usePhone } from "./phone";
import { stopWatchingPlace } from "./place";
import { useSession } from "./session";
import { lookForUpdate } from "./updates";
import { useWork } from "./work";

let touchedAt = Date.now();

export async function openDay(): Promise<void> {
  touchedAt = Date.now();
  await Promise.all([useWork().load(), useOutbox().load()]);
  await queueForgotten();
  await Promise.all([usePhone().askToPersist(), usePhone().measureStorage()]);
  useNetwork().start();
  void lookForUpdate();
}

export async function closeDay(): Promise<void> {
  await allKept();
  useNetwork().stop();
  stopWatchingPlace();
  useSession().lock();
  useWork().clear();
  useOutbox().clear();
}

/** A phone left on a counter locks itself. */
export function lockWhenIdle(onLock: () => void): void {
  for (const kind of ["pointerdown", "keydown"]) {
    window.addEventListener(kind, () => (touchedAt = Date.now()), { passive: true });
  }
  setInterval(() => {
    if (useSession().isUnlocked && Date.now() - touchedAt > IDLE_LOCK_MS) {
      void closeDay().then(onLock);
    }
  }, 10_000);
}
