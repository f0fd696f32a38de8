/** From a camera frame, a picked picture or a recording to a record with fingerprint, place and time. */
import type { FileAnnouncement, FileSource, Package } from "@/domain/contract";
import { sha256 } from "@/domain/digest";
import { type Frame, fittedSize, watermarkLines } from "@/domain/evidence";
import type { OutboxFile } from "@/domain/outbox";
import { instant } from "@/domain/time";
import { cityNow } from "./clock";
import { useOutbox } from "./outbox";
import { usePhone } from "./phone";
import { place } from "./place";

const JPEG_QUALITY = 0.86;
const COPY_SIDE = 720;

export class NotAPhoto extends Error {
  readonly code = "not_a_photo";
}

export function useEvidence() {
  const outbox = useOutbox();
  const phone = usePhone();

  /** The moment of the shutter is the moment of the call: nothing is read later. */
  async function shoot(pack: Package, itemId: string | null, video: HTMLVideoElement): Promise<OutboxFile> {
    const at = cityNow();
    const canvas = draw(video, { width: video.videoWidth, height: video.videoHeight });
    return keepPicture(pack, itemId, canvas, "camera", at);
  }

  async function pick(pack: Package, itemId: string | null, file: File, source: FileSource): Promise<OutboxFile> {
    const at = cityNow();
    let bitmap: ImageBitmap;
    try {
      bitmap = await createImageBitmap(file);
    } catch (error) {
      // The browser says InvalidStateError for anything that it cannot read as a picture.
      if (error instanceof DOMException) throw new NotAPhoto();
      throw error;
    }
    return keepPicture(pack, itemId, draw(bitmap, bitmap), source, at);
  }

  async function keepPicture(
    pack: Package,
    itemId: string | null,
    canvas: HTMLCanvasElement,
    source: FileSource,
    at: number,
  ): Promise<OutboxFile> {
    const bytes = await encoded(canvas, "image/jpeg");
    const announcement = await announce(pack, itemId, bytes, "image/jpeg", source, at, canvas);
    const copy = await encoded(watermarked(canvas, watermarkLines(announcement, pack)), "image/jpeg");
    return outbox.addFile(pack, announcement, bytes, copy);
  }

  async function keepSignature(pack: Package, canvas: HTMLCanvasElement): Promise<OutboxFile> {
    const bytes = await encoded(canvas, "image/png");
    const announcement = await announce(pack, null, bytes, "image/png", "signature", cityNow(), canvas);
    return outbox.addFile(pack, announcement, bytes, null);
  }

  /** Sound or video: hashed when it stops, dated when it began; nothing is drawn into it. */
  async function keepRecording(pack: Package, itemId: string | null, blob: Blob, source: "audio" | "video", startedAt: number): Promise<OutboxFile> {
    const bytes = await blob.arrayBuffer();
    const mime = blob.type.split(";")[0] || `${source}/webm`;
    const announcement = await announce(pack, itemId, bytes, mime, source, startedAt, { width: 0, height: 0 });
    return outbox.addFile(pack, announcement, bytes, null);
  }

  async function announce(
    pack: Package,
    itemId: string | null,
    bytes: ArrayBuffer,
    mime: string,
    source: FileSource,
    at: number,
    frame: Frame,
  ): Promise<FileAnnouncement> {
    return {
      id: crypto.randomUUID(),
      inspection: pack.inspection.id,
      item_id: itemId,
      sha256: await sha256(bytes),
      size: bytes.byteLength,
      mime,
      captured_at: instant(at),
      clock_offset_ms: phone.clockOffset,
      place: source === "gallery" ? null : place.value,
      source,
      width: frame.width,
      height: frame.height,
    };
  }

  return { shoot, pick, keepSignature, keepRecording };
}

function draw(source: CanvasImageSource, frame: Frame): HTMLCanvasElement {
  const size = fittedSize(frame);
  const canvas = document.createElement("canvas");
  canvas.width = size.width;
  canvas.height = size.height;
  context(canvas).drawImage(source, 0, 0, size.width, size.height);
  return canvas;
}

/** The copy shows time, place and fingerprint; the original stays as the camera gave it. */
function watermarked(original: HTMLCanvasElement, lines: string[]): HTMLCanvasElement {
  const size = fittedSize(original, COPY_SIDE);
  const canvas = document.createElement("canvas");
  canvas.width = size.width;
  canvas.height = size.height;
  const paint = context(canvas);
  paint.drawImage(original, 0, 0, size.width, size.height);
  const line = Math.max(14, Math.round(size.width / 36));
  const band = line * 1.5 * lines.length + line;
  paint.fillStyle = "rgba(10, 31, 61, 0.72)";
  paint.fillRect(0, size.height - band, size.width, band);
  paint.fillStyle = "#FFFFFF";
  paint.font = `${line}px sans-serif`;
  lines.forEach((text, index) => paint.fillText(text, line, size.height - band + line * 1.5 * (index + 1)));
  return canvas;
}

function context(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const found = canvas.getContext("2d");
  if (found === null) throw new Error("this browser has no canvas");
  return found;
}

async function encoded(canvas: HTMLCanvasElement, mime: string): Promise<ArrayBuffer> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, mime, JPEG_QUALITY));
  if (blob === null) throw new NotAPhoto();
  return blob.arrayBuffer();
}
