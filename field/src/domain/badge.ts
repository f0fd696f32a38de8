/**
 * Badge codes (亮证码): the officer's own phone signs who and when, a colleague's phone checks it with a key it already has.
 * `onevisit-badge:2|<officer>|<shown at, ms>|<key id>|<signature>`: ECDSA P-256 with SHA-256 over what stands before the last bar.
 */
import type { Uuid } from "./contract";
import { hex } from "./digest";

export const BADGE_PREFIX = "onevisit-badge:2";
export const BADGE_MAX_AGE_MS = 10 * 60_000;
const KEY = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGN = { name: "ECDSA", hash: "SHA-256" } as const;
const KEY_ID_LENGTH = 16;

/** A key pair as it is kept: the private half closed in the officer's store, the public one told to the server. */
export interface BadgePair {
  private_key: string;
  public_key: string;
  key_id: string;
}

export interface Badge {
  officer_id: Uuid;
  shown_at: number;
  key_id: string;
  signed: string;
  signature: string;
}

export async function makeBadgePair(): Promise<BadgePair> {
  const pair = await crypto.subtle.generateKey(KEY, true, ["sign", "verify"]);
  const [pkcs8, spki] = await Promise.all([
    crypto.subtle.exportKey("pkcs8", pair.privateKey),
    crypto.subtle.exportKey("spki", pair.publicKey),
  ]);
  return { private_key: toText(pkcs8), public_key: toText(spki), key_id: await keyIdOf(toText(spki)) };
}

export async function keyIdOf(publicKey: string): Promise<string> {
  return hex(await crypto.subtle.digest("SHA-256", toBytes(publicKey))).slice(0, KEY_ID_LENGTH);
}

export async function badgeText(officerId: Uuid, pair: BadgePair, shownAt: number): Promise<string> {
  const key = await crypto.subtle.importKey("pkcs8", toBytes(pair.private_key), KEY, false, ["sign"]);
  const signed = [BADGE_PREFIX, officerId, Math.round(shownAt), pair.key_id].join("|");
  return `${signed}|${toText(await crypto.subtle.sign(SIGN, key, new TextEncoder().encode(signed)))}`;
}

/** Null: no badge code, or one shown more than ten minutes ago. */
export function readBadge(text: string, nowMs: number): Badge | null {
  const [prefix, officerId = "", shownAt = "", keyId = "", signature = "", more] = text.split("|");
  if (prefix !== BADGE_PREFIX || officerId === "" || signature === "" || more !== undefined) return null;
  const shown = Number(shownAt);
  if (!Number.isFinite(shown) || Math.abs(nowMs - shown) > BADGE_MAX_AGE_MS) return null;
  return { officer_id: officerId, shown_at: shown, key_id: keyId, signed: text.slice(0, text.lastIndexOf("|")), signature };
}

/** "checked": signed by a phone whose key is here. "unknown": that phone's key is not here, the server will tell. */
export async function checkBadge(badge: Badge, publicKeys: readonly string[]): Promise<"checked" | "unknown" | "forged"> {
  for (const publicKey of publicKeys) {
    if ((await keyIdOf(publicKey)) !== badge.key_id) continue;
    const key = await crypto.subtle.importKey("spki", toBytes(publicKey), KEY, false, ["verify"]);
    const isGood = await crypto.subtle.verify(SIGN, key, toBytes(badge.signature), new TextEncoder().encode(badge.signed));
    return isGood ? "checked" : "forged";
  }
  return "unknown";
}

function toText(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function toBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
}
