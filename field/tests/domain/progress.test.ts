import { describe, expect, it } from "vitest";
import { applyAnswer, type Draft, emptyDraft } from "@/domain/checklist";
import type { Payloads } from "@/domain/contract";
import { isReadyToSubmit, keepChecklist, mayWrite, obstacles, signaturesIn, stageOf, submitPayload } from "@/domain/progress";
import { aFile, anInspection, anItem, aPackage, aText } from "../cast";

const answered = new Map<string, Draft>([["o", applyAnswer(emptyDraft("o"), "ok")]]);

function signature(id: string, change: Partial<Payloads["signature"]>): ReturnType<typeof aText> {
  const payload = { role: "officer" as const, name: id, officer_id: id, strokes_png_file: "f", refused_reason: null, ...change };
  return aText({ id, kind: "signature", payload });
}

const BOTH = [signature("lin", {}), signature("wang", {})];
const OPINION = aText({ id: "opinion" });
const PARTY = signature("party", { role: "party", officer_id: null });

describe("a visit", () => {
  it("goes from sealed to ready, entered and submitted", () => {
    expect(stageOf(aPackage({}, { target: null }), [])).toBe("sealed");
    expect(stageOf(aPackage(), [])).toBe("ready");
    expect(stageOf(aPackage(), [aText({ kind: "entry" })])).toBe("entered");
    expect(stageOf(aPackage(), [aText({ kind: "entry" }), aText({ id: "s", kind: "submit" })])).toBe("submitted");
  });

  it("can be written after entry only, and again when it was returned", () => {
    const returned = aPackage({ state: "returned", submitted_at: "2026-11-18T10:00:00+08:00", returned_reason: "缺照片" });

    expect(mayWrite(stageOf(aPackage(), []))).toBe(false);
    expect(mayWrite(stageOf(returned, []))).toBe(true);
    expect(stageOf(returned, [aText({ kind: "submit" })])).toBe("submitted");
  });

  it("still asks for its own entry when another department has answered the shared facts", () => {
    const row = { answer: "ok" as const, note: "", recorded_at: "2026-11-18T09:40:00+08:00", officer_id: "x", version: 1 };
    const shared = aPackage({ shared_facts: [anItem({ id: "s" })], answers: [{ ...row, item_id: "s" }] });
    const own = aPackage({ shared_facts: [anItem({ id: "s" })], answers: [{ ...row, item_id: "o" }] });

    expect(stageOf(shared, [])).toBe("ready");
    expect(stageOf(own, [])).toBe("entered");
  });

  it("forgets a withdrawn submission", () => {
    expect(stageOf(aPackage({ state: "in_progress" }), [aText({ kind: "submit", state: "withdrawn" })])).toBe("entered");
  });
});

describe("a newer checklist", () => {
  const old = anInspection();
  const fresh = anInspection({ checklist: { version: "2", sha256: "bb", items: [] } });

  it("replaces an unused one and never one in use", () => {
    expect(keepChecklist(old, fresh, false).checklist.version).toBe("2");
    expect(keepChecklist(old, fresh, true).checklist).toBe(old.checklist);
  });
});

describe("the party's signature", () => {
  const answer = (id: string, sequence: number, note: string): ReturnType<typeof aText> =>
    aText({
      id, kind: "answer", item_id: "o", sequence,
      payload: { item_id: "o", answer: "ok", result_type: null, note, skip_reason: null, is_batch: false, batch_note: null, base_version: 0, files: [] },
    });
  const signed = aText({ ...PARTY, sequence: 5 });
  const first = answer("a", 2, "");

  it("stands no more once an answer was changed after it, and stands while the words are the same", () => {
    expect(signaturesIn([first, signed, answer("b", 7, "")]).party).not.toBeNull();
    expect(signaturesIn([first, signed, answer("b", 7, "改")])).toMatchObject({ party: null, party_void: "changed" });
    expect(obstacles(anInspection(), answered, [OPINION, first, signed, answer("b", 7, "改"), ...BOTH]).party).toBe(true);
    const again = aText({ ...PARTY, id: "again", sequence: 9 });
    expect(signaturesIn([first, signed, answer("b", 7, "改"), again])).toMatchObject({ party_void: null });
  });

  it("counts on the own phone alone once the business has denied one", () => {
    const denied = anInspection({ party_denied_at: "2026-11-19T09:00:00+08:00" });
    const held = { id: "p", name: "陈", signed_at: "2026-11-19T11:00:00+08:00" };
    const refusal = signature("no", { role: "party", officer_id: null, refused_reason: "不在场" });

    expect(obstacles(denied, answered, [OPINION, PARTY, ...BOTH]).party).toBe(true);
    expect(obstacles({ ...denied, party_signature: held }, answered, [OPINION, PARTY, ...BOTH]).party).toBe(false);
    expect(obstacles(denied, answered, [OPINION, refusal, ...BOTH])).toMatchObject({ party: false, witness: true });
  });
});

describe("submitting", () => {
  it("needs answers, opinion, the party and two officers", () => {
    expect(isReadyToSubmit(obstacles(anInspection(), answered, [OPINION, PARTY, ...BOTH]))).toBe(true);
    expect(obstacles(anInspection(), new Map(), [])).toMatchObject({ opinion: true, party: true, officers: 2 });
    expect(obstacles(anInspection(), new Map(), []).items).toHaveLength(1);
  });

  it("after a refusal needs a witness or a recording, and no opinion", () => {
    const refusal = signature("party", { role: "party", officer_id: null, refused_reason: "不配合" });
    const recording = aFile({}, { source: "audio" });
    const witness = signature("witness", { role: "witness", officer_id: null });

    expect(obstacles(anInspection(), answered, [refusal, ...BOTH])).toMatchObject({ witness: true, opinion: false });
    expect(isReadyToSubmit(obstacles(anInspection(), answered, [refusal, recording, ...BOTH]))).toBe(true);
    expect(isReadyToSubmit(obstacles(anInspection(), answered, [refusal, witness, ...BOTH]))).toBe(true);
  });

  it("takes two different officers: signing twice is one signature", () => {
    expect(obstacles(anInspection(), answered, [signature("lin", {}), aText({ ...signature("lin", {}), id: "again" })]).officers).toBe(1);
  });

  it("names the checklist, the counts and every file", () => {
    const inspection = anInspection({ shared_facts: [anItem({ id: "s" })] });
    const withdrawn = aFile({ id: "withdrawn", state: "withdrawn" });

    expect(submitPayload(inspection, answered, [aFile(), withdrawn])).toEqual({
      checklist_sha256: "aa", counts: { ok: 1, problem: 0, not_applicable: 0, not_checked: 0 }, files: ["file"],
    });
  });
});
