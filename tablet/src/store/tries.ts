/**
 * Wrong PINs make the next try wait: five are free, then 30 s, doubled each time, 1 h at most. No try deletes anything.
 *
 * A try is counted before it is made, so that killing the app gives none for nothing. What is left of a wait is kept as
 * a length, not as a time of day, and gets shorter only while the app is open, by a clock that nobody can set: after a
 * restart it goes on where it was last written down. Closing the app, or changing the tablet's clock, shortens nothing.
 */
import type { Database, TriesRow } from "./schema";

const FREE = 5;
const FIRST_MS = 30_000;
const LONGEST_MS = 3_600_000;
/** A shorter step of a wait is not written down. */
const STEP_MS = 1000;
/** How much of a wait a kill of the app may cost, at most. */
const TICK_MS = 10_000;

/** What a try found: it may be made, or it must wait (seconds). */
export type Turn = { readonly failed: number; readonly wait: number };

export class Tries {
  readonly #db: Database;
  readonly #clock: () => number;
  /** What this window read last, and when by its own clock: the wait is never shorter than since then. */
  #seen: { failed: number; left: number; at: number } | null = null;
  #ticking: ReturnType<typeof setTimeout> | null = null;

  /** `clock`: milliseconds, never going back. */
  constructor(db: Database, clock: () => number) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Milliseconds until a try is possible. Written down as it goes, so that a restart goes on here. */
  async left(): Promise<number> {
    return this.#db.transaction("rw", this.#db.tries, async () => {
      const row = await this.#row();
      const left = this.#leftOf(row);
      if (row.left > 0 && (left === 0 || row.left - left >= STEP_MS)) await this.#put({ ...row, left });
      this.#tick(left);
      return left;
    });
  }

  /** Counts a try that is about to be made as if it had failed, unless it has to wait; seconds to wait if so. */
  async begin(): Promise<Turn> {
    return this.#db.transaction("rw", this.#db.tries, async () => {
      const row = await this.#row();
      const left = this.#leftOf(row);
      if (left > 0) return { failed: row.failed, wait: seconds(left) };
      const failed = row.failed + 1;
      await this.#put({ id: "tries", failed, left: waitAfter(failed) });
      return { failed, wait: 0 };
    });
  }

  /** The PIN was right. */
  async reset(): Promise<void> {
    await this.#db.tries.delete("tries");
    this.#seen = null;
  }

  /** Writes down what is left every now and then, for as long as there is something left. */
  #tick(left: number): void {
    if (this.#ticking !== null || left === 0) return;
    this.#ticking = setTimeout(() => {
      this.#ticking = null;
      // A database that was closed meanwhile: whoever opens it goes on.
      void this.left().catch(() => undefined);
    }, TICK_MS);
  }

  async #row(): Promise<TriesRow> {
    return (await this.#db.tries.get("tries")) ?? { id: "tries", failed: 0, left: 0 };
  }

  async #put(row: TriesRow): Promise<void> {
    await this.#db.tries.put(row);
    this.#seen = { failed: row.failed, left: row.left, at: this.#clock() };
  }

  /** Windows that count at the same time do not add up: each takes off only what passed since it read. */
  #leftOf({ failed, left }: TriesRow): number {
    const now = this.#clock();
    if (this.#seen?.failed !== failed) this.#seen = { failed, left, at: now };
    const passed = Math.max(0, now - this.#seen.at);
    return Math.max(0, Math.min(left, this.#seen.left - passed));
  }
}

/** Milliseconds to wait after so many wrong PINs. */
export function waitAfter(failed: number): number {
  return failed < FREE ? 0 : Math.min(LONGEST_MS, FIRST_MS * 2 ** (failed - FREE));
}

/** Rounded up: at its end a try is possible. */
export function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
