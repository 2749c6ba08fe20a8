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

/** Where the log ends, and what else a header names, as the store says it of one moment before it is signed. */
interface Ground {
  readonly epoch: number;
  readonly end: Captured | null;
  readonly dev: string;
  readonly inspector: string | null;
  readonly anchor: string | null;
  readonly sth: readonly [number, string] | null;
}

/** Where the next entry stands. */
interface Place {
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
  /** What the last entry left: true until something else is written, and compared before the next one is kept. */
  #ground: Ground | null = null;

  constructor(private readonly parts: LogParts) {
    parts.store.follow((touched) => {
      if (touched.has("memory") || touched.has("entries")) this.#ground = null;
    });
  }

  /**
   * Writes one entry. It is kept when this resolves, and for ever.
   *
   * The signature is made before the transaction, which cannot wait for it. The transaction compares: if the log does not
   * end any more where the signature says, a header would name something else now, or `alongside` says no, everything is
   * made anew from what the store says then.
   */
  write(prepare: () => Promise<Prepared>): Promise<Captured> {
    return this.#write(prepare, (epoch, end) => ({ ep: epoch, before: end }));
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
    return this.#write(prepare, (epoch) => ({ ep: epoch + 1, before: null }));
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
        const ground = this.#ground ?? (await this.#read());
        const here = place(ground.epoch, ground.end);
        // Asked for after the end of the log was read: whatever it reads is not older than that.
        const { draft, alongside } = await prepare();
        const entry = await this.#signed(draft, here, ground);
        if (await this.#kept(entry, ground, alongside)) {
          if (here.ep === ground.epoch) this.#ground = { ...ground, end: entry };
          return entry;
        }
        this.#ground = null;
      }
      throw new LogBusyError();
    });
  }

  #read(): Promise<Ground> {
    const { store } = this.parts;
    return store.moment(async () => {
      const told = await this.#told();
      return { ...told, end: await store.newest(told.epoch) };
    });
  }

  /** Inside of a step, or of a moment. */
  async #told(): Promise<Omit<Ground, "end">> {
    const { store, witness } = this.parts;
    const [epoch, dev, inspector, anchor, sth] = await Promise.all([
      epochOf(store),
      known(store, NAMES.device),
      store.recall(NAMES.inspector),
      store.recall(NAMES.anchor),
      witness.newest(),
    ]);
    return { epoch, dev, inspector, anchor, sth };
  }

  async #kept(entry: Captured, ground: Ground, alongside: Prepared["alongside"]): Promise<boolean> {
    const { store } = this.parts;
    let again = false;
    try {
      await store.step(async () => {
        // An erased device writes nothing any more, whatever was begun before.
        const [told, wiped, end] = await Promise.all([
          this.#told(),
          store.recall(NAMES.wiped),
          store.newest(ground.epoch),
        ]);
        if (wiped !== null) throw new NotEnrolledError(NAMES.device);
        again = !isSame({ ...told, end }, ground) || (alongside !== undefined && !(await alongside()));
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

  async #signed(draft: Draft, { ep, before }: Place, ground: Ground): Promise<Captured> {
    const { key, world } = this.parts;
    const ins = draft.inspector ?? ground.inspector;
    if (ins === null) throw new NotEnrolledError(NAMES.inspector);
    const { body, bytes } = this.#body(draft);
    const now = world.time();
    const header: EntryHeader = {
      ...{ v: ENVELOPE_VERSION, id: newId(world), dev: ground.dev },
      ...{ ep, seq: before ? before.seq + 1 : 1, prev: before?.hash ?? null },
      ...{ ins, visit: draft.visit ?? null },
      ...{ tasks: draft.tasks ?? [], type: draft.type, over: draft.over ?? [] },
      ...{ asg: draft.asg ?? null, ck: draft.ck ?? null },
      ...{ wall: now.wall, mono: now.mono, boot: now.boot },
      ...{ anchor: ground.anchor, sth: ground.sth },
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

function isSame(one: Ground, other: Ground): boolean {
  return printed(one) === printed(other);
}

function printed({ end, ...rest }: Ground): string {
  return JSON.stringify([rest.epoch, rest.dev, rest.inspector, rest.anchor, rest.sth, end?.hash ?? null]);
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
