/** One officer's own store: everything in it is closed with that officer's key before it touches the disk. */
import Dexie, { type Table } from "dexie";
import type { Draft } from "@/domain/checklist";
import type { Package } from "@/domain/contract";
import type { OutboxItem } from "@/domain/outbox";
import type { Progress } from "@/domain/progress";
import { type Box, closeBytes, closeRecord, openBytes, openRecord } from "./box";
import { migrate, OFFICER_MIGRATIONS } from "./migrations";

class OfficerDatabase extends Dexie {
  packages!: Table<{ visit_id: string; box: Box }, string>;
  drafts!: Table<{ key: string; inspection_id: string; box: Box }, string>;
  progress!: Table<{ inspection_id: string; box: Box }, string>;
  outbox!: Table<{ id: string; box: Box }, string>;
  keys!: Table<{ name: string; box: Box }, string>;
  contents!: Table<{ id: string; box: Box }, string>;

  constructor(officerId: string) {
    super(`onevisit-officer-${officerId}`);
    migrate(this, OFFICER_MIGRATIONS);
  }
}

export interface DraftRow {
  inspection_id: string;
  draft: Draft;
}

export function draftKey(inspectionId: string, itemId: string): string {
  return `${inspectionId}|${itemId}`;
}

export class Vault {
  private readonly database: OfficerDatabase;

  constructor(
    readonly officerId: string,
    private readonly dataKey: CryptoKey,
  ) {
    this.database = new OfficerDatabase(officerId);
  }

  close(): void {
    this.database.close();
  }

  async packages(): Promise<Package[]> {
    return this.openAll<Package>(await this.database.packages.toArray());
  }

  async drafts(): Promise<DraftRow[]> {
    return this.openAll<DraftRow>(await this.database.drafts.toArray());
  }

  async progress(): Promise<Progress[]> {
    return this.openAll<Progress>(await this.database.progress.toArray());
  }

  async outbox(): Promise<OutboxItem[]> {
    const items = await this.openAll<OutboxItem>(await this.database.outbox.toArray());
    return items.sort((a, b) => a.sequence - b.sequence);
  }

  async outboxItem(id: string): Promise<OutboxItem | null> {
    const row = await this.database.outbox.get(id);
    return row ? openRecord<OutboxItem>(this.dataKey, row.box) : null;
  }

  async putPackage(pack: Package): Promise<void> {
    await this.database.packages.put({ visit_id: pack.visit.id, box: await this.closed(pack) });
  }

  async dropPackage(pack: Package): Promise<void> {
    const { packages, drafts, progress } = this.database;
    await this.database.transaction("rw", packages, drafts, progress, async () => {
      await packages.delete(pack.visit.id);
      await progress.delete(pack.inspection.id);
      await drafts.where("inspection_id").equals(pack.inspection.id).delete();
    });
  }

  async putDrafts(inspectionId: string, drafts: Draft[]): Promise<void> {
    const rows = await Promise.all(
      drafts.map(async (draft) => ({
        key: draftKey(inspectionId, draft.item_id),
        inspection_id: inspectionId,
        box: await this.closed({ inspection_id: inspectionId, draft }),
      })),
    );
    await this.database.drafts.bulkPut(rows);
  }

  async putProgress(progress: Progress): Promise<void> {
    await this.database.progress.put({ inspection_id: progress.inspection_id, box: await this.closed(progress) });
  }

  async putOutbox(items: OutboxItem[]): Promise<void> {
    const rows = await Promise.all(items.map(async (item) => ({ id: item.id, box: await this.closed(item) })));
    await this.database.outbox.bulkPut(rows);
  }

  /** The file and its place in the outbox are written together or not at all. */
  async putFile(item: OutboxItem, contents: Record<string, ArrayBuffer>): Promise<void> {
    const row = { id: item.id, box: await this.closed(item) };
    const rows = await Promise.all(
      Object.entries(contents).map(async ([id, bytes]) => ({ id, box: await closeBytes(this.dataKey, bytes) })),
    );
    const { outbox, contents: table } = this.database;
    await this.database.transaction("rw", outbox, table, async () => {
      await table.bulkPut(rows);
      await outbox.put(row);
    });
  }

  async content(id: string): Promise<ArrayBuffer | null> {
    const row = await this.database.contents.get(id);
    return row ? openBytes(this.dataKey, row.box) : null;
  }

  async key<T>(name: string): Promise<T | null> {
    const row = await this.database.keys.get(name);
    return row ? openRecord<T>(this.dataKey, row.box) : null;
  }

  async putKey(name: string, value: unknown): Promise<void> {
    await this.database.keys.put({ name, box: await this.closed(value) });
  }

  /** Remove sent copies whose days are over. */
  async forget(ids: string[]): Promise<void> {
    const { outbox, contents } = this.database;
    await this.database.transaction("rw", outbox, contents, async () => {
      await outbox.bulkDelete(ids);
      await contents.bulkDelete(ids.flatMap((id) => [id, copyId(id)]));
    });
  }

  private closed(record: unknown): Promise<Box> {
    return closeRecord(this.dataKey, record);
  }

  private openAll<T>(rows: { box: Box }[]): Promise<T[]> {
    return Promise.all(rows.map((row) => openRecord<T>(this.dataKey, row.box)));
  }
}

/** The watermarked copy lies beside the original, which is never touched. */
export function copyId(fileId: string): string {
  return `copy:${fileId}`;
}
