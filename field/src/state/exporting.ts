/** Take one item out of the phone as a file, when the server will not take it. */
import type { OutboxItem } from "@/domain/outbox";
import { vault } from "./ports";

export async function exportItem(item: OutboxItem): Promise<void> {
  const bytes = item.type === "file" ? await vault().content(item.id) : null;
  if (item.type === "file" && bytes !== null) {
    download(new Blob([bytes], { type: item.announcement.mime }), `${item.id}.${item.announcement.mime.split("/")[1] ?? "bin"}`);
  }
  download(new Blob([JSON.stringify(item, null, 2)], { type: "application/json" }), `${item.id}.json`);
}

function download(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
