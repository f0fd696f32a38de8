import { describe, expect, it } from "vitest";
import {
  asksForPlaceReason, codeState, distanceInMetres, distanceToTarget, entryObstacle, isClockOff, matchColleague, possibleColleagues,
  unableObstacle,
} from "@/domain/entry";
import { instant } from "@/domain/time";
import { anInspection, aVisit, NOW } from "../cast";

const READY = { confirmed: 2, isCodeShown: true, areRightsTold: true, needsPlaceReason: false, placeReason: null };

describe("beginning an inspection", () => {
  it("needs the code, two officers and the rights, and says which is missing", () => {
    expect(entryObstacle(READY)).toBeNull();
    expect(entryObstacle({ ...READY, isCodeShown: false })).toBe("code");
    expect(entryObstacle({ ...READY, confirmed: 1 })).toBe("two");
    expect(entryObstacle({ ...READY, areRightsTold: false })).toBe("rights");
  });

  it("far away asks a reason and is never refused for it", () => {
    expect(entryObstacle({ ...READY, needsPlaceReason: true })).toBe("place");
    expect(entryObstacle({ ...READY, needsPlaceReason: true, placeReason: "drift" })).toBeNull();
  });
});

describe("the place", () => {
  it("is measured on the ground", () => {
    const metres = distanceInMetres({ latitude: 24.5123, longitude: 118.1456 }, { latitude: 24.5213, longitude: 118.1456 });

    expect(metres).toBeCloseTo(1_000.8, 0);
  });

  it("asks beyond 200 metres, with the phone's error in the officer's favour", () => {
    expect(asksForPlaceReason(230, 40)).toBe(false);
    expect(asksForPlaceReason(241, 40)).toBe(true);
    expect(asksForPlaceReason(null, 0)).toBe(false);
  });

  it("claims nothing without coordinates", () => {
    expect(distanceToTarget(null, aVisit().target)).toBeNull();
    expect(distanceToTarget({ latitude: 1, longitude: 1, accuracy_m: 5 }, { ...aVisit().target!, latitude: null })).toBeNull();
  });
});

describe("the clock and the code", () => {
  it("flags more than two minutes either way", () => {
    expect([119_000, -119_000, 121_000, -121_000].map(isClockOff)).toEqual([false, false, true, true]);
  });

  it("knows the window of the code without a network", () => {
    const code = { url: "u", short: "s", valid_from: instant(NOW), valid_to: instant(NOW + 1_000) };

    expect([NOW - 1, NOW, NOW + 1_000, NOW + 1_001].map((now) => codeState(code, now))).toEqual(["early", "valid", "valid", "expired"]);
    expect(codeState(null, NOW)).toBe("none");
  });
});

describe("the second officer", () => {
  const people = possibleColleagues(aVisit(), anInspection(), "lin");

  it("is someone of the visit's team, never the same person", () => {
    expect(people.map((one) => one.id)).toEqual(["zhou"]);
  });

  it("is known by the certificate's number, spaces or not", () => {
    expect(matchColleague(people, " 350206 00203 ")?.id).toBe("zhou");
    expect(matchColleague(people, "35020600101")).toBeNull();
    expect(matchColleague(people, "")).toBeNull();
  });
});

describe("an inspection that cannot be done", () => {
  const closed = { reason: "closed" as const, note: "卷帘门关闭", photos: 1, isRecorded: false };

  it("needs a reason, words and a photo", () => {
    expect(unableObstacle(closed)).toBeNull();
    expect(unableObstacle({ ...closed, reason: null })).toBe("reason");
    expect(unableObstacle({ ...closed, note: " " })).toBe("note");
    expect(unableObstacle({ ...closed, photos: 0, isRecorded: true })).toBe("proof");
  });

  it("for a refusal takes a recording instead of a photo", () => {
    expect(unableObstacle({ ...closed, reason: "refused", photos: 0, isRecorded: true })).toBeNull();
  });
});
