/** When to do something again: soon when there is news, now and then when there is none, later and later after trouble. */
import { ProblemError, StoppedError } from "./problem";

/** Time as this room sees it; handed in, so that tests do not wait. */
export interface Timers {
  /** Milliseconds of a clock that never goes back. */
  mono(): number;
  /** Calls once, later; what it returns calls it off. */
  after(ms: number, then: () => void): () => void;
  /** 0 (included) to 1. */
  random(): number;
}

/** Why work ended early, and when (by `mono`) it is tried again. */
export interface Setback {
  readonly error: unknown;
  readonly retryAt: number;
}

export interface LaneParts {
  readonly timers: Timers;
  /** Done in one go; what it throws is a setback. */
  readonly work: () => Promise<void>;
  /** How often without any news, ms. */
  readonly every: number;
  /** Told after each go; null when it went well. */
  readonly told: (setback: Setback | null) => void;
}

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 300_000;

/** One kind of work, never twice at a time. */
export class Lane {
  readonly #parts: LaneParts;
  #failures = 0;
  #running: Promise<void> | null = null;
  #again = false;
  #stopped = false;
  /** Not before this. */
  #held = 0;
  /** Not before this, whoever asks: the server said so. */
  #asked = 0;
  #due = Infinity;
  #callOff: () => void = () => undefined;

  constructor(parts: LaneParts) {
    this.#parts = parts;
  }

  get running(): boolean {
    return this.#running !== null;
  }

  /** There is news: go in so many ms at the latest, but not within a pause after trouble. */
  want(ms = 0): void {
    if (this.#running) this.#again = true;
    else this.#plan(Math.max(this.#parts.timers.mono() + ms, this.#held, this.#asked));
  }

  /** The network is back, or a person asks: the pause after trouble is over, unless the server asked for it. */
  hurry(): void {
    this.#failures = 0;
    this.#held = 0;
    this.want();
  }

  /** Goes now, or as soon as the server allows; resolves when that go (or the one after a running one) ended. */
  async now(): Promise<void> {
    await this.#running;
    this.hurry();
    if (this.#asked > this.#parts.timers.mono()) return;
    await this.#go();
  }

  /** No more; resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#callOff();
    await this.#running;
  }

  #plan(at: number): void {
    if (this.#stopped || (at >= this.#due && this.#due !== Infinity)) return;
    this.#callOff();
    this.#due = at;
    this.#callOff = this.#parts.timers.after(Math.max(0, at - this.#parts.timers.mono()), () => void this.#go());
  }

  #go(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    this.#callOff();
    this.#due = Infinity;
    this.#running ??= this.#once().finally(() => {
      this.#running = null;
      this.#next();
    });
    return this.#running;
  }

  async #once(): Promise<void> {
    this.#again = false;
    try {
      await this.#parts.work();
      this.#failures = 0;
      this.#held = 0;
      this.#parts.told(null);
    } catch (error) {
      if (error instanceof StoppedError) return;
      this.#failures += 1;
      this.#parts.told({ error, retryAt: this.#pause(error) });
    }
  }

  /** Growing pauses with some randomness, or as long as the server asks; when it is over. */
  #pause(error: unknown): number {
    const { timers } = this.#parts;
    const grown = Math.min(FIRST_PAUSE_MS * 2 ** (this.#failures - 1), LONGEST_PAUSE_MS);
    this.#held = timers.mono() + grown * (0.5 + timers.random());
    const asked = error instanceof ProblemError ? error.retryAfter : null;
    // Those who were all told the same do not all come at once.
    if (asked !== null) this.#asked = timers.mono() + asked * (1 + 0.1 * timers.random());
    return Math.max(this.#held, this.#asked);
  }

  #next(): void {
    const { timers } = this.#parts;
    const due = this.#again || this.#failures > 0 ? 0 : this.#parts.every * (0.75 + 0.5 * timers.random());
    this.#plan(Math.max(timers.mono() + due, this.#held, this.#asked));
  }
}
