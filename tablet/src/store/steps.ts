/** Transactions: all or nothing, durable when they resolve, and told to those who follow. */
import Dexie, { type Table, type Transaction } from "dexie";
import { Locked, named } from "./errors";
import { PARTS, type Followers } from "./follow";
import type { Touched } from "./ports";
import type { Database, TallyRow } from "./schema";

/** A step that has begun. */
interface Open {
  readonly touched: Set<Touched>;
  /** Work for after the commit: what it leaves undone is done at the next open. */
  readonly after: (() => Promise<void>)[];
  /** By how much the numbers of entries change, by custody, and what they were. */
  readonly tally: Map<number, { more: number; readonly before: PromiseLike<TallyRow | undefined> }>;
  /** A part of it failed: then the whole fails, even if somebody caught that. */
  failed: { readonly error: unknown } | null;
}

export class Steps {
  readonly #db: Database;
  readonly #followers: Followers;
  readonly #open = new WeakMap<Transaction, Open>();
  #running = 0;
  #ending: (() => void) | null = null;

  constructor(db: Database, followers: Followers) {
    this.#db = db;
    this.#followers = followers;
  }

  /** One transaction over all rows; a step inside of a step is part of it. */
  async step<T>(work: () => Promise<T>): Promise<T> {
    const outer = this.#inside();
    if (outer) return joined(outer, work);
    return this.during(() => this.commit(work));
  }

  /** A step that touches one part. */
  write<T>(part: Touched, change: () => Promise<T>): Promise<T> {
    return this.step(async () => {
      const result = await change();
      this.touch(part);
      return result;
    });
  }

  /** Reads of one moment; as part of the step if there is one. */
  async read<T>(tables: readonly Table[], found: () => Promise<T>): Promise<T> {
    if (Dexie.currentTransaction?.db === this.#db) return found();
    return this.during(() => this.#db.transaction("r", [...tables], found));
  }

  /** Many reads of one moment. */
  moment<T>(found: () => Promise<T>): Promise<T> {
    return this.read(this.#db.rows, found);
  }

  /** The step is going to touch this. */
  touch(...parts: readonly Touched[]): void {
    const open = this.#inside();
    for (const part of parts) open?.touched.add(part);
  }

  /** So many entries more in this custody; written down once, at the end of the step. */
  tally(custody: number, more: number): void {
    const tally = this.#inside()?.tally;
    const begun = tally?.get(custody);
    if (begun) begun.more += more;
    // Asked for at once, so that the end of the step need not wait for it.
    else tally?.set(custody, { more, before: this.#db.tallies.get(custody) });
  }

  /** How many entries are in this custody, with what the step changed so far. For the inside of a read. */
  async tallyOf(custody: number): Promise<number> {
    const row = await this.#db.tallies.get(custody);
    return (row?.entries ?? 0) + (this.#inside()?.tally.get(custody)?.more ?? 0);
  }

  /** No entries at all any more. For the inside of a step. */
  async noTally(): Promise<void> {
    this.#inside()?.tally.clear();
    await this.#db.tallies.clear();
  }

  /** Does this when the step has been kept. */
  afterwards(work: () => Promise<void>): void {
    this.#inside()?.after.push(work);
  }

  /** Bytes of files take too long for a transaction: an error of the caller. */
  outside(): void {
    if (this.#inside()) throw new Error("bytes of files are not for the inside of a step");
  }

  /** Something that `end` lets finish, however many transactions it needs. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#ending) throw new Locked();
    this.#running += 1;
    try {
      return await work();
    } catch (error) {
      throw named(error);
    } finally {
      this.#running -= 1;
      this.#ended();
    }
  }

  /** The outermost step itself; only `step`, and what runs `during`, calls it. */
  async commit<T>(work: () => Promise<T>): Promise<T> {
    const open: Open = { touched: new Set(), after: [], tally: new Map(), failed: null };
    try {
      const result = await this.#db.transaction("rw", this.#db.rows, async (transaction) => {
        this.#open.set(transaction, open);
        const done = await work();
        if (open.failed) throw open.failed.error;
        await this.#tallied(open.tally);
        return done;
      });
      this.#followers.tell(open.touched);
      for (const more of open.after) await more().catch(() => undefined);
      return result;
    } catch (error) {
      // Somebody waited for something else inside: the browser has kept what was written before that.
      if (error instanceof Dexie.PrematureCommitError) this.#followers.tell(new Set(PARTS));
      throw error;
    }
  }

  /** No more steps; `then`, once those that have begun are over. */
  end(then: () => void): void {
    if (this.#ending) return;
    this.#ending = then;
    this.#ended();
  }

  async #tallied(tally: Open["tally"]): Promise<void> {
    for (const [custody, { more, before }] of tally) {
      const row = await before;
      if (more === 0) continue;
      await this.#db.tallies.put({ custody, entries: (row?.entries ?? 0) + more });
    }
  }

  #ended(): void {
    if (this.#running > 0 || !this.#ending) return;
    const then = this.#ending;
    // Stays set, to nothing: nothing begins any more.
    this.#ending = () => undefined;
    then();
  }

  #inside(): Open | undefined {
    const current: Transaction | null = Dexie.currentTransaction;
    return current ? this.#open.get(current) : undefined;
  }
}

async function joined<T>(outer: Open, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    outer.failed ??= { error };
    throw error;
  }
}
