// @vitest-environment happy-dom
import { createPinia, setActivePinia } from "pinia";
import { nextTick, watch } from "vue";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { emptyDraft } from "@/domain/checklist";
import type { Payloads } from "@/domain/contract";
import type { OutboxText } from "@/domain/outbox";
import { useAnswers } from "@/state/answers";
import { useDecisions } from "@/state/decisions";
import { queueForgotten } from "@/state/forgotten";
import { useNetwork } from "@/state/network";
import { closeDay } from "@/state/opening";
import { useOutbox } from "@/state/outbox";
import { usePhone } from "@/state/phone";
import { http, useVault, vault } from "@/state/ports";
import { useWork } from "@/state/work";
import { makeKeyRing } from "@/store/box";
import { Vault } from "@/store/vault";
import { anItem, aPackage, aText } from "../cast";

let officers = 0;

async function aVault(): Promise<Vault> {
  return new Vault(`decisions-${(officers += 1)}`, (await makeKeyRing("204816", 1_000)).key);
}

beforeEach(async () => {
  setActivePinia(createPinia());
  await usePhone().load();
  useVault(await aVault());
  useWork().packages = [aPackage({ state: "in_progress" })];
});
afterEach(() => {
  useVault(null);
  vi.restoreAllMocks();
});

const ANSWER: Payloads["answer"] = {
  item_id: "o", answer: "ok", result_type: null, note: "", skip_reason: null, is_batch: false, batch_note: null, base_version: 0, files: [],
};

function aConflict(): OutboxText {
  return aText({
    id: "mine", kind: "answer", item_id: "o", payload: ANSWER, frozen: "{}", state: "conflict",
    problem: { code: "conflict", message: "", version: 2 },
    theirs: { answer: "not_applicable", note: "", recorded_at: "2026-11-19T10:12:00+08:00", officer: "周" },
  });
}

describe("the leader's choice", () => {
  it("waits to be sent before the conflict leaves: nothing ever says that all was delivered", async () => {
    const outbox = useOutbox();
    await useWork().writeDrafts("i", [{ ...emptyDraft("o"), answer: "ok", is_settled: false }]);
    await outbox.save(aConflict());
    const seen: { open: number; conflict: number }[] = [];
    watch(() => ({ open: outbox.summary.open, conflict: outbox.summary.conflict }), (now) => seen.push(now), { flush: "sync" });

    await useDecisions().takeMine(useWork().packages[0]!, outbox.conflicts[0]!);

    await nextTick();
    expect(seen.at(-1)).toEqual({ open: 1, conflict: 0 });
    expect(seen.filter((one) => one.open === 0 && one.conflict === 0)).toEqual([]);
  });
});

describe("an answer kept and never queued", () => {
  it("is queued when the store is opened again, once", async () => {
    const pack = useWork().packages[0]!;
    await useAnswers().choose(pack, anItem(), "ok");
    useOutbox().clear();

    await queueForgotten();
    await queueForgotten();

    expect(useOutbox().items.map((item) => item.item_id)).toEqual(["o"]);
  });

  it("stays taken back when the officer took it back", async () => {
    const pack = useWork().packages[0]!;
    await useAnswers().choose(pack, anItem(), "ok");
    await useOutbox().withdraw(useOutbox().items[0]!.id);

    await queueForgotten();

    expect(useOutbox().items.map((item) => item.state)).toEqual(["withdrawn"]);
  });
});

describe("locking", () => {
  it("waits for the tap before it", async () => {
    const own = vault();
    const rows = vi.spyOn(own, "putOutbox");

    void useAnswers().choose(useWork().packages[0]!, anItem(), "ok");
    await closeDay();

    expect(rows).toHaveBeenCalledOnce();
  });

  it("ends a round of the officer who left: nothing of it reaches the next one's store", async () => {
    const outbox = useOutbox();
    await outbox.save(aText());
    const session = { officer: { id: "" }, server_time: new Date().toISOString(), is_demo: false };
    vi.spyOn(http, "session").mockResolvedValue(session as never);
    vi.spyOn(http, "packages").mockResolvedValue(null);
    let answer: (receipt: never) => void = () => undefined;
    const submit = vi.spyOn(http, "submit").mockReturnValue(new Promise((resolve) => (answer = resolve)));
    const network = useNetwork();
    network.start();
    await vi.waitFor(() => expect(submit).toHaveBeenCalled());

    await closeDay();
    const next = await aVault();
    useVault(next);
    answer({ receipt: "r", received_at: "", state: "accepted", message: "", version: null } as never);
    await vi.waitFor(() => expect(network.isRunning).toBe(false));

    expect(await next.outbox()).toEqual([]);
    expect(outbox.items).toEqual([]);
  });
});
