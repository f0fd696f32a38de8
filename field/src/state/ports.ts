/** The things of this phone that the app holds once: the device store, the door to the network, the open vault. */
import { DeviceDatabase } from "@/store/device";
import type { Vault } from "@/store/vault";
import { Http } from "@/sync/http";

export const device = new DeviceDatabase();
export const http = new Http();

let open: Vault | null = null;

export function useVault(vault: Vault | null): void {
  if (open !== null && open !== vault) open.close();
  open = vault;
}

export class Locked extends Error {
  readonly code = "locked";
}

/** The unlocked officer's store; asking for it while locked is a mistake of ours. */
export function vault(): Vault {
  if (open === null) throw new Locked();
  return open;
}

/** Whether this store is still the open one: its officer may have locked the phone meanwhile. */
export function isOpen(store: Vault): boolean {
  return open === store;
}

/** Other tabs of this app hear what changed in the store. */
export const neighbours = new BroadcastChannel("onevisit-field");

/** The desk's own sign-in, which leads back here. */
export const SIGN_IN = "/accounts/login/?next=/field/today";
export const SIGN_OUT = "/accounts/logout/";
