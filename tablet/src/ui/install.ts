/** Putting the app on the tablet's home screen, and asking the browser to keep what it holds. */
import { writable, type Readable } from "svelte/store";

/** What Chromium offers; it is in no standard yet. */
interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

/** `offered`: the browser can do it; `by_hand`: the person must (Safari); `done`: it runs as an app. */
export type Installing = "unknown" | "offered" | "by_hand" | "done";

const stand = writable<Installing>("unknown");
let offer: InstallPrompt | null = null;

/** Whether the app can be put on the home screen. */
export const installing: Readable<Installing> = { subscribe: stand.subscribe };

/** Listens from the very beginning: the browser offers it once, early. */
export function watchInstall(): void {
  const apart = matchMedia("(display-mode: standalone)").matches;
  // Safari's own word, in no standard: true on the home screen, false in the browser, nothing elsewhere.
  const apple = (navigator as { standalone?: boolean }).standalone;
  if (apart || apple === true) stand.set("done");
  else if (apple === false) stand.set("by_hand");
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer = event as InstallPrompt;
    stand.set("offered");
  });
  addEventListener("appinstalled", () => stand.set("done"));
}

/** Shows the browser's question. */
export async function install(): Promise<void> {
  const now = offer;
  offer = null;
  stand.set("unknown");
  await now?.prompt();
}

/** Asks that what is kept here is never thrown away to make room; whether the browser agreed, null where it has no word. */
export async function askToKeep(): Promise<boolean | null> {
  const storage = (navigator as { storage?: StorageManager }).storage;
  if (!storage || !("persist" in storage)) return null;
  try {
    return (await storage.persisted()) || (await storage.persist());
  } catch {
    return null;
  }
}
