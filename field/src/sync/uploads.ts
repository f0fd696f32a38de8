/** A file in chunks: announced once, continued where the server stopped, checked by its fingerprint at the end. */
import type { ChunkReply } from "@/domain/contract";
import type { OutboxFile } from "@/domain/outbox";
import { instant } from "@/domain/time";
import { type Http, Refused } from "./http";

export const CHUNK_BYTES = 128 * 1024;
/** A server that keeps naming other offsets is in trouble: leave the file for a later round. */
const MAX_CORRECTIONS = 3;

/** The server's own list says that it holds every byte, though the receipt's number was lost on the way. */
export const LISTED = "listed";

interface Way {
  save(item: OutboxFile): Promise<void>;
  cityNow(): number;
}

export async function uploadFile(http: Http, file: OutboxFile, bytes: ArrayBuffer, way: Way): Promise<void> {
  let item: OutboxFile = { ...file, state: "sending" };
  await way.save(item);
  // Announcing again is harmless and tells how far the server is, also when the last answer got lost.
  const { offset } = await http.announce(item.announcement);
  item = { ...item, is_announced: true, sent_bytes: offset };
  await way.save(item);
  if (item.sent_bytes >= bytes.byteLength) {
    await finishHeld(http, item, way);
    return;
  }
  await sendChunks(http, item, bytes, way);
}

async function sendChunks(http: Http, start: OutboxFile, bytes: ArrayBuffer, way: Way): Promise<void> {
  let item = start;
  let corrections = 0;
  for (;;) {
    const end = Math.min(item.sent_bytes + CHUNK_BYTES, bytes.byteLength);
    try {
      const reply = await http.chunk(item.id, item.sent_bytes, bytes.slice(item.sent_bytes, end));
      item = await advance(item, reply, way);
      if (item.state === "sent") return;
    } catch (error) {
      corrections += 1;
      if (!isAboutOffset(error) || corrections > MAX_CORRECTIONS) throw error;
      item = { ...item, sent_bytes: await http.offset(item.id) };
      await way.save(item);
      if (item.sent_bytes >= bytes.byteLength) {
        await finishHeld(http, item, way);
        return;
      }
    }
  }
}

function isAboutOffset(error: unknown): boolean {
  if (!(error instanceof Refused)) return false;
  return error.status === 409 || error.refusal.code === "hash_mismatch";
}

async function advance(item: OutboxFile, reply: ChunkReply, way: Way): Promise<OutboxFile> {
  if (reply.complete && reply.receipt !== null) return settle(item, reply.offset, reply.receipt, way);
  // A server that takes a chunk and does not move would be sent the same bytes for ever.
  if (reply.offset <= item.sent_bytes) throw new Refused(503, { code: "no_progress", message: "" });
  const next: OutboxFile = { ...item, sent_bytes: reply.offset };
  await way.save(next);
  return next;
}

async function settle(item: OutboxFile, offset: number, receipt: string, way: Way): Promise<OutboxFile> {
  const received_at = instant(way.cityNow());
  const next: OutboxFile = { ...item, sent_bytes: offset, state: "sent", receipt, received_at, problem: null };
  await way.save(next);
  return next;
}

/** Every byte is there but the answer with the receipt got lost: the list of receipts tells. */
async function finishHeld(http: Http, item: OutboxFile, way: Way): Promise<void> {
  const { files } = await http.receipts(item.announcement.inspection);
  const held = files.find((file) => file.id === item.id);
  if (held?.complete !== true) throw new Refused(503, { code: "not_complete", message: "" });
  await settle(item, held.offset, held.receipt ?? LISTED, way);
}
