/** The tables on the phone and every change made to them, oldest first. A change is a new entry, never an edit. */
import type Dexie from "dexie";

interface Migration {
  version: number;
  tables: Record<string, string | null>;
}

/** Known before anyone unlocks: who uses this phone, and nothing of their work. */
export const DEVICE_MIGRATIONS: Migration[] = [
  { version: 1, tables: { officers: "officer_id", settings: "key", leases: "name" } },
];

/** One database per officer; `box` columns are encrypted, the indexed ones carry no personal data. */
export const OFFICER_MIGRATIONS: Migration[] = [
  {
    version: 1,
    tables: { packages: "visit_id", drafts: "key, inspection_id", progress: "inspection_id", outbox: "id", contents: "id" },
  },
  { version: 2, tables: { keys: "name" } },
];

export function migrate(database: Dexie, migrations: Migration[]): void {
  for (const { version, tables } of migrations) database.version(version).stores(tables);
}
