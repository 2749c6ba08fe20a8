/** Keeps the app on the tablet: every file of one version, together or not at all. It never touches what is captured. */
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";

declare const self: ServiceWorkerGlobalScope;
declare const __KEPT__: { url: string; revision: string }[];

precacheAndRoute(__KEPT__);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL("index.html")));

// Also for the page that brought it: whoever enrols and leaves the office at once has every screen with him.
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// A new version waits until the page asks for it: nobody is thrown out of a form.
self.addEventListener("message", (event) => {
  if (event.data === "take over") void self.skipWaiting();
});
