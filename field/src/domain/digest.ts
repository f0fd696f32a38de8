/** Fingerprints of evidence: SHA-256 in lower-case hex, and how they are shown. */

export function hex(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function sha256(bytes: BufferSource): Promise<string> {
  return hex(await crypto.subtle.digest("SHA-256", bytes));
}

/** "5c0e9a71…" as "5c0e 9a71": enough to compare by eye, the whole stands in the record. */
export function shortDigest(digest: string, groups = 2): string {
  return (digest.slice(0, groups * 4).match(/.{1,4}/g) ?? []).join(" ");
}
