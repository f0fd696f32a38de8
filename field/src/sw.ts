/// <reference lib="webworker" />
/**
 * The service worker: keeps the shell and its files, shows notices. It answers GET of the shell and its files only;
 * the API and everything that writes go to the network untouched.
 */
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";
import { t } from "./words/t";

declare const self: ServiceWorkerGlobalScope;

const SHELL = "/field/";

precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL(SHELL), { allowlist: [/^\/field\//], denylist: [/^\/field\/api\//] }));

/** A new version takes over only when the app says that nothing waits. */
self.addEventListener("message", (event) => {
  if (event.data === "take over") void self.skipWaiting();
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

interface Notice {
  title?: string;
  body?: string;
  url?: string;
}

self.addEventListener("push", (event) => {
  const notice = read(event.data);
  event.waitUntil(
    self.registration.showNotification(notice.title ?? t("push.title"), {
      body: notice.body ?? t("push.body"),
      icon: "/static/field/app/icon-192.png",
      tag: notice.url ?? SHELL,
      data: { url: safe(notice.url) },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show((event.notification.data as { url: string }).url));
});

/** A notice that is no JSON is still a notice: its text is shown. */
function read(data: PushMessageData | null): Notice {
  if (data === null) return {};
  const text = data.text();
  return text.startsWith("{") ? (JSON.parse(text) as Notice) : { body: text };
}

/** A notice opens this app only. */
function safe(url: string | undefined): string {
  return url?.startsWith(SHELL) ? url : `${SHELL}today`;
}

async function show(url: string): Promise<void> {
  const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const ours = open.find((client) => new URL(client.url).pathname.startsWith(SHELL));
  if (ours === undefined) {
    await self.clients.openWindow(url);
    return;
  }
  // The page opens the task even where the browser does not let us bring it to the front.
  ours.postMessage({ open: url });
  await ours.focus();
}
