/** What went wrong when something was to be kept, as people are told. */
import { NotKept } from "../../../app/tablet";
import type { SyncState } from "../../../app/tablet";

export interface Trouble {
  /** Of the catalogue. */
  readonly key: string;
  /** There is no room: it is said what to do about it. */
  readonly full: boolean;
}

/** So many bytes must be free, or the next photos do not fit. */
const ROOM = 64_000_000;
/** From this share on it is said before anything fails. */
const NEARLY = 0.9;

/** The trouble of a failed verb. `storage`: as the tablet last measured it. */
export function troubleOf(error: unknown, storage: SyncState["storage"]): Trouble {
  const key = error instanceof NotKept ? error.key : "evidence.failed_title";
  return { key, full: /full|room|quota|storage/.test(key) || (storage !== null && left(storage) < ROOM) };
}

/** How full the tablet is in percent, once that is worth saying; else null. */
export function nearlyFull(storage: SyncState["storage"]): number | null {
  if (!storage || storage.quota <= 0) return null;
  const share = storage.used / storage.quota;
  return share >= NEARLY || left(storage) < ROOM ? Math.min(100, Math.round(share * 100)) : null;
}

function left(storage: { readonly used: number; readonly quota: number }): number {
  return storage.quota - storage.used;
}
