/** Web push: this phone's address for notices, told to the server and taken back. */
import type { Http } from "./http";

export type PushOutcome = "on" | "denied" | "unavailable";

export function isPushPossible(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

export async function currentSubscription(): Promise<PushSubscription | null> {
  if (!isPushPossible()) return null;
  const registration = await navigator.serviceWorker.getRegistration("/field/");
  return (await registration?.pushManager.getSubscription()) ?? null;
}

export async function turnPushOn(http: Http, vapidPublicKey: string | null): Promise<PushOutcome> {
  if (!isPushPossible() || vapidPublicKey === null) return "unavailable";
  if ((await Notification.requestPermission()) !== "granted") return "denied";
  const registration = await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytesOf(vapidPublicKey),
  });
  await http.subscribe(subscription.toJSON());
  return "on";
}

export async function turnPushOff(http: Http): Promise<void> {
  const subscription = await currentSubscription();
  if (subscription === null) return;
  await http.unsubscribe(subscription.toJSON());
  await subscription.unsubscribe();
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const base64 = base64url.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
