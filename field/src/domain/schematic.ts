/**
 * Our own schematic of the city's districts (示意图): hand-drawn polygons on a grid, keyed by the region code, no borders of record.
 * An installation with licensed outlines shows those at the desk; the phone needs no tile and no network.
 */
import type { Package, Visit } from "./contract";

export interface District {
  code: string;
  name: string;
  points: [number, number][];
}

export const WIDTH = 360;
export const HEIGHT = 330;

/** Where the grid lies: west, north, and how many units a degree takes. */
const ORIGIN = { west: 117.88, north: 24.857, perLongitude: 600, perLatitude: 660 };

export const DISTRICTS: District[] = [
  { code: "350212", name: "同安区", points: [[120, 8], [226, 4], [236, 62], [214, 104], [170, 112], [136, 84]] },
  { code: "350213", name: "翔安区", points: [[236, 62], [292, 46], [340, 110], [322, 196], [270, 204], [228, 158], [214, 104]] },
  { code: "350211", name: "集美区", points: [[26, 96], [136, 84], [170, 112], [166, 168], [112, 190], [60, 168]] },
  { code: "350205", name: "海沧区", points: [[14, 186], [60, 168], [112, 190], [106, 238], [78, 290], [26, 272]] },
  { code: "350206", name: "湖里区", points: [[128, 214], [162, 196], [212, 214], [206, 240], [136, 242]] },
  { code: "350203", name: "思明区", points: [[136, 246], [206, 244], [200, 290], [158, 304], [126, 282]] },
];

export interface Spot {
  x: number;
  y: number;
  isInside: boolean;
}

/** A place on the grid; one outside the drawing is shown at its edge and said to be so. */
export function spotOf(latitude: number, longitude: number): Spot {
  const x = (longitude - ORIGIN.west) * ORIGIN.perLongitude;
  const y = (ORIGIN.north - latitude) * ORIGIN.perLatitude;
  const clamp = (value: number, most: number): number => Math.min(most - 8, Math.max(8, value));
  return { x: clamp(x, WIDTH), y: clamp(y, HEIGHT), isInside: x >= 0 && x <= WIDTH && y >= 0 && y <= HEIGHT };
}

export interface SealedStreet {
  street: string;
  count: number;
}

/** Sealed addresses are counted per street and never plotted. */
export function sealedByStreet(visits: readonly Visit[]): SealedStreet[] {
  const counts = new Map<string, number>();
  for (const visit of visits) if (visit.target === null) counts.set(visit.street, (counts.get(visit.street) ?? 0) + 1);
  return [...counts].map(([street, count]) => ({ street, count })).sort((a, b) => b.count - a.count || a.street.localeCompare(b.street));
}

export interface Pin extends Spot {
  pack: Package;
  number: number;
}

/** Pins that would lie on each other stand apart, so that a thumb can tell them. */
const APART = 30;

export function pinsOf(packs: readonly Package[]): Pin[] {
  const pins: Pin[] = [];
  packs.forEach((pack, index) => {
    const { target } = pack.visit;
    if (target === null || target.latitude === null || target.longitude === null) return;
    const spot = spotOf(target.latitude, target.longitude);
    while (pins.some((pin) => Math.hypot(pin.x - spot.x, pin.y - spot.y) < APART)) {
      spot.x = spot.x + APART > WIDTH - 8 ? 16 : spot.x + APART;
      if (spot.x === 16) spot.y += APART;
    }
    pins.push({ ...spot, pack, number: index + 1 });
  });
  return pins;
}

export function centreOf(district: District): [number, number] {
  const sum = district.points.reduce(([x, y], point) => [x + point[0], y + point[1]], [0, 0]);
  return [sum[0] / district.points.length, sum[1] / district.points.length];
}

/** The link that hands over to the phone's own map. */
export function navigationOf(visit: Visit): string | null {
  const { target } = visit;
  if (target === null || target.latitude === null || target.longitude === null) return null;
  return `geo:${target.latitude},${target.longitude}?q=${encodeURIComponent(target.address)}`;
}
