import { describe, expect, it } from "vitest";
import type { Receipts } from "@/domain/contract";
import {
  backOff, isCompleteThere, KEPT_DAYS, mayForget, missingFiles, reconcile, refusedTooEarly, sendable, sendingOrder, submitState,
} from "@/domain/outbox";
import { aFile, aText, NOW } from "../cast";

const DAY = 86_400_000;

describe("the order of sending", () => {
  it("is text as it was recorded, then files from small to large", () => {
    const items = [
      aFile({ id: "large" }, { size: 900 }), aText({ id: "second", sequence: 2 }), aFile({ id: "small" }, { size: 9 }), aText({ id: "first" }),
    ];

    expect(sendingOrder(items).map((item) => item.id)).toEqual(["first", "second", "small", "large"]);
  });

  it("lets a failed item step aside and the others go on", () => {
    const items = [aText({ id: "failed", not_before: NOW + 1 }), aText({ id: "next", sequence: 2 }), aText({ id: "help", state: "help" })];

    expect(sendable(items, NOW).map((item) => item.id)).toEqual(["next"]);
  });

  it("holds the second answer to an item until the fate of the first is known", () => {
    const first = aText({ id: "first", kind: "answer", item_id: "o", not_before: NOW + 1 });
    const second = aText({ id: "second", kind: "answer", item_id: "o", sequence: 2 });
    const other = aText({ id: "other", kind: "answer", item_id: "p", sequence: 3 });

    expect(sendable([first, second, other], NOW).map((item) => item.id)).toEqual(["other"]);
    expect(sendable([{ ...first, state: "sent" }, second], NOW).map((item) => item.id)).toEqual(["second"]);
  });
});

describe("what depends on something earlier", () => {
  const entry = aText({ id: "entry", kind: "entry", not_before: NOW + 1 });
  const opinion = aText({ id: "opinion", sequence: 2 });
  const submit = aText({ id: "submit", kind: "submit", sequence: 3 });

  it("waits for the entry, and only in its own visit", () => {
    const elsewhere = aText({ id: "elsewhere", inspection_id: "other", sequence: 4 });

    expect(sendable([entry, opinion, elsewhere], NOW).map((item) => item.id)).toEqual(["elsewhere"]);
    expect(sendable([{ ...entry, state: "help" }, opinion], NOW).map((item) => item.id)).toEqual(["opinion"]);
  });

  it("the submission waits for all texts before it, also for refused and undecided ones", () => {
    for (const state of ["waiting", "help", "conflict"] as const) {
      expect(sendable([{ ...opinion, state, not_before: NOW + 1 }, submit], NOW)).toEqual([]);
    }
    expect(sendable([{ ...opinion, state: "sent" }, submit, aFile()], NOW).map((item) => item.id)).toEqual(["submit", "file"]);
  });

  it("gets another try when it was refused only for lack of the entry", () => {
    const early = aText({ id: "early", state: "help", problem: { status: 409, code: "wrong_state", message: "" } });
    const wrong = aText({ id: "wrong", state: "help", problem: { status: 422, code: "note", message: "" } });

    expect(refusedTooEarly([early, wrong], "i").map((item) => item.id)).toEqual(["early"]);
  });
});

describe("waiting", () => {
  it("doubles with each attempt and stops at five minutes", () => {
    expect([1, 2, 3, 4].map((attempts) => backOff(attempts, 1))).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(backOff(30, 1)).toBe(300_000);
  });

  it("is spread by the jitter and never shorter than three quarters", () => {
    expect(backOff(1, 0)).toBe(1_500);
  });
});

describe("a copy on the phone", () => {
  const old = new Date(NOW - (KEPT_DAYS + 1) * DAY).toISOString();

  it("stays as long as there is no receipt, however old it is", () => {
    expect(mayForget(aText({ recorded_at: old }), NOW)).toBe(false);
    expect(mayForget(aFile({ recorded_at: old, state: "help" }), NOW)).toBe(false);
    expect(mayForget(aFile({ recorded_at: old, state: "conflict" }), NOW)).toBe(false);
  });

  it("stays fourteen days after the receipt, then may go", () => {
    const sent = aFile({ state: "sent", receipt: "r", received_at: new Date(NOW - (KEPT_DAYS - 1) * DAY).toISOString() });

    expect(mayForget(sent, NOW)).toBe(false);
    expect(mayForget({ ...sent, received_at: old }, NOW)).toBe(true);
  });
});

describe("the word 已提交", () => {
  const submit = aText({ id: "submit", kind: "submit", sequence: 9 });
  const sent = aText({ ...submit, state: "sent", receipt: "r" });

  it("is not said while the submission is on the phone only", () => {
    expect(submitState([submit], false)).toBe("local");
  });

  it("is not said while a photo is missing, nor before the server says that nothing is", () => {
    expect(submitState([sent, aFile()], true)).toBe("partial");
    expect(submitState([sent, aFile({ state: "sent", receipt: "r" })], false)).toBe("partial");
  });

  it("is said when the server holds everything", () => {
    expect(submitState([sent, aFile({ state: "sent", receipt: "r" })], true)).toBe("delivered");
  });

  it("counts the missing photos of submitted parts only", () => {
    expect(missingFiles([sent, aFile(), aFile({ id: "elsewhere", inspection_id: "other" })])).toBe(1);
  });
});

describe("comparing with the server's list", () => {
  const receipts: Receipts = {
    submissions: [{ id: "text", receipt: "8f21" }], files: [{ id: "file", offset: 10, complete: true }], missing: [], state: "submitted", state_label: "",
  };

  it("takes over a receipt whose answer was lost on the way", () => {
    expect(reconcile([aText()], receipts)).toMatchObject([{ id: "text", state: "sent", receipt: "8f21" }]);
  });

  it("sends a file again that the server no longer holds in full", () => {
    const sent = aFile({ state: "sent", receipt: "r", sent_bytes: 10 });

    const changed = reconcile([sent], { ...receipts, files: [{ id: "file", offset: 0, complete: false }], missing: ["file"] });

    expect(changed).toMatchObject([{ id: "file", state: "waiting", sent_bytes: 0, receipt: null }]);
  });

  it("is complete only when all of ours is listed and the server calls the part submitted", () => {
    const ours = [aText({ state: "sent", receipt: "r" }), aFile({ state: "sent", receipt: "r" })];

    expect(isCompleteThere(ours, receipts)).toBe(true);
    expect(isCompleteThere(ours, { ...receipts, state: "incomplete" })).toBe(false);
    expect(isCompleteThere(ours, { ...receipts, missing: ["another"] })).toBe(false);
    expect(isCompleteThere([...ours, aFile({ id: "unlisted" })], receipts)).toBe(false);
  });
});
