/** This phone: bright and large modes, its clock, its storage, whether the app is installed. */
import { defineStore } from "pinia";
import { computed, ref } from "vue";
import type { Session } from "@/domain/contract";
import type { Settings } from "@/store/device";
import { device } from "./ports";

type ServerTime = Pick<Session, "server_time" | "is_demo">;

const LOW_STORAGE_BYTES = 500 * 1024 * 1024;

export const usePhone = defineStore("phone", () => {
  const settings = ref<Settings | null>(null);
  const freeBytes = ref<number | null>(null);
  const tick = ref(Date.now());

  const isBright = computed(() => settings.value?.is_bright ?? false);
  const isLarge = computed(() => settings.value?.is_large ?? false);
  const isDemo = computed(() => settings.value?.is_demo ?? false);
  const measuredOffset = computed(() => settings.value?.clock_offset_ms ?? 0);
  /** How far the phone's clock is off, to be told and reported. In the demo city the difference is meant, so there is none. */
  const clockOffset = computed(() => (isDemo.value ? 0 : measuredOffset.value));
  /** What to take off the phone's time to get the city's: nothing outside the demo city. */
  const cityShift = computed(() => (isDemo.value ? measuredOffset.value : 0));
  /** The city's time, moving on by itself. */
  const now = computed(() => tick.value - cityShift.value);
  const isStorageLow = computed(() => freeBytes.value !== null && freeBytes.value < LOW_STORAGE_BYTES);

  async function load(): Promise<void> {
    settings.value = await device.allSettings();
    applyModes();
    setInterval(() => (tick.value = Date.now()), 15_000);
    await measureStorage();
  }

  async function set<K extends keyof Settings>(key: K, value: Settings[K]): Promise<void> {
    if (settings.value === null || settings.value[key] === value) return;
    await change({ [key]: value });
    applyModes();
  }

  async function change(values: Partial<Settings>): Promise<void> {
    if (settings.value === null) return;
    settings.value = { ...settings.value, ...values };
    await device.put(values);
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

  /** Phone minus server; half the way there and back is taken off. Kept on the phone, so that the city's time holds offline. */
  async function noteServerTime(server: ServerTime, sentAt: number, receivedAt: number): Promise<void> {
    const middle = sentAt + (receivedAt - sentAt) / 2;
    tick.value = Date.now();
    await change({ clock_offset_ms: Math.round(middle - Date.parse(server.server_time)), is_demo: server.is_demo });
  }

  return {
    settings, freeBytes, now, isBright, isLarge, isDemo, clockOffset, cityShift, isStorageLow,
    load, set, askToPersist, measureStorage, noteServerTime,
  };
});

/** The kind of phone, for steps that differ from one to the other. */
export function platform(): "ios" | "android" | "other" {
  if (/iPhone|iPad|iPod/.test(navigator.userAgent)) return "ios";
  return /Android|HarmonyOS/.test(navigator.userAgent) ? "android" : "other";
}

/** Safari on a phone keeps data safely only for installed apps. */
export function isUninstalledIos(): boolean {
  const isIos = /iPhone|iPad|iPod/.test(navigator.userAgent);
  const isInstalled = "standalone" in navigator && navigator.standalone === true;
  return isIos && !isInstalled;
}
