import { describe, expect, it } from "vitest";
import { navigationOf, pinsOf, sealedByStreet, spotOf } from "@/domain/schematic";
import { aVisit, anInspection } from "../cast";

const at = (latitude: number, longitude: number) => {
  const visit = aVisit();
  return { visit: { ...visit, target: { ...visit.target!, latitude, longitude } }, inspection: anInspection() };
};
const sealed = (street: string) => ({ ...aVisit(), target: null, street });

describe("the schematic", () => {
  it("places the island's shop inside the drawing and a far one at its edge", () => {
    expect(spotOf(24.5126, 118.1456).isInside).toBe(true);
    expect(spotOf(26.08, 119.3).isInside).toBe(false);
  });

  it("keeps pins a thumb apart and numbers them as the list does", () => {
    const pins = pinsOf([at(24.5126, 118.1456), at(24.5127, 118.1457)]);

    expect(pins.map((pin) => pin.number)).toEqual([1, 2]);
    expect(Math.hypot(pins[0]!.x - pins[1]!.x, pins[0]!.y - pins[1]!.y)).toBeGreaterThanOrEqual(30);
  });

  it("counts sealed addresses per street and plots none", () => {
    const visits = [sealed("禾山街道"), sealed("江头街道"), sealed("禾山街道")];

    expect(sealedByStreet(visits)).toEqual([{ street: "禾山街道", count: 2 }, { street: "江头街道", count: 1 }]);
    expect(pinsOf(visits.map((visit) => ({ visit, inspection: anInspection() })))).toEqual([]);
    expect(navigationOf(visits[0]!)).toBeNull();
  });
});
