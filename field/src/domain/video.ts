/** Video evidence: how long and how large one piece may be, and which kinds the phone is asked for. */

/** One piece; a longer scene is recorded in pieces, so that a bad connection repeats little. */
export const VIDEO_MAX_MS = 60_000;
export const VIDEO_MAX_BYTES = 16 * 1024 * 1024;
/** 1.5 Mbit/s: a minute is 11 MB. */
export const VIDEO_BITS_PER_SECOND = 1_500_000;

const KINDS = ["video/mp4;codecs=avc1.42E01E,mp4a.40.2", "video/mp4", "video/webm;codecs=vp8,opus", "video/webm"];

/** Safari records mp4 only, older Chromium webm only. */
export function kindOfVideo(isSupported: (kind: string) => boolean): string | null {
  return KINDS.find(isSupported) ?? null;
}

export type VideoEnd = "time" | "size" | null;

/** Why a recording must stop by itself now. */
export function videoEnd(elapsedMs: number, bytes: number): VideoEnd {
  if (elapsedMs >= VIDEO_MAX_MS) return "time";
  return bytes >= VIDEO_MAX_BYTES ? "size" : null;
}
