import { describe, expect, it } from "vitest";
import { applyAnswer, emptyDraft } from "@/domain/checklist";
import { conflictsIn, decidedElsewhere, mayDecide, mergeHeld, versionToDecideOn } from "@/domain/conflict";
import { anInspection, aText, LIN, ZHOU } from "../cast";

const held = { item_id: "o", answer: "problem" as const, note: "缺台账", recorded_at: "2026-11-19T10:12:00+08:00", officer_id: "zhou", version: 2 };

describe("the server's answer", () => {
  it("fills an item that nobody touched here", () => {
    expect(mergeHeld(undefined, held)).toMatchObject({ answer: "problem", note: "缺台账", officer_id: "zhou", version: 2, is_settled: true });
  });

  it("never overwrites an answer of ours that still waits", () => {
    const mine = { ...applyAnswer(emptyDraft("o"), "ok"), version: 1, is_settled: false };

    expect(mergeHeld(mine, held)).toBe(mine);
  });

  it("changes nothing when it is not newer", () => {
    const mine = { ...applyAnswer(emptyDraft("o"), "ok"), version: 2 };

    expect(mergeHeld(mine, held)).toBe(mine);
  });
});

describe("a conflict", () => {
  it("keeps both values until somebody decides", () => {
    const theirs = { answer: "problem" as const, note: "缺台账", recorded_at: held.recorded_at, officer: "周" };
    const row = aText({ kind: "answer", item_id: "o", state: "conflict", theirs });

    expect(conflictsIn([row, aText({ id: "other" })])).toMatchObject([{ item_id: "o", theirs, mine: { id: "text" } }]);
  });

  it("is decided on the newest version known, and settled by a newer one of the leader's", () => {
    const theirs = { answer: "problem" as const, note: "", recorded_at: held.recorded_at, officer: "周" };
    const problem = { code: "conflict", message: "", version: 3 };
    const [conflict] = conflictsIn([aText({ kind: "answer", item_id: "o", state: "conflict", theirs, problem })]);

    expect(versionToDecideOn(conflict!, 0, anInspection({ answers: [held] }))).toBe(3);
    expect(decidedElsewhere(conflict!, anInspection({ answers: [held] }))).toBeNull();
    expect(decidedElsewhere(conflict!, anInspection({ answers: [{ ...held, version: 4 }] }))?.version).toBe(4);
  });

  it("is decided by the leader and by nobody else", () => {
    const inspection = anInspection({ members: [LIN, { ...ZHOU, is_leader: false }] });

    expect(mayDecide(inspection, [], "lin")).toBe(true);
    expect(mayDecide(inspection, [], "zhou")).toBe(false);
  });
});
