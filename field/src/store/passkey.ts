/**
 * Unlocking by passkey: the phone's own authenticator gives a secret for one salt (WebAuthn's PRF extension), without a network.
 * The secret opens the same data key as the PIN. Where PRF is missing the PIN stays the way.
 */
import type { Box } from "./box";

export interface Passkey {
  credential_id: Uint8Array<ArrayBuffer>;
  salt: Uint8Array<ArrayBuffer>;
  wrapped: Box;
}

export class NoPasskey extends Error {
  constructor(readonly code: "unsupported" | "cancelled") {
    super(code);
  }
}

const SECRET_BYTES = 32;
const TIMEOUT_MS = 60_000;
const random = (bytes: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(bytes));

export function hasPasskeys(): boolean {
  return "PublicKeyCredential" in window && "credentials" in navigator;
}

/** Make a passkey on this phone; returns the secret with which the store's key is closed. */
export async function makePasskey(officerId: string, name: string): Promise<{ credential_id: Uint8Array<ArrayBuffer>; salt: Uint8Array<ArrayBuffer>; secret: ArrayBuffer }> {
  const salt = random(SECRET_BYTES);
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        rp: { name: "一次查", id: location.hostname },
        // One passkey per officer and phone: the same handle replaces a former one.
        user: { id: new TextEncoder().encode(officerId), name, displayName: name },
        challenge: random(SECRET_BYTES),
        pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }],
        authenticatorSelection: { authenticatorAttachment: "platform", residentKey: "preferred", userVerification: "required" },
        timeout: TIMEOUT_MS,
        extensions: { prf: { eval: { first: salt } } },
      },
    }),
  );
  const { prf } = made.getClientExtensionResults();
  if (prf?.enabled !== true) throw new NoPasskey("unsupported");
  const credential_id = new Uint8Array(made.rawId);
  // Many authenticators give the secret only when asked for it, not while being made.
  return { credential_id, salt, secret: bytesOf(prf.results?.first) ?? (await secretOf({ credential_id, salt })) };
}

export async function secretOf({ credential_id, salt }: Pick<Passkey, "credential_id" | "salt">): Promise<ArrayBuffer> {
  const found = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: random(SECRET_BYTES),
        rpId: location.hostname,
        allowCredentials: [{ type: "public-key", id: credential_id }],
        userVerification: "required",
        timeout: TIMEOUT_MS,
        extensions: { prf: { eval: { first: salt } } },
      },
    }),
  );
  const secret = bytesOf(found.getClientExtensionResults().prf?.results?.first);
  if (secret === null) throw new NoPasskey("unsupported");
  return secret;
}

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await ask();
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (error) {
    // NotAllowedError: the person cancelled or took too long. The others: this phone cannot.
    if (!(error instanceof DOMException)) throw error;
    throw new NoPasskey(error.name === "NotAllowedError" || error.name === "AbortError" ? "cancelled" : "unsupported");
  }
  throw new NoPasskey("cancelled");
}

function bytesOf(source: BufferSource | undefined): ArrayBuffer | null {
  if (source === undefined) return null;
  const view = source instanceof ArrayBuffer ? new Uint8Array(source) : new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  return new Uint8Array(view).buffer;
}
