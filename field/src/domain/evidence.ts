/** Photos: how large they may be, and what the watermark on a copy says. */
import type { FileAnnouncement, Package } from "./contract";
import { shortDigest } from "./digest";
import { clockText, dayKey } from "./time";

export const LONGEST_SIDE = 2_400;

export interface Frame {
  width: number;
  height: number;
}

/** Shrink to the longest side allowed; a small picture stays as it is. */
export function fittedSize(frame: Frame, longest = LONGEST_SIDE): Frame {
  const scale = Math.min(1, longest / Math.max(frame.width, frame.height));
  return { width: Math.max(1, Math.round(frame.width * scale)), height: Math.max(1, Math.round(frame.height * scale)) };
}

export function placeText(place: FileAnnouncement["place"]): string | null {
  if (place === null) return null;
  return `${place.latitude.toFixed(4)},${place.longitude.toFixed(4)}`;
}

export function watermarkLines(file: FileAnnouncement, pack: Package): string[] {
  const where = placeText(file.place);
  const when = `${dayKey(file.captured_at)} ${clockText(file.captured_at, true)}`;
  return [
    `${pack.visit.number} ${pack.inspection.department}`,
    where === null ? when : `${when} ${where} ±${file.place?.accuracy_m ?? 0}m`,
    `SHA-256 ${shortDigest(file.sha256, 4)}`,
  ];
}

const FRESH_MS = 120_000;

/** A picture handed over by the system's camera counts as taken on site only when it is as fresh as one. */
export function sourceOfPicked(wanted: "camera" | "gallery", lastModified: number, nowMs: number): "camera" | "gallery" {
  return wanted === "camera" && Math.abs(nowMs - lastModified) <= FRESH_MS ? "camera" : "gallery";
}
