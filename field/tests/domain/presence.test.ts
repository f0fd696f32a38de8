import { describe, expect, it } from "vitest";
import { presenceOf } from "@/domain/presence";
import { recusalState, stageOf } from "@/domain/progress";
import { aPackage, aText, aVisit, ZHOU } from "../cast";

const VISIT = aVisit({ late_after_minutes: 10 });
const at = (time: string): number => Date.parse(`2026-11-19T${time}:00+08:00`);

describe("where a colleague is", () => {
  const seen = { ...ZHOU, presence: { arrived_at: null, has_opened: true } };

  it.each([
    ["09:20", { state: "opened" }],
    ["09:40", { state: "opened" }],
    ["09:41", { state: "late", minutes: 11 }],
    ["12:00", { state: "opened" }],
  ] as const)("at %s", (time, expected) => {
    expect(presenceOf(seen, VISIT, at(time))).toEqual(expected);
  });

  it("says when he came, and whether he has seen the task", () => {
    const arrived_at = "2026-11-19T09:50:00+08:00";

    expect(presenceOf({ ...ZHOU, presence: { arrived_at, has_opened: true } }, VISIT, at("11:00"))).toEqual({ state: "arrived", at: arrived_at });
    expect(presenceOf({ ...ZHOU, presence: { arrived_at: null, has_opened: false } }, VISIT, at("09:00"))).toEqual({ state: "unopened" });
  });
});

describe("a request for recusal", () => {
  const asked = aText({ kind: "recusal", payload: { text: "近亲属持股" } });

  it("does not stop the work", () => {
    expect(stageOf(aPackage(), [asked])).toBe("ready");
    expect(recusalState(aPackage().inspection, [asked])).toBe("asked");
  });

  it("is declined by the server's word alone", () => {
    const sent = { ...asked, state: "sent" as const };
    const { inspection } = aPackage({ recusal: { is_declined: true, reason: "持股已转让" } });

    expect(recusalState(inspection, [sent])).toBe("declined");
    expect(recusalState(inspection, [asked])).toBe("asked");
    expect(recusalState(aPackage({ recusal: null }).inspection, [])).toBe("none");
  });
});
