/** From when on the clock and the storage are worth a word. */
import type { SyncState } from "../../app/tablet";

/** A clock that is off by less does not mislead anybody about a time. Milliseconds. */
const CLOCK_OFF = 2 * 60_000;
/** Room for about a day of photos. Bytes. */
const ROOM = 300_000_000;

/** How far the clock is off and which way; null when it is right or nobody knows. */
export function clockWarning(off: number | null): { readonly seconds: number; readonly fast: boolean } | null {
  if (off === null || Math.abs(off) < CLOCK_OFF) return null;
  return { seconds: Math.round(Math.abs(off) / 1000), fast: off > 0 };
}

/** Bytes left, when that is little; else null. */
export function freeBytes(storage: SyncState["storage"]): number | null {
  if (storage === null || storage.quota <= 0) return null;
  const free = Math.max(0, storage.quota - storage.used);
  return free < ROOM ? free : null;
}
