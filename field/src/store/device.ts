/** What the phone knows before anyone unlocks: the officers who use it, the device number, settings, the sender's lease. */
import Dexie, { type Table } from "dexie";
import type { KeyRing } from "./box";
import type { Passkey } from "./passkey";
import { DEVICE_MIGRATIONS, migrate } from "./migrations";

export interface DeviceOfficer {
  officer_id: string;
  name: string;
  department: string;
  certificate_no: string;
  ring: KeyRing;
  passkey?: Passkey;
  failures: number;
  locked_until: number;
  /** A number only, so that a colleague sees that something waits and not what. */
  unsent: number;
}

export interface Settings {
  device: string;
  sequence: number;
  /** The phone's clock minus the server's, measured at the last answer. */
  clock_offset_ms: number;
  /** Whether the server last heard of is a demo city, which keeps its own time. */
  is_demo: boolean;
  is_bright: boolean;
  is_large: boolean;
  is_persistent: boolean | null;
}

interface Lease {
  name: string;
  owner: string;
  until: number;
}

const DEFAULTS: Omit<Settings, "device"> = {
  sequence: 0,
  clock_offset_ms: 0,
  is_demo: false,
  is_bright: false,
  is_large: false,
  is_persistent: null,
};

/** A cookie survives when a browser clears a site's stored data, so the loss can be told. */
const MARK = "onevisit_field_used";

export class DeviceDatabase extends Dexie {
  officers!: Table<DeviceOfficer, string>;
  settings!: Table<{ key: string; value: unknown }, string>;
  leases!: Table<Lease, string>;

  constructor(name = "onevisit-device") {
    super(name);
    migrate(this, DEVICE_MIGRATIONS);
  }

  async allSettings(): Promise<Settings> {
    return this.transaction("rw", this.settings, async () => {
      const rows = Object.fromEntries((await this.settings.toArray()).map((row) => [row.key, row.value]));
      if (rows.device === undefined) {
        rows.device = crypto.randomUUID();
        await this.settings.put({ key: "device", value: rows.device });
      }
      return { ...DEFAULTS, ...rows } as Settings;
    });
  }

  async put(values: Partial<Settings>): Promise<void> {
    await this.settings.bulkPut(Object.entries(values).map(([key, value]) => ({ key, value })));
  }

  /** Count up under the database's own lock: two tabs never give the same number. */
  async nextSequence(): Promise<number> {
    return this.transaction("rw", this.settings, async () => {
      const next = Number((await this.settings.get("sequence"))?.value ?? 0) + 1;
      await this.settings.put({ key: "sequence", value: next });
      return next;
    });
  }

  /** Take or renew the lease; false while another tab holds it. */
  async takeLease(name: string, owner: string, nowMs: number, forMs: number): Promise<boolean> {
    return this.transaction("rw", this.leases, async () => {
      const held = await this.leases.get(name);
      if (held && held.owner !== owner && held.until > nowMs) return false;
      await this.leases.put({ name, owner, until: nowMs + forMs });
      return true;
    });
  }

  async dropLease(name: string, owner: string): Promise<void> {
    await this.transaction("rw", this.leases, async () => {
      if ((await this.leases.get(name))?.owner === owner) await this.leases.delete(name);
    });
  }
}

export function markDeviceUsed(): void {
  document.cookie = `${MARK}=1; path=/field/; max-age=31536000; SameSite=Strict`;
}

/** The mark is here and the store is empty: somebody or something cleared it. */
export async function wasEvicted(device: DeviceDatabase): Promise<boolean> {
  return document.cookie.includes(`${MARK}=1`) && (await device.officers.count()) === 0;
}
