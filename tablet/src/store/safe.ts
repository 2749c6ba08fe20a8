/** What stands before the lock: how a tablet is set up, opened, locked and burned. */
import { Followers } from "./follow";
import type { OpenSafe, Safe } from "./ports";
import { Database, type LockRow } from "./schema";
import { Sealer } from "./seal";
import { newKey, TabletKey } from "./signing";
import { SealedStore } from "./store";
import { seconds, Tries } from "./tries";
import { calibrated, deviceKey, randomBytes, stretch, unwrapInner, unwrapOuter, wrap } from "./wrap";

const DATA_KEY = 32;
const PIN = /^[0-9]{6,64}$/;

/** What a safe takes from its surroundings; all of it has a default. */
export interface SafeSetting {
  /** Of the database. */
  readonly name?: string;
  /** Milliseconds, never going back. */
  readonly clock?: () => number;
  /** How many rounds a PIN is stretched by. */
  readonly rounds?: () => Promise<number>;
  /** Bytes of the pieces in which files are kept. */
  readonly piece?: number;
}

/** An open safe, and what it takes to close it. */
interface Opened extends OpenSafe {
  readonly store: SealedStore;
  readonly key: TabletKey;
}

type Right = { readonly row: LockRow; readonly data: Uint8Array<ArrayBuffer> };
type Wrong = { readonly wait: number; readonly failed: number };

export class TabletSafe implements Safe {
  readonly #name: string;
  readonly #clock: () => number;
  readonly #rounds: () => Promise<number>;
  readonly #piece: number | undefined;
  #db: Database;
  #tries: Tries;
  #opened: Opened | null = null;

  constructor({ name = "fieldcheck", clock = () => performance.now(), rounds, piece }: SafeSetting = {}) {
    this.#name = name;
    this.#clock = clock;
    this.#piece = piece;
    this.#rounds = rounds ?? (() => calibrated(clock));
    this.#db = this.#database();
    this.#tries = new Tries(this.#db, clock);
  }

  async state(): Promise<"empty" | "locked" | "open"> {
    if (this.#opened) return "open";
    return (await this.#db.lock.count()) > 0 ? "locked" : "empty";
  }

  /** RangeError for a PIN that is none; an error when there is a tablet here already. */
  async create(pin: string): Promise<OpenSafe> {
    const digits = checked(pin);
    const by = stretch(await this.#rounds());
    const [device, kept, data] = [await deviceKey(), await newKey(), randomBytes(DATA_KEY)];
    const row: LockRow = { id: "lock", ...by, wrapped: await wrap(data, digits, by, device), device, ...kept };
    await this.#db.transaction("rw", [this.#db.lock, this.#db.tries, this.#db.pieces, ...this.#db.rows], async () => {
      await this.#db.lock.add(row);
      // What lies here without a lock was sealed with a key that nobody has any more.
      for (const table of [this.#db.tries, this.#db.pieces, ...this.#db.rows]) await table.clear();
    });
    return this.#open({ row, data });
  }

  async open(pin: string): Promise<OpenSafe | Wrong> {
    const found = await this.#try(pin);
    return "wait" in found ? found : this.#open(found);
  }

  async waiting(): Promise<number> {
    return seconds(await this.#tries.left());
  }

  /** What has begun is kept to its end; nothing begins any more, and the key is forgotten. */
  lock(): void {
    if (this.#opened) this.#leave();
  }

  /** RangeError when the fresh one is none; a wrong old one counts like any other wrong PIN. */
  async changePin(old: string, fresh: string): Promise<boolean> {
    const digits = checked(fresh);
    const found = await this.#try(old);
    if ("wait" in found) return false;
    const { row, data } = found;
    const by = stretch(await this.#rounds());
    const wrapped = await wrap(data, digits, by, row.device);
    data.fill(0);
    return this.#db.transaction("rw", this.#db.lock, async () => {
      const now = await this.#db.lock.get("lock");
      if (!now || !same(now.wrapped, row.wrapped)) return false;
      await this.#db.lock.put({ ...row, ...by, wrapped });
      return true;
    });
  }

  async burn(): Promise<void> {
    this.lock();
    // The key first: whatever else stays, because another window holds the database or the browser takes its time to
    // clean the disk, can be read by nobody.
    const db = this.#db;
    await db.transaction("rw", db.lock, db.tries, async () => {
      await db.lock.clear();
      await db.tries.clear();
    });
    await db.delete();
    if (db === this.#db) this.#leave();
  }

  /** Begins anew with a database that nobody uses yet; the old one ends with what has begun. */
  #leave(): void {
    const [db, opened] = [this.#db, this.#opened];
    this.#opened = null;
    this.#db = this.#database();
    this.#tries = new Tries(this.#db, this.#clock);
    opened?.key.forget();
    if (opened) opened.store.close(() => db.close());
    else db.close();
  }

  #database(): Database {
    const db = new Database(this.#name);
    db.on("versionchange", () => {
      // Another window burns the tablet, or brings newer tables. Nothing must be written here any more, and the
      // database must not come into being again by itself, without its lock.
      if (db === this.#db) this.#leave();
      return false;
    });
    return db;
  }

  async #try(pin: string): Promise<Right | Wrong> {
    const row = await this.#db.lock.get("lock");
    if (!row) throw new Error("no tablet was set up here");
    const inner = await unwrapOuter(row.wrapped, row, row.device);
    const turn = await this.#tries.begin();
    if (turn.wait > 0) return turn;
    const data = await unwrapInner(inner, plain(pin), row);
    if (data === null) return { failed: turn.failed, wait: await this.waiting() };
    await this.#tries.reset();
    return { row, data };
  }

  #open({ row, data }: Right): OpenSafe {
    if (this.#opened) this.lock();
    const sealer = new Sealer(data);
    data.fill(0);
    const store = new SealedStore(this.#db, sealer, new Followers(this.#name), this.#piece);
    this.#opened = { store, key: new TabletKey(row) };
    return this.#opened;
  }
}

/** Digits as an input method may write them (full width) are the same digits. */
function plain(pin: string): string {
  return pin.normalize("NFKC").trim();
}

function checked(pin: string): string {
  const digits = plain(pin);
  if (!PIN.test(digits)) throw new RangeError("a PIN has 6 to 64 digits");
  return digits;
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
