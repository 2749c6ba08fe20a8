/** What a device takes from the browser: clocks, randomness, and one turn at a time over all windows. */
import { b64url, hex, type Bytes } from "../wire/bytes";
import type { Surroundings, Turn } from "./types";

/** The name of the Web Lock that keeps two windows from writing at once. */
export const LOG_LOCK = "fieldcheck-log";

const ID_NOISE = 10;
const BOOT_NOISE = 9;

/**
 * The browser's own. Each start of the app is a life of the clock of its own: `performance.now()` begins anew, and says
 * nothing of how long the app was gone. While the tablet sleeps it may stand still; the server reads it as "at least".
 */
export function browserSurroundings(): Surroundings {
  const started = Math.floor(performance.timeOrigin).toString(36);
  const boot = `${started}-${b64url(crypto.getRandomValues(new Uint8Array(BOOT_NOISE)))}`;
  return {
    time: () => ({ wall: Date.now(), mono: Math.max(0, Math.floor(performance.now())), boot }),
    entropy: (length) => crypto.getRandomValues(new Uint8Array(length)),
  };
}

/** A UUIDv7 by the device's own clock (RFC 9562); nobody may sort or judge by it. */
export function newId(world: Surroundings): string {
  const id: Bytes = new Uint8Array(16);
  id.set(world.entropy(ID_NOISE), 6);
  let ms = Math.max(0, world.time().wall) % 2 ** 48;
  for (let at = 5; at >= 0; at -= 1) {
    id[at] = ms % 256;
    ms = Math.floor(ms / 256);
  }
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x70;
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80;
  return hex(id).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * One piece of work after another: in all windows by a Web Lock, in this one alone where the browser has none. The log
 * is safe without it, too, for the transaction compares its end; the turn saves signatures that would be thrown away.
 */
export function logTurn(): Turn {
  if (typeof navigator !== "undefined" && "locks" in navigator) {
    return (work) => navigator.locks.request(LOG_LOCK, work);
  }
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
