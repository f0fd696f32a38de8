/** Where the phone is: the latest fix, kept while an inspection goes on. */
import { ref } from "vue";
import type { Place } from "@/domain/contract";

export type PlaceState = "unknown" | "asking" | "known" | "denied" | "unavailable";

export const place = ref<Place | null>(null);
export const placeState = ref<PlaceState>("unknown");

let watch: number | null = null;

export function watchPlace(): void {
  if (watch !== null) return;
  if (!("geolocation" in navigator)) {
    placeState.value = "unavailable";
    return;
  }
  placeState.value = "asking";
  watch = navigator.geolocation.watchPosition(keep, fail, { enableHighAccuracy: true, maximumAge: 30_000, timeout: 20_000 });
}

export function stopWatchingPlace(): void {
  if (watch !== null) navigator.geolocation.clearWatch(watch);
  watch = null;
}

function keep(position: GeolocationPosition): void {
  const { latitude, longitude, accuracy } = position.coords;
  place.value = { latitude, longitude, accuracy_m: Math.round(accuracy) };
  placeState.value = "known";
}

function fail(error: GeolocationPositionError): void {
  if (error.code === error.PERMISSION_DENIED) {
    placeState.value = "denied";
    stopWatchingPlace();
  } else if (place.value === null) {
    placeState.value = "unavailable";
  }
}
