/** What a device holds that nobody else has, and how it erases itself without losing count of what goes with it (§13). */
import type { EntryHeader, EntryLine, Holding, WipedRequest, WipedStatement, WipeOrder } from "@contract";
import type { LocalStore, SigningKey } from "../store/ports";
import { b64url } from "../wire/bytes";
import { purposeMessage } from "../wire/keys";
import { known, NAMES, recalled } from "./memory";
import { StillNeededError } from "./types";

/** What is needed to say that everything else is gone; it goes when that was heard. */
const KEPT = [NAMES.device, NAMES.inspector, NAMES.token, NAMES.serverKeys, NAMES.history, NAMES.wiped];

/** What would be lost with this device now. `app`: name and version, for people. */
export async function holding(store: LocalStore, app: string | null): Promise<Holding> {
  const alone = [...(await store.entries("own")), ...(await store.entries("refused"))];
  const files = await store.files({ incomplete: true });
  const walls = alone.map((entry) => wallOf(entry.line));
  return {
    entries: alone.length,
    files: files.length,
    bytes: files.reduce((bytes, file) => bytes + file.length, 0),
    oldest_wall: walls.length ? walls.reduce((oldest, wall) => Math.min(oldest, wall)) : null,
    app,
  };
}

/**
 * Erases everything but what is needed to acknowledge it, in one step: afterwards the statement is all there is.
 * StillNeededError, and nothing is erased, when something is here alone that the order does not give up.
 */
export async function erase(store: LocalStore, key: SigningKey, order: WipeOrder): Promise<void> {
  const held = await holding(store, null);
  if ((held.entries || held.files) && !order.also_unsent) throw new StillNeededError();
  const device = await known(store, NAMES.device);
  const statement: WipedStatement = {
    ...{ v: 1, device, order: order.order },
    ...{ lost_entries: held.entries, lost_files: held.files },
  };
  const p = JSON.stringify(statement);
  const s = b64url(await key.sign(purposeMessage("insp/wiped/v1", p)));
  const request: WipedRequest = { p, k: key.kid, a: "ES256", s };
  await store.step(async () => {
    await store.remember(NAMES.wiped, JSON.stringify(request));
    await store.erase(KEPT);
  });
}

/** What a device that erased itself still has to say; null when it did not, or was heard. */
export function acknowledgement(store: LocalStore): Promise<WipedRequest | null> {
  return recalled<WipedRequest>(store, NAMES.wiped);
}

/** The server heard it: nothing is remembered any more. The key goes with `Safe.burn`. */
export function forgetAll(store: LocalStore): Promise<void> {
  return store.step(() => store.erase([]));
}

function wallOf(line: string): number {
  return (JSON.parse((JSON.parse(line) as EntryLine).p) as EntryHeader).wall;
}
