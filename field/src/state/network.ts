/** When the courier goes, and what the bar above every screen says about it. */
import { defineStore } from "pinia";
import { computed, ref } from "vue";
import { decidedElsewhere } from "@/domain/conflict";
import { isCompleteThere, isOpen, nextAttemptAt, reconcile, refusedTooEarly } from "@/domain/outbox";
import type { Session } from "@/domain/contract";
import { Courier, type Reach, type Station } from "@/sync/courier";
import { NotReached, Refused, SignedOut } from "@/sync/http";
import { withLease } from "@/sync/lease";
import { tellBadgeKey } from "./badge";
import { cityNow } from "./clock";
import { useOutbox } from "./outbox";
import { usePhone } from "./phone";
import type { Vault } from "@/store/vault";
import { device, http, isOpen as isStillOpen, Locked, neighbours, vault } from "./ports";
import { useSession } from "./session";
import { useWork } from "./work";

const IDLE_MS = 60_000;
const SHORTEST_MS = 400;
const SOON_MS = 2_000;
const OWNER = crypto.randomUUID();

export type BarState = "ok" | "sending" | "offline" | "weak" | "signed_out" | "other_officer" | "help" | "conflict" | "unknown";

export const useNetwork = defineStore("network", () => {
  const phone = usePhone();
  const session = useSession();
  const work = useWork();
  const outbox = useOutbox();

  const reach = ref<Reach | "unknown">("unknown");
  const isRunning = ref(false);
  const reachedAt = ref<number | null>(null);
  const server = ref<Session | null>(null);
  let timer: ReturnType<typeof setTimeout> | null = null;
  let courier: Courier | null = null;
  let isWanted = false;
  let comparisons = 0;

  const bar = computed<BarState>(() => {
    if (reach.value === "signed_out" || reach.value === "other_officer") return reach.value;
    if (!navigator.onLine || reach.value === "offline") return "offline";
    if (reach.value === "weak" || reach.value === "trouble") return "weak";
    if (outbox.summary.open > 0) return "sending";
    if (outbox.summary.help > 0) return "help";
    if (outbox.summary.conflict > 0) return "conflict";
    return reach.value === "unknown" ? "unknown" : "ok";
  });

  function start(): void {
    courier = new Courier(http, station(vault()));
    outbox.onAdded(() => plan(SHORTEST_MS));
    window.addEventListener("online", hurry);
    window.addEventListener("offline", goOffline);
    document.addEventListener("visibilitychange", onVisible);
    neighbours.addEventListener("message", onNeighbour);
    void run();
  }

  function stop(): void {
    courier = null;
    if (timer !== null) clearTimeout(timer);
    window.removeEventListener("online", hurry);
    window.removeEventListener("offline", goOffline);
    document.removeEventListener("visibilitychange", onVisible);
    neighbours.removeEventListener("message", onNeighbour);
    http.forgetEtag();
    reach.value = "unknown";
  }

  /** The way is open again: waiting times of the broken way no longer count. */
  function hurry(): void {
    void outbox.retryAll().then(() => run());
  }

  function goOffline(): void {
    reach.value = "offline";
  }

  function onVisible(): void {
    if (document.visibilityState === "visible") void run();
  }

  function onNeighbour(): void {
    if (!isRunning.value) void outbox.load();
  }

  function plan(inMs: number): void {
    if (courier === null) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void run(), inMs);
  }

  async function run(): Promise<void> {
    if (courier === null) return;
    if (isRunning.value) {
      isWanted = true;
      return;
    }
    isRunning.value = true;
    const going = courier;
    try {
      await withLease(device, OWNER, Date.now, async () => {
        const reached = await going.round();
        if (courier !== going) return;
        reach.value = reached;
        if (reached === "online") reachedAt.value = Date.now();
      });
      if (courier === going) await outbox.forgetOld();
    } catch (error) {
      // The officer locked the phone in the middle: what was on its way stands in the own store and is sent again.
      if (!(error instanceof Locked)) throw error;
    } finally {
      isRunning.value = false;
      planNext();
    }
  }

  function planNext(): void {
    const next = nextAttemptAt(outbox.items);
    const idle = idleWait();
    const wait = next === null ? idle : Math.min(idle, Math.max(SHORTEST_MS, next - Date.now()));
    // After a broken round the items carry their own waiting times; a signed-out phone waits for its officer.
    plan(isWanted ? SHORTEST_MS : reach.value === "online" || reach.value === "unknown" ? wait : Math.max(wait, 5_000));
    isWanted = false;
  }

  /** The server needs a moment to call a part submitted after its last byte: ask soon, then less and less often. */
  function idleWait(): number {
    comparisons = unconfirmed().length === 0 ? 0 : comparisons + 1;
    return comparisons === 0 ? IDLE_MS : Math.min(IDLE_MS, SOON_MS * 2 ** (comparisons - 1));
  }

  /** Inspections handed in here that the server has not yet confirmed as whole. */
  function unconfirmed(): string[] {
    return work.packages
      .map((pack) => pack.inspection.id)
      .filter((id) => {
        const hasSubmit = outbox.of(id).some((item) => item.type === "text" && item.kind === "submit");
        return hasSubmit && !work.progressOf(id).is_complete_on_server;
      });
  }

  /** For the worried: send now, and fetch what is new. */
  async function sendAll(): Promise<void> {
    comparisons = 0;
    courier?.expectNews();
    await outbox.retryAll();
    await run();
  }

  /** A conflict that the leader settled elsewhere: the chosen value stands, ours stays as a trace. */
  async function closeDecided(): Promise<void> {
    for (const conflict of outbox.conflicts) {
      const pack = work.packOfInspection(conflict.inspection_id);
      const held = pack === null ? null : decidedElsewhere(conflict, pack.inspection);
      if (held === null) continue;
      await outbox.save({ ...conflict.mine, state: "withdrawn" });
      await work.adopt(conflict.inspection_id, held);
    }
  }

  /** A round belongs to the officer who began it: it never reads or writes in the next one's store. */
  function station(own: Vault): Station {
    const stay = (): void => {
      if (!isStillOpen(own)) throw new Locked();
    };
    return {
      officerId: () => session.officerId ?? "",
      items() {
        stay();
        return outbox.items;
      },
      async save(item) {
        stay();
        await outbox.save(item);
      },
      async content(fileId) {
        stay();
        return own.content(fileId);
      },
      baseVersion: (inspectionId, itemId) => work.draftOf(inspectionId, itemId).version,
      device: () => phone.settings?.device ?? "",
      now: () => Date.now(),
      cityNow,
      jitter: () => (crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) / 255,
      async taken(item, receipt) {
        stay();
        const isLatest = !outbox.items.some(
          (other) =>
            other.type === "text" && other.kind === "answer" && other.inspection_id === item.inspection_id &&
            other.item_id === item.item_id && other.sequence > item.sequence && isOpen(other),
        );
        await work.noteTaken(item, receipt, isLatest);
        if (item.kind !== "entry") return;
        for (const early of refusedTooEarly(outbox.items, item.inspection_id)) await outbox.retry(early.id);
      },
      async noteSession(fresh, sentAt, receivedAt) {
        stay();
        server.value = fresh;
        await phone.noteServerTime(fresh, sentAt, receivedAt);
        await tellBadgeKey(fresh, phone.settings?.device ?? "");
      },
      async receive(list) {
        stay();
        await work.receive(list.packages, (id) => outbox.of(id).length > 0);
        await closeDecided();
      },
      toCompare() {
        stay();
        return unconfirmed();
      },
      async compare(inspectionId, receipts) {
        stay();
        for (const changed of reconcile(outbox.of(inspectionId), receipts)) await outbox.save(changed);
        await work.noteReceipts(inspectionId, receipts);
        const is_complete_on_server = isCompleteThere(outbox.of(inspectionId), receipts);
        if (is_complete_on_server) await work.writeProgress(inspectionId, { is_complete_on_server });
      },
    };
  }

  /** Ask about one inspection now: somebody waits for the party's signature. Quiet when there is no way. */
  async function askAbout(inspectionId: string): Promise<boolean> {
    try {
      await work.noteReceipts(inspectionId, await http.receipts(inspectionId));
      return true;
    } catch (error) {
      if (error instanceof NotReached || error instanceof SignedOut || error instanceof Refused) return false;
      throw error;
    }
  }

  return { askAbout, reach, bar, isRunning, reachedAt, server, start, stop, run, sendAll, plan };
});
