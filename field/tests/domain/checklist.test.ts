import { describe, expect, it } from "vitest";
import { answerPayload, applyAnswer, batchable, count, emptyDraft, itemState, mayBatch, whatIsMissing } from "@/domain/checklist";
import { anItem } from "../cast";

const priority = anItem({ id: "p", item_class: "priority" });
const ordinary = anItem({ id: "o" });

describe("an item", () => {
  it("has no answer before an officer gives one", () => {
    expect(emptyDraft("o").answer).toBeNull();
    expect(itemState(ordinary, undefined)).toBe("untouched");
  });

  it("asks of a problem its kind first and its words second", () => {
    const problem = applyAnswer(emptyDraft("o"), "problem");

    expect(whatIsMissing(ordinary, problem)).toBe("result_type");
    expect(whatIsMissing(ordinary, { ...problem, result_type: "correct_now" })).toBe("note");
    expect(whatIsMissing(ordinary, { ...problem, result_type: "correct_now", note: "缺台账" })).toBeNull();
  });

  it("may be skipped with a coded reason only, and 'other' needs words", () => {
    const skipped = applyAnswer(emptyDraft("o"), "not_checked");

    expect(whatIsMissing(ordinary, skipped)).toBe("skip_reason");
    expect(whatIsMissing(ordinary, { ...skipped, skip_reason: "not_operated" })).toBeNull();
    expect(whatIsMissing(ordinary, { ...skipped, skip_reason: "other" })).toBe("note");
  });

  it("that was looked at and not finished differs from an untouched one", () => {
    expect(itemState(ordinary, { ...emptyDraft("o"), note: "看过" })).toBe("incomplete");
  });
});

describe("an answer the server holds", () => {
  it("is complete though its list tells less than the sender's phone knew", () => {
    const held = { ...applyAnswer(emptyDraft("o"), "problem"), note: "缺台账", version: 2 };

    expect(itemState(ordinary, held)).toBe("problem");
    expect(itemState(ordinary, { ...held, is_settled: false })).toBe("incomplete");
  });
});

describe("a batch", () => {
  it("never holds a priority item, nor one that somebody touched", () => {
    const touched = new Map([["t", { ...emptyDraft("t"), note: "看过" }]]);

    const items = batchable([priority, ordinary, anItem({ id: "t" })], touched);

    expect(items.map((item) => item.id)).toEqual(["o"]);
  });

  it("needs the list seen to its end and real words", () => {
    const good = { remaining: 3, wasScrolled: true, note: "逐项看过货架" };

    expect(mayBatch(good)).toBe(true);
    expect(mayBatch({ ...good, wasScrolled: false })).toBe(false);
    expect(mayBatch({ ...good, note: "看过" })).toBe(false);
    expect(mayBatch({ ...good, remaining: 0 })).toBe(false);
  });
});

describe("what leaves the phone", () => {
  it("carries the clause in the words and drops what belonged to another answer", () => {
    const draft = { ...applyAnswer(emptyDraft("o"), "problem"), result_type: "correct_now", note: "缺台账", clause: "《价格法》第十三条" };

    expect(answerPayload(draft).note).toBe("缺台账（依据：《价格法》第十三条）");
    expect(answerPayload(applyAnswer(draft, "ok"))).toMatchObject({ answer: "ok", result_type: null, note: "缺台账" });
  });

  it("counts unfinished items as unanswered", () => {
    const drafts = new Map([
      ["p", applyAnswer(emptyDraft("p"), "problem")],
      ["o", applyAnswer(emptyDraft("o"), "ok")],
    ]);

    expect(count([priority, ordinary], drafts)).toEqual({ ok: 1, problem: 0, not_applicable: 0, not_checked: 0, unanswered: 1 });
  });
});
