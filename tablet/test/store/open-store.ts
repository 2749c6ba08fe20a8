/** Stores for tests: a database of its own each, and a PIN that is stretched by as few rounds as tests can bear. */
import type { LocalStore } from "../../src/store/ports";
import { TabletSafe, type SafeSetting } from "../../src/store/safe";

export const PIN = "314159";
/** Small pieces, so that files of many pieces are small. */
export const PIECE = 64;
const ROUNDS = 1000;
let made = 0;

export function freshName(): string {
  made += 1;
  return `test-${String(made)}-${crypto.randomUUID()}`;
}

/** A safe that opens fast. */
export function quickSafe(setting: SafeSetting = {}): TabletSafe {
  return new TabletSafe({ rounds: () => Promise.resolve(ROUNDS), piece: PIECE, ...setting });
}

/** A new tablet under `PIN`. */
export async function freshStore(name = freshName()): Promise<{ name: string; safe: TabletSafe; store: LocalStore }> {
  const safe = quickSafe({ name });
  const { store } = await safe.create(PIN);
  return { name, safe, store };
}

/** The same tablet in another window, or after a restart. */
export async function openAgain(name: string, pin = PIN): Promise<{ safe: TabletSafe; store: LocalStore }> {
  const safe = quickSafe({ name });
  const opened = await safe.open(pin);
  if ("wait" in opened) throw new Error("it did not open");
  return { safe, store: opened.store };
}

/** For tests that fail at every write in turn: many databases, on machines that have other things to do. */
export const PATIENT = { timeout: 60_000 };
