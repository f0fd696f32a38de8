/** Entering: two certified officers, the code, the place and the clock. Place and clock are flagged, never refused. */
import type { EntryCode, Inspection, Place, Target, UnableReason, Uuid, Visit } from "./contract";

export const OFFICERS_NEEDED = 2;
export const PLACE_LIMIT_M = 200;
export const CLOCK_LIMIT_MS = 120_000;

export const PLACE_REASONS = ["register_wrong", "other_premises", "drift", "other"] as const;
export type PlaceReason = (typeof PLACE_REASONS)[number];

const EARTH_RADIUS_M = 6_371_000;

export function distanceInMetres(a: Pick<Place, "latitude" | "longitude">, b: Pick<Place, "latitude" | "longitude">): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const half = (degrees: number): number => Math.sin(radians(degrees) / 2) ** 2;
  const inner =
    half(b.latitude - a.latitude) +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half(b.longitude - a.longitude);
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(inner));
}

/** Null when either end is unknown: then there is nothing to flag and nothing to claim. */
export function distanceToTarget(place: Place | null, target: Target | null): number | null {
  if (place === null || target === null || target.latitude === null || target.longitude === null) return null;
  return distanceInMetres(place, { latitude: target.latitude, longitude: target.longitude });
}

/** The phone's own error is taken in the officer's favour. */
export function asksForPlaceReason(distance: number | null, accuracy: number): boolean {
  return distance !== null && distance - accuracy > PLACE_LIMIT_M;
}

export function isClockOff(offsetMs: number): boolean {
  return Math.abs(offsetMs) > CLOCK_LIMIT_MS;
}

export type CodeState = "none" | "early" | "valid" | "expired";

export function codeState(code: EntryCode | null, nowMs: number): CodeState {
  if (code === null) return "none";
  if (nowMs < Date.parse(code.valid_from)) return "early";
  return nowMs <= Date.parse(code.valid_to) ? "valid" : "expired";
}

/** Everyone of the visit's team may be the second one, whichever department sent them. */
export function possibleColleagues(visit: Visit, inspection: Inspection, selfId: Uuid): Colleague[] {
  const people = new Map<Uuid, Colleague>();
  for (const member of [...inspection.members, ...visit.team]) {
    if (member.officer_id === selfId || people.has(member.officer_id)) continue;
    people.set(member.officer_id, { id: member.officer_id, name: member.name, certificate_no: member.certificate_no });
  }
  return [...people.values()];
}

export interface Colleague {
  id: Uuid;
  name: string;
  certificate_no: string;
}

/** The colleague types or shows the certificate's number; spaces and letter case do not matter. */
export function matchColleague(people: Colleague[], certificate: string): Colleague | null {
  const wanted = certificate.replace(/\s/g, "").toUpperCase();
  if (wanted === "") return null;
  return people.find((person) => person.certificate_no.toUpperCase() === wanted) ?? null;
}

/** Say why the inspection cannot begin yet; null when it can. */
export function entryObstacle(input: {
  confirmed: number;
  isCodeShown: boolean;
  areRightsTold: boolean;
  needsPlaceReason: boolean;
  placeReason: string | null;
}): "two" | "code" | "rights" | "place" | null {
  if (!input.isCodeShown) return "code";
  if (input.confirmed < OFFICERS_NEEDED) return "two";
  if (!input.areRightsTold) return "rights";
  if (input.needsPlaceReason && input.placeReason === null) return "place";
  return null;
}

/** Each reason needs words and a photo; a refusal may be proved by a recording instead. */
export function unableObstacle(input: {
  reason: UnableReason | null;
  note: string;
  photos: number;
  isRecorded: boolean;
}): "reason" | "note" | "proof" | null {
  if (input.reason === null) return "reason";
  if (input.note.trim() === "") return "note";
  const isProved = input.photos > 0 || (input.reason === "refused" && input.isRecorded);
  return isProved ? null : "proof";
}
