/** One sender at a time on one phone, however many tabs are open. */
import type { DeviceDatabase } from "@/store/device";

const NAME = "onevisit-sender";
const LEASE_MS = 60_000;

/** Do the work if nobody else is doing it; false when another tab holds the lease. */
export async function withLease(
  device: DeviceDatabase,
  owner: string,
  now: () => number,
  work: () => Promise<void>,
): Promise<boolean> {
  if (typeof navigator !== "undefined" && navigator.locks) {
    return navigator.locks.request(NAME, { ifAvailable: true }, async (lock) => {
      if (lock === null) return false;
      await work();
      return true;
    });
  }
  return withStoredLease(device, owner, now, work);
}

/** For browsers without Web Locks: a row with an end, renewed while the work goes on. */
export async function withStoredLease(
  device: DeviceDatabase,
  owner: string,
  now: () => number,
  work: () => Promise<void>,
): Promise<boolean> {
  if (!(await device.takeLease(NAME, owner, now(), LEASE_MS))) return false;
  const renewal = setInterval(() => void device.takeLease(NAME, owner, now(), LEASE_MS), LEASE_MS / 3);
  try {
    await work();
    return true;
  } finally {
    clearInterval(renewal);
    await device.dropLease(NAME, owner);
  }
}
