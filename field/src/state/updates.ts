/** The service worker: registered once; a new version waits until everything is sent. */
import { ref } from "vue";

export const isUpdateReady = ref(false);
let waiting: ServiceWorker | null = null;

/** False where a browser refuses service workers: everything works but opening the app without a network. */
export const opensOffline = ref(false);

export async function registerWorker(): Promise<void> {
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  const registration = await registered();
  opensOffline.value = registration !== null;
  if (registration === null) return;
  noticeWaiting(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed") noticeWaiting(registration.waiting);
    });
  });
}

/** Private windows and some embedded browsers refuse, or answer with nothing. */
async function registered(): Promise<ServiceWorkerRegistration | null> {
  try {
    const registration: ServiceWorkerRegistration | undefined = await navigator.serviceWorker.register("/field/sw.js", { scope: "/field/" });
    return registration ?? null;
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) return null;
    throw error;
  }
}

/** An installed app is opened rarely enough that it has to ask. Without a network the question waits for the next time. */
export async function lookForUpdate(): Promise<void> {
  if (!("serviceWorker" in navigator) || !navigator.onLine) return;
  const registration = await navigator.serviceWorker.getRegistration("/field/");
  try {
    await registration?.update();
  } catch (error) {
    // update() says TypeError when the script could not be fetched.
    if (!(error instanceof TypeError)) throw error;
  }
}

function noticeWaiting(worker: ServiceWorker | null): void {
  // Without a controller this is the first installation, not an update.
  if (worker === null || navigator.serviceWorker.controller === null) return;
  waiting = worker;
  isUpdateReady.value = true;
}

export function applyUpdate(): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => window.location.reload(), { once: true });
  waiting?.postMessage("take over");
}
