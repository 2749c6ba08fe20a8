/** A whole tablet over a server in memory, with clocks that stand until they are moved. */
import { createTablet } from "../../src/app/create";
import type { Page } from "../../src/app/page";
import type { Tablet } from "../../src/app/tablet";
import type { Connection } from "../../src/session/sync";
import type { Timers } from "../../src/session/rhythm";
import type { LocalStore, OpenSafe, Safe, SigningKey } from "../../src/store/ports";
import type { FakeServer } from "./fake-server";
import { MemoryStore } from "./memory-store";
import { inTurn, vectorKey, World } from "./office";

export const PIN = "314159";
export const CODE = "ABCDEFGHIJKLMNOP";

/** A clock that is moved by hand; what is due is called in its order. */
export class HandTimers implements Timers {
  now = 0;
  chance = 0.5;
  #waiting: { at: number; then: () => void }[] = [];

  mono(): number {
    return this.now;
  }

  random(): number {
    return this.chance;
  }

  after(ms: number, then: () => void): () => void {
    const one = { at: this.now + ms, then };
    this.#waiting.push(one);
    return () => {
      this.#waiting = this.#waiting.filter((each) => each !== one);
    };
  }

  /** When the next is due; Infinity without any. */
  get next(): number {
    return Math.min(Infinity, ...this.#waiting.map((one) => one.at));
  }

  /** Moves on, and calls what is due by then. */
  move(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const due = this.#waiting.filter((one) => one.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#waiting = this.#waiting.filter((one) => one !== due);
      this.now = Math.max(this.now, due.at);
      due.then();
    }
    this.now = until;
  }
}

/** A safe in memory: the PIN is compared, nothing is sealed. */
export class OpenedSafe implements Safe {
  burned = 0;
  #pin: string | null = null;
  #open = false;

  constructor(
    readonly store: LocalStore,
    readonly key: SigningKey,
  ) {}

  state() {
    return Promise.resolve(
      this.#pin === null ? ("empty" as const) : this.#open ? ("open" as const) : ("locked" as const),
    );
  }

  create(pin: string): Promise<OpenSafe> {
    this.#pin = pin;
    this.#open = true;
    return Promise.resolve({ store: this.store, key: this.key });
  }

  open(pin: string): Promise<OpenSafe | { wait: number; failed: number }> {
    if (pin !== this.#pin) return Promise.resolve({ wait: 0, failed: 1 });
    this.#open = true;
    return Promise.resolve({ store: this.store, key: this.key });
  }

  waiting() {
    return Promise.resolve(0);
  }

  lock(): void {
    this.#open = false;
  }

  changePin(old: string, fresh: string): Promise<boolean> {
    if (old !== this.#pin) return Promise.resolve(false);
    this.#pin = fresh;
    return Promise.resolve(true);
  }

  burn(): Promise<void> {
    this.burned += 1;
    this.#pin = null;
    this.#open = false;
    return Promise.resolve();
  }
}

export interface Whole {
  readonly tablet: Tablet;
  readonly safe: OpenedSafe;
  readonly store: MemoryStore;
  readonly timers: HandTimers;
  readonly troubles: unknown[];
  connection: Connection;
  /** Tells the page's news to the app. */
  page: (what: "online" | "offline" | "connection" | "seen") => void;
}

/** Another life of the app on the same tablet: after a kill. */
export function restarted(before: Whole, server: FakeServer): Whole {
  return opened(server, before.safe, before.store);
}

export async function wholeTablet(server: FakeServer, store = new MemoryStore()): Promise<Whole> {
  return opened(server, new OpenedSafe(store, await vectorKey()), store);
}

/** Enrolled, with the visit of the examples. */
export async function enrolledTablet(server: FakeServer, store = new MemoryStore()): Promise<Whole> {
  const whole = await wholeTablet(server, store);
  await whole.tablet.enrol({ code: CODE, name: "平板一", pin: PIN });
  await whole.tablet.syncNow();
  return whole;
}

let lives = 0;

function opened(server: FakeServer, safe: OpenedSafe, store: MemoryStore): Whole {
  return Object.assign(tabletOn(server, safe), { safe, store });
}

/** A life of the app on any safe. */
export function tabletOn(server: FakeServer, safe: Safe): Omit<Whole, "safe" | "store"> {
  lives += 1;
  const timers = new HandTimers();
  const troubles: unknown[] = [];
  const world = new World(`life ${lives}`);
  const whole: { connection: Connection; page: Whole["page"] } = { connection: "unknown", page: () => undefined };
  const page: Page = {
    ...{ fetch: server.fetch, base: "https://fieldcheck.example/", timers },
    connection: () => whole.connection,
    follow: (told) => {
      whole.page = told;
      return () => undefined;
    },
    alone: (_, work) => work(),
    patience: () => new AbortController().signal,
    makeCopy: (picture, longSide) =>
      Promise.resolve(picture.type === "image/jpeg" ? new Blob([`${longSide}`], { type: "image/jpeg" }) : null),
    measure: () => Promise.resolve({ width: 4000, height: 3000 }),
    askToPersist: () => Promise.resolve(true),
    storageRoom: () => Promise.resolve({ persisted: true, used: 1, quota: 1000 }),
    pause: () => Promise.resolve(),
  };
  const tablet = createTablet({ safe, page, world, turn: inTurn(), trouble: (error) => troubles.push(error) });
  return Object.assign(whole, { tablet, timers, troubles });
}
