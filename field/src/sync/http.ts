/** The one door to the network. Every answer is typed: reached, refused, or not reached. */
import type { ChunkReply, FileAnnouncement, PackageList, Receipts, Refusal, Session, SubmissionReceipt } from "@/domain/contract";

const BASE = "/field/api/";
const TIMEOUT_MS = 30_000;

/** The server could not be reached: the phone is offline, or the way is broken. Nothing is known about the item. */
export class NotReached extends Error {
  readonly code = "not_reached";
}

export class SignedOut extends Error {
  readonly code = "signed_out";
}

/** The server answered and did not take it. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly refusal: Refusal,
  ) {
    super(refusal.message);
  }

  /** A server in trouble is asked again; a reason is shown to the officer. */
  get isTemporary(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

interface Call {
  method?: string;
  body?: BodyInit;
  headers?: Record<string, string>;
}

export class Http {
  csrf = "";
  private etag: string | null = null;

  constructor(private readonly send: typeof fetch = (input, init) => fetch(input, init)) {}

  async session(): Promise<Session> {
    const session = await this.json<Session>("session");
    this.csrf = session.csrf;
    return session;
  }

  /** Null: nothing changed since the last time. */
  async packages(): Promise<PackageList | null> {
    const response = await this.call("packages", this.etag ? { headers: { "If-None-Match": this.etag } } : {});
    if (response.status === 304) return null;
    this.etag = response.headers.get("ETag");
    return (await response.json()) as PackageList;
  }

  forgetEtag(): void {
    this.etag = null;
  }

  submit(id: string, body: string): Promise<SubmissionReceipt> {
    return this.json(`submissions/${id}`, { method: "PUT", body, headers: { "Content-Type": "application/json" } });
  }

  announce(file: FileAnnouncement): Promise<{ offset: number }> {
    return this.json("files", {
      method: "POST",
      body: JSON.stringify(file),
      headers: { "Content-Type": "application/json" },
    });
  }

  async offset(fileId: string): Promise<number> {
    const response = await this.call(`files/${fileId}`, { method: "HEAD" });
    return Number(response.headers.get("Upload-Offset") ?? 0);
  }

  chunk(fileId: string, offset: number, bytes: ArrayBuffer): Promise<ChunkReply> {
    return this.json(`files/${fileId}`, {
      method: "PATCH",
      body: bytes,
      headers: { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) },
    });
  }

  receipts(inspectionId: string): Promise<Receipts> {
    return this.json(`inspections/${inspectionId}/receipts`);
  }

  async registerBadgeKey(device: string, publicKey: string): Promise<void> {
    const body = JSON.stringify({ device, public_key: publicKey });
    await this.call("badge-keys", { method: "POST", body, headers: { "Content-Type": "application/json" } });
  }

  async subscribe(subscription: PushSubscriptionJSON): Promise<void> {
    await this.call("push/subscriptions", pushCall("POST", subscription));
  }

  async unsubscribe(subscription: PushSubscriptionJSON): Promise<void> {
    await this.call("push/subscriptions", pushCall("DELETE", subscription));
  }

  private async json<T>(path: string, call: Call = {}): Promise<T> {
    return (await (await this.call(path, call)).json()) as T;
  }

  private async call(path: string, call: Call): Promise<Response> {
    const response = await this.reach(path, call);
    if (response.status === 401) throw new SignedOut();
    if (response.status === 304 || response.ok) return response;
    throw new Refused(response.status, await refusalOf(response));
  }

  private async reach(path: string, call: Call): Promise<Response> {
    const isWrite = call.method !== undefined && call.method !== "HEAD";
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    try {
      return await this.send(BASE + path, {
        ...call,
        headers: { Accept: "application/json", ...call.headers, ...(isWrite ? { "X-CSRFToken": this.csrf } : {}) },
        credentials: "same-origin",
        cache: "no-store",
        redirect: "error",
        signal: abort.signal,
      });
    } catch (error) {
      // fetch says TypeError for a broken way and AbortError for a silent one: both mean "not reached".
      if (error instanceof TypeError || error instanceof DOMException) throw new NotReached();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

function pushCall(method: string, subscription: PushSubscriptionJSON): Call {
  const { endpoint, keys } = subscription;
  return { method, body: JSON.stringify({ endpoint, keys }), headers: { "Content-Type": "application/json" } };
}

async function refusalOf(response: Response): Promise<Refusal> {
  const fallback: Refusal = { status: response.status, code: `http_${response.status}`, message: "" };
  try {
    const body: unknown = await response.json();
    return isRefusal(body) ? { ...fallback, ...body } : fallback;
  } catch (error) {
    // A proxy's HTML page is no reason an officer could read; the status still tells the kind.
    if (error instanceof SyntaxError) return fallback;
    throw error;
  }
}

function isRefusal(body: unknown): body is Refusal {
  return typeof body === "object" && body !== null && "code" in body && typeof body.code === "string";
}
