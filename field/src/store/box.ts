/** Encryption at rest: a key made from the PIN wraps a random key; the random key closes every record. */

export interface Box {
  iv: Uint8Array<ArrayBuffer>;
  bytes: ArrayBuffer;
}

export interface KeyRing {
  salt: Uint8Array<ArrayBuffer>;
  iterations: number;
  wrapped: Box;
}

/** OWASP's figure for PBKDF2 with SHA-256. */
export const ITERATIONS = 600_000;
const IV_BYTES = 12;

export class WrongPin extends Error {
  readonly code = "wrong_pin";
}

async function keyFromPin(pin: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

async function importDataKey(raw: ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

export async function closeBytes(key: CryptoKey, bytes: BufferSource): Promise<Box> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  return { iv, bytes: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
}

export async function openBytes(key: CryptoKey, box: Box): Promise<ArrayBuffer> {
  return crypto.subtle.decrypt({ name: "AES-GCM", iv: box.iv }, key, box.bytes);
}

export async function closeRecord(key: CryptoKey, record: unknown): Promise<Box> {
  return closeBytes(key, new TextEncoder().encode(JSON.stringify(record)));
}

export async function openRecord<T>(key: CryptoKey, box: Box): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await openBytes(key, box))) as T;
}

/** Make a fresh data key and close it with the PIN. */
export async function makeKeyRing(pin: string, iterations = ITERATIONS): Promise<{ ring: KeyRing; key: CryptoKey }> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const wrapped = await closeBytes(await keyFromPin(pin, salt, iterations), raw);
  return { ring: { salt, iterations, wrapped }, key: await importDataKey(raw) };
}

export async function unlockKeyRing(pin: string, ring: KeyRing): Promise<CryptoKey> {
  return importDataKey(await rawKey(pin, ring));
}

/** Close the same data key with another PIN; the records stay as they are. */
export async function changePin(oldPin: string, newPin: string, ring: KeyRing): Promise<KeyRing> {
  const raw = await rawKey(oldPin, ring);
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const wrapped = await closeBytes(await keyFromPin(newPin, salt, ring.iterations), raw);
  return { salt, iterations: ring.iterations, wrapped };
}

/** Close the same data key with what a passkey gives (the PRF extension); the PIN goes on to work. */
export async function wrapWithSecret(pin: string, ring: KeyRing, secret: BufferSource): Promise<Box> {
  return closeBytes(await keyFromSecret(secret), await rawKey(pin, ring));
}

export async function unwrapWithSecret(secret: BufferSource, wrapped: Box): Promise<CryptoKey> {
  return importDataKey(await openBytes(await keyFromSecret(secret), wrapped));
}

/** HKDF keeps the authenticator's output apart from the key that is used. */
async function keyFromSecret(secret: BufferSource): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const info = new TextEncoder().encode("onevisit field store");
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

async function rawKey(pin: string, ring: KeyRing): Promise<ArrayBuffer> {
  const key = await keyFromPin(pin, ring.salt, ring.iterations);
  try {
    return await openBytes(key, ring.wrapped);
  } catch (error) {
    // AES-GCM tells a wrong key by its tag; any other failure is not about the PIN.
    if (error instanceof DOMException && error.name === "OperationError") throw new WrongPin();
    throw error;
  }
}
