/** Which keys of the server a device trusts, what they signed, and the newest time anchor among it. */
import type { KeysAnswer, Purpose, ServerJwk, SignedText, TimeAnchor } from "@contract";
import type { LocalStore } from "../store/ports";
import { readAnchor, readKeyStatement } from "../wire/answers";
import { serverSigned, thumbprint } from "../wire/keys";
import { WrongShapeError } from "../wire/shape";
import { MalformedJsonError, parseStrict } from "../wire/strict";
import { known, NAMES, recalled } from "./memory";
import { UntrustedAnswerError, type DeviceTime } from "./types";

/** An anchor and what the tablet's clocks said when it came. */
interface AnchorRead extends DeviceTime {
  /** The server's instant, ms since 1970. */
  readonly time: number;
}

/** The keys whose signatures this device believes. */
export async function serverKeys(store: LocalStore): Promise<ServerJwk[]> {
  return JSON.parse(await known(store, NAMES.serverKeys)) as ServerJwk[];
}

/** The text of a signed answer; UntrustedAnswerError unless a trusted key signed it for this purpose. */
export async function trusted(store: LocalStore, purpose: Purpose, signed: SignedText): Promise<string> {
  if (!(await serverSigned(await serverKeys(store), purpose, signed))) throw new UntrustedAnswerError(purpose);
  return signed.p;
}

/** The value of a signed text of the server, checked; UntrustedAnswerError. */
export async function believed<T>(
  store: LocalStore,
  purpose: Purpose,
  signed: SignedText,
  read: (value: unknown) => T,
): Promise<T> {
  const text = await trusted(store, purpose, signed);
  try {
    return read(parseStrict(text));
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    throw new UntrustedAnswerError(purpose, { cause: error });
  }
}

/**
 * Trusts the keys to which a chain of statements leads from those that are trusted; whether there were new ones. A
 * statement by anybody else, or one that is none, leads nowhere.
 */
export async function learnKeys(store: LocalStore, answer: KeysAnswer): Promise<boolean> {
  const before = await serverKeys(store);
  const keys = [...before];
  for (const statement of answer.statements) {
    if (!(await serverSigned(keys, "insp/key/v1", statement))) continue;
    const next = nextKey(statement);
    if (next && next.kid === thumbprint(next) && !keys.some((key) => key.kid === next.kid)) keys.push(next);
  }
  await store.remember(NAMES.serverKeys, JSON.stringify(keys));
  return keys.length > before.length;
}

/** The anchor of a signed text; UntrustedAnswerError. */
export function anchorOf(store: LocalStore, signed: SignedText): Promise<TimeAnchor> {
  return believed(store, "insp/anchor/v1", signed, readAnchor);
}

/** Holds a new anchor, that every entry names from now on; inside or outside of a step. */
export function holdAnchor(store: LocalStore, anchor: TimeAnchor, now: DeviceTime): Promise<void> {
  return store.step(async () => {
    const read: AnchorRead = { ...now, time: Date.parse(anchor.time) };
    await store.remember(NAMES.anchor, anchor.id);
    await store.remember(NAMES.anchorRead, JSON.stringify(read));
    if (anchor.history !== (await store.recall(NAMES.history))) await store.remember(NAMES.restored, anchor.history);
  });
}

/** The newest proven instant of the server, ms since 1970; null before the first anchor. */
export async function provenTime(store: LocalStore): Promise<number | null> {
  return (await recalled<AnchorRead>(store, NAMES.anchorRead))?.time ?? null;
}

/**
 * By how many milliseconds the tablet's wall clock is ahead of the server's, negative when it is behind; null when that
 * is not known. Within one life of the clock it is measured; afterwards only a wall clock that lies before what is
 * proven is known to be wrong, by that much at least. For a warning: nothing is decided by it.
 */
export async function clockOff(store: LocalStore, now: DeviceTime): Promise<number | null> {
  const read = await recalled<AnchorRead>(store, NAMES.anchorRead);
  if (read === null) return null;
  if (read.boot === now.boot) return now.wall - (read.time + now.mono - read.mono);
  return now.wall < read.time ? now.wall - read.time : null;
}

function nextKey(statement: SignedText): ServerJwk | null {
  try {
    return readKeyStatement(parseStrict(statement.p)).next;
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return null;
  }
}

function isUnreadable(error: unknown): boolean {
  return error instanceof MalformedJsonError || error instanceof WrongShapeError;
}
