/** New versions of the app: kept beside the old one until the person, or an idle moment, lets them in. */
import { writable, type Readable } from "svelte/store";

/** `waiting`: a new version lies ready; `taken`: it stands behind this page already, which is still the old one. */
export type Version = "current" | "waiting" | "taken";

const stand = writable<Version>("current");
let ready: ServiceWorker | null = null;
let asked = false;

/** Which version is shown, and whether there is a newer one. */
export const version: Readable<Version> = { subscribe: stand.subscribe };

/** Registers the service worker and watches for new versions. Where there is none the app works as long as it is open. */
export async function keepApp(address: string): Promise<void> {
  const workers = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker;
  if (!workers) return;
  const first = workers.controller === null;
  workers.addEventListener("controllerchange", () => {
    if (asked) location.reload();
    else if (!first) stand.set("taken");
  });
  const registration = await workers.register(address);
  watch(registration, workers);
  // A tablet may stay open for days: ask again when somebody takes it up.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && navigator.onLine) registration.update().catch(() => undefined);
  });
}

function watch(registration: ServiceWorkerRegistration, workers: ServiceWorkerContainer): void {
  const look = () => {
    if (!registration.waiting || !workers.controller) return;
    ready = registration.waiting;
    stand.set("waiting");
  };
  look();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", look);
  });
}

/** Lets the new version in and starts the page anew. What was typed is kept as a draft, what was recorded is kept. */
export function takeOver(): void {
  asked = true;
  if (ready) ready.postMessage("take over");
  else location.reload();
}
