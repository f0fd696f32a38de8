/** Who holds the phone: the officers known to it, unlocking by PIN, locking. Works without a network. */
import { defineStore } from "pinia";
import { computed, ref } from "vue";
import type { Session } from "@/domain/contract";
import { waitAfterFailures } from "@/domain/lock";
import { changePin, makeKeyRing, unlockKeyRing, unwrapWithSecret, wrapWithSecret, WrongPin } from "@/store/box";
import { type DeviceOfficer, markDeviceUsed, wasEvicted } from "@/store/device";
import { makePasskey, NoPasskey, secretOf } from "@/store/passkey";
import { Vault } from "@/store/vault";
import { device, useVault } from "./ports";

export type Unlocking = { ok: true } | { ok: false; waitMs: number };

export const useSession = defineStore("session", () => {
  const officers = ref<DeviceOfficer[]>([]);
  const officerId = ref<string | null>(null);
  const isEvicted = ref(false);

  const officer = computed(() => officers.value.find((one) => one.officer_id === officerId.value) ?? null);
  const isUnlocked = computed(() => officerId.value !== null);

  async function load(): Promise<void> {
    isEvicted.value = await wasEvicted(device);
    officers.value = await device.officers.toArray();
  }

  async function enrol(session: Session, pin: string): Promise<void> {
    const { ring, key } = await makeKeyRing(pin);
    const { id, name, department, certificate_no } = session.officer;
    const row: DeviceOfficer = {
      officer_id: id, name, department, certificate_no, ring, failures: 0, locked_until: 0, unsent: 0,
    };
    await device.officers.put(row);
    markDeviceUsed();
    officers.value = await device.officers.toArray();
    open(id, key);
  }

  async function unlock(id: string, pin: string, nowMs: number): Promise<Unlocking> {
    const row = await device.officers.get(id);
    if (row === undefined) throw new Error(`no officer ${id} on this phone`);
    if (row.locked_until > nowMs) return { ok: false, waitMs: row.locked_until - nowMs };
    try {
      const key = await unlockKeyRing(pin, row.ring);
      await device.officers.update(id, { failures: 0, locked_until: 0 });
      open(id, key);
      return { ok: true };
    } catch (error) {
      if (!(error instanceof WrongPin)) throw error;
      const waitMs = waitAfterFailures(row.failures + 1);
      await device.officers.update(id, { failures: row.failures + 1, locked_until: waitMs > 0 ? nowMs + waitMs : 0 });
      return { ok: false, waitMs };
    }
  }

  async function newPin(oldPin: string, pin: string): Promise<boolean> {
    const row = await own();
    try {
      await device.officers.update(row.officer_id, { ring: await changePin(oldPin, pin, row.ring) });
      return true;
    } catch (error) {
      if (error instanceof WrongPin) return false;
      throw error;
    }
  }

  /** The PIN is asked for: it opens the key that the passkey is to open too. */
  async function addPasskey(pin: string): Promise<"added" | "wrong_pin" | NoPasskey["code"]> {
    const row = await own();
    try {
      await unlockKeyRing(pin, row.ring);
      const { credential_id, salt, secret } = await makePasskey(row.officer_id, row.name);
      const passkey = { credential_id, salt, wrapped: await wrapWithSecret(pin, row.ring, secret) };
      await device.officers.update(row.officer_id, { passkey });
      officers.value = await device.officers.toArray();
      return "added";
    } catch (error) {
      if (error instanceof WrongPin) return "wrong_pin";
      if (error instanceof NoPasskey) return error.code;
      throw error;
    }
  }

  async function dropPasskey(): Promise<void> {
    const { passkey: _gone, ...row } = await own();
    await device.officers.put(row);
    officers.value = await device.officers.toArray();
  }

  /** By fingerprint or face, offline too; false: the PIN is the way. */
  async function unlockByPasskey(id: string): Promise<boolean> {
    const row = await device.officers.get(id);
    if (row?.passkey === undefined) return false;
    try {
      open(id, await unwrapWithSecret(await secretOf(row.passkey), row.passkey.wrapped));
      await device.officers.update(id, { failures: 0, locked_until: 0 });
      return true;
    } catch (error) {
      // OperationError: this passkey is not the one that closed the key.
      if (error instanceof NoPasskey || (error instanceof DOMException && error.name === "OperationError")) return false;
      throw error;
    }
  }

  async function own(): Promise<DeviceOfficer> {
    const row = officerId.value === null ? undefined : await device.officers.get(officerId.value);
    if (row === undefined) throw new Error("nobody is unlocked");
    return row;
  }

  /** A colleague confirms presence with the own PIN; nobody's store is opened or closed by it. */
  async function isPinOf(id: string, pin: string): Promise<boolean> {
    const row = await device.officers.get(id);
    if (row === undefined) return false;
    try {
      await unlockKeyRing(pin, row.ring);
      return true;
    } catch (error) {
      if (error instanceof WrongPin) return false;
      throw error;
    }
  }

  async function noteUnsent(count: number): Promise<void> {
    if (officerId.value === null) return;
    const row = officers.value.find((one) => one.officer_id === officerId.value);
    if (row === undefined || row.unsent === count) return;
    row.unsent = count;
    await device.officers.update(row.officer_id, { unsent: count });
  }

  function open(id: string, key: CryptoKey): void {
    useVault(new Vault(id, key));
    officerId.value = id;
  }

  function lock(): void {
    officerId.value = null;
    useVault(null);
  }

  return { officers, officerId, officer, isUnlocked, isEvicted, load, enrol, unlock, newPin, addPasskey, dropPasskey, unlockByPasskey, isPinOf, noteUnsent, lock };
});
