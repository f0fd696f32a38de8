/** This phone: bright and large modes, its clock, its storage, whether the app is installed. */
import { defineStore } from "pinia";
import { computed, ref } from "vue";
import type { Settings } from "@/store/device";
import { device } from "./ports";

const LOW_STORAGE_BYTES = 500 * 1024 * 1024;

export const usePhone = defineStore("phone", () => {
  const settings = ref<Settings | null>(null);
  const freeBytes = ref<number | null>(null);
  const now = ref(Date.now());

  const isBright = computed(() => settings.value?.is_bright ?? false);
  const isLarge = computed(() => settings.value?.is_large ?? false);
  const clockOffset = computed(() => settings.value?.clock_offset_ms ?? 0);
  const isStorageLow = computed(() => freeBytes.value !== null && freeBytes.value < LOW_STORAGE_BYTES);

  async function load(): Promise<void> {
    settings.value = await device.allSettings();
    applyModes();
    setInterval(() => (now.value = Date.now()), 15_000);
    await measureStorage();
  }

  async function set<K extends keyof Settings>(key: K, value: Settings[K]): Promise<void> {
    if (settings.value === null || settings.value[key] === value) return;
    settings.value = { ...settings.value, [key]: value };
    await device.set(key, value);
    applyModes();
  }

  function applyModes(): void {
    document.documentElement.classList.toggle("is-bright", isBright.value);
    document.documentElement.classList.toggle("is-large", isLarge.value);
  }

  /** Ask the browser not to clear our store when the phone runs full. */
  async function askToPersist(): Promise<void> {
    if (!navigator.storage?.persist) return;
    await set("is_persistent", (await navigator.storage.persisted()) || (await navigator.storage.persist()));
  }

  async function measureStorage(): Promise<void> {
    if (!navigator.storage?.estimate) return;
    const { quota, usage } = await navigator.storage.estimate();
    freeBytes.value = quota === undefined || usage === undefined ? null : quota - usage;
  }

  /** Phone minus server; half the way there and back is taken off. */
  async function noteServerTime(serverTime: string, sentAt: number, receivedAt: number): Promise<void> {
    const middle = sentAt + (receivedAt - sentAt) / 2;
    await set("clock_offset_ms", Math.round(middle - Date.parse(serverTime)));
  }

  return { settings, freeBytes, now, isBright, isLarge, clockOffset, isStorageLow, load, set, askToPersist, measureStorage, noteServerTime };
});

/** Safari on a phone keeps data safely only for installed apps. */
export function isUninstalledIos(): boolean {
  const isIos = /iPhone|iPad|iPod/.test(navigator.userAgent);
  const isInstalled = "standalone" in navigator && navigator.standalone === true;
  return isIos && !isInstalled;
}
