/** The own log: dense, chained, signed, and never shorter than what was written (docs/native-app.md §5). */
import { ENVELOPE_VERSION, type EntryHeader, type LogClaim } from "@contract";
import type { Captured, LocalStore, SigningKey } from "../store/ports";
import { checkBody } from "../wire/bodies";
import { b64url, utf8 } from "../wire/bytes";
import { bodyDigest, entryHash, signedBytes } from "../wire/digests";
import { headerText, lineText, RefusedLineError } from "../wire/envelope";
import { WrongShapeError } from "../wire/shape";
import { MalformedJsonError, parseStrictObject, printable } from "../wire/strict";
import { epochOf, known, NAMES } from "./memory";
import { newId } from "./surroundings";
import {
  LogBusyError,
  NotEnrolledError,
  WrongEntryError,
  type Draft,
  type Prepared,
  type Surroundings,
  type Turn,
} from "./types";
import type { Witness } from "./witness";

const SALT_BYTES = 16;
/** Tries to write one entry: more are needed only where many windows write and the browser has no locks. */
const MOST_TRIES = 20;

/** Where the next entry stands, as the log says before it is signed. */
interface Place {
  /** The incarnation that the store says. */
  readonly epoch: number;
  /** The end of that incarnation. */
  readonly end: Captured | null;
  /** The incarnation that the entry is written into, and what it follows on. */
  readonly ep: number;
  readonly before: Captured | null;
}

/** What a log is written with. */
export interface LogParts {
  readonly store: LocalStore;
  readonly key: SigningKey;
  readonly world: Surroundings;
  readonly turn: Turn;
  readonly witness: Witness;
}

export class OwnLog {
  constructor(private readonly parts: LogParts) {}

  /**
   * Writes one entry. It is kept when this resolves, and for ever.
   *
   * The signature is made before the transaction, which cannot wait for it. The transaction compares: if the log does not
   * end any more where the signature says, or `alongside` says no, everything is made anew from what the store says then.
   */
  write(prepare: () => Promise<Prepared>): Promise<Captured> {
    return this.#write(prepare, (epoch, end) => ({ epoch, end, ep: epoch, before: end }));
  }

  /** Begins a new incarnation: after the own tail was lost, or two entries claimed one number. */
  startEpoch(reason: string): Promise<Captured> {
    const prepare = async (): Promise<Prepared> => {
      const epoch = await epochOf(this.parts.store);
      const end = await this.parts.store.newest(epoch);
      const last = end && { dev: await known(this.parts.store, NAMES.device), ...placed(end) };
      const alongside = async (): Promise<boolean> => {
        await this.parts.store.remember(NAMES.epoch, String(epoch + 1));
        return true;
      };
      return { draft: { type: "log.epoch", body: last ? { reason, last } : { reason } }, alongside };
    };
    return this.#write(prepare, (epoch, end) => ({ epoch, end, ep: epoch + 1, before: null }));
  }

  /** The newest entry of every incarnation. */
  async heads(): Promise<LogClaim[]> {
    const { store } = this.parts;
    const dev = await known(store, NAMES.device);
    const newest = await Promise.all((await store.epochs()).map((ep) => store.newest(ep)));
    return newest.filter((entry) => entry !== null).map((entry) => ({ dev, ...placed(entry) }));
  }

  async #write(
    prepare: () => Promise<Prepared>,
    place: (epoch: number, end: Captured | null) => Place,
  ): Promise<Captured> {
    return this.parts.turn(async () => {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const epoch = await epochOf(this.parts.store);
        const here = place(epoch, await this.parts.store.newest(epoch));
        // Asked for after the end of the log was read: whatever it reads is not older than that.
        const { draft, alongside } = await prepare();
        const entry = await this.#signed(draft, here);
        if (await this.#kept(entry, here, alongside)) return entry;
      }
      throw new LogBusyError();
    });
  }

  async #kept(entry: Captured, here: Place, alongside: Prepared["alongside"]): Promise<boolean> {
    const { store } = this.parts;
    let again = false;
    try {
      await store.step(async () => {
        // An erased device writes nothing any more, whatever was begun before.
        const [device, wiped] = [await store.recall(NAMES.device), await store.recall(NAMES.wiped)];
        if (device === null || wiped !== null) throw new NotEnrolledError(NAMES.device);
        const moved =
          (await epochOf(store)) !== here.epoch || (await store.newest(here.epoch))?.hash !== here.end?.hash;
        again = moved || (alongside !== undefined && !(await alongside()));
        if (again) throw new LogBusyError();
        const { hash, ep, seq, visit, type, line } = entry;
        await store.append({ hash, ep, seq, visit, type, line });
      });
      return true;
    } catch (error) {
      if (again) return false;
      throw error;
    }
  }

  async #signed(draft: Draft, { ep, before }: Place): Promise<Captured> {
    const { store, key, world, witness } = this.parts;
    const { body, bytes } = this.#body(draft);
    const now = world.time();
    const header: EntryHeader = {
      ...{ v: ENVELOPE_VERSION, id: newId(world), dev: await known(store, NAMES.device) },
      ...{ ep, seq: before ? before.seq + 1 : 1, prev: before?.hash ?? null },
      ...{ ins: draft.inspector ?? (await known(store, NAMES.inspector)), visit: draft.visit ?? null },
      ...{ tasks: draft.tasks ?? [], type: draft.type, over: draft.over ?? [] },
      ...{ asg: draft.asg ?? null, ck: draft.ck ?? null },
      ...{ wall: now.wall, mono: now.mono, boot: now.boot },
      ...{ anchor: await store.recall(NAMES.anchor), sth: await witness.newest() },
      ...{ body: bodyDigest(bytes), blen: bytes.length },
    };
    const p = wrong(() => headerText(header));
    const signature = b64url(await key.sign(signedBytes(p)));
    return {
      ...{ hash: entryHash(p), ep, seq: header.seq, visit: header.visit ?? null, type: draft.type },
      ...{ line: lineText(p, body, key.kid, signature), custody: "own", verdict: null, reasons: [] },
    };
  }

  /** The text of a body with a new salt, checked as it will be read. */
  #body(draft: Draft): { body: string; bytes: Uint8Array } {
    const salted = { salt: b64url(this.parts.world.entropy(SALT_BYTES)), ...draft.body };
    const body = JSON.stringify(salted);
    return wrong(() => {
      checkBody(draft.type, printable(parseStrictObject(body)));
      return { body, bytes: utf8(body) };
    });
  }
}

/** Where an entry stands, as claims and heads name it. */
export function placed(entry: Captured): { ep: number; seq: number; hash: string } {
  return { ep: entry.ep, seq: entry.seq, hash: entry.hash };
}

function wrong<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof WrongShapeError) throw new WrongEntryError(error.at, { cause: error });
    if (error instanceof RefusedLineError || error instanceof MalformedJsonError) {
      throw new WrongEntryError(error.message, { cause: error });
    }
    throw error;
  }
}
