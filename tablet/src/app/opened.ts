/** What is there while the app is unlocked: device, sync, visits, and what follows them. */
import type { Writable } from "svelte/store";
import { Device, type Surroundings, type Turn } from "../device";
import { Channel } from "../session/channel";
import type { Parts } from "../session/parts";
import { Sync, type Told } from "../session/sync";
import type { StorageRoom } from "../store/persist";
import type { FileRow, OpenSafe } from "../store/ports";
import { Book } from "./book";
import { evidence, type Evidence } from "./evidence";
import { keepsGoings } from "./gone";
import type { Me } from "./live";
import type { Page } from "./page";
import { countsOf, NO_COUNTS, stateOf, type Counts } from "./status";
import { NotKept, type SyncState } from "./tablet";
import { tidy } from "./tidy";
import { watched, type Change } from "./watched";
import { Pen, writing, type Writing } from "./writing";

export interface OpenedParts {
  readonly page: Page;
  readonly world: Surroundings;
  readonly turn: Turn | undefined;
  /** Where screens follow the sync. */
  readonly sync: Writable<SyncState>;
  readonly queue: Writable<readonly FileRow[]>;
  /** The office had this tablet erased; `heard` when it knows. */
  readonly wiped: (how: "erased" | "heard") => void;
  /** What went wrong where nobody waits for it. */
  readonly trouble: (error: unknown) => void;
}

export class Opened {
  readonly device: Device;
  readonly channel: Channel;
  readonly stopped = new AbortController();
  readonly #parts: OpenedParts;
  readonly #changed = new Set<() => void>();
  readonly #endWatching: () => void;
  #endFollowing: () => void = () => undefined;
  #working: Working | null = null;
  #counts: Counts = NO_COUNTS;
  #storage: StorageRoom | null = null;
  #counting: Promise<void> | null = null;
  #countAgain = false;

  constructor(open: OpenSafe, parts: OpenedParts) {
    this.#parts = parts;
    const { page, world, turn } = parts;
    const { store, end } = watched(open.store, (changes) => this.#take(changes));
    this.#endWatching = end;
    this.device = new Device(store, open.key, world, turn);
    this.channel = new Channel({
      ...{ fetch: page.fetch, base: page.base, patience: page.patience, stopped: this.stopped.signal, key: open.key },
      token: () => this.device.token(),
      keepToken: (answer) => this.device.keepToken(answer),
      wall: () => world.time().wall,
      entropy: (length) => world.entropy(length),
    });
  }

  get session(): Parts {
    return { device: this.device, channel: this.channel };
  }

  /** After enrolment; NotKept before. */
  get working(): Working {
    if (!this.#working) throw new NotKept("trouble.not_enrolled");
    return this.#working;
  }

  /** Begins to work: the tablet is enrolled. */
  async begin(): Promise<void> {
    const me: Me = { device: await this.device.id(), inspector: await this.device.inspector() };
    const { page, trouble } = this.#parts;
    const proven = () => this.#proven();
    const book = new Book({ device: this.device, me, proven, pause: page.pause, trouble });
    const sync = new Sync({
      ...{ device: this.device, channel: this.channel, timers: page.timers, connection: page.connection },
      goings: keepsGoings(this.device),
      proven: async () => iso(await proven()),
      told: (told) => this.#told(told),
    });
    const pen = new Pen({ device: this.device, book, captured: () => sync.captured() });
    const seen = evidence({
      ...{ store: this.device.store, pen, channel: this.channel, trouble },
      ...{ makeCopy: page.makeCopy, measure: page.measure },
    });
    this.#working = { me, book, sync, writing: writing(pen), evidence: seen };
    await sync.recall();
    await book.open();
    await this.#count();
    this.#endFollowing = page.follow((what) => this.#page(what));
    void page.askToPersist().catch(trouble);
    void page.alone(this.stopped.signal, () => this.#lead(sync)).catch(trouble);
  }

  /** A person asks: resolves when it is done, and counted. */
  async syncNow(): Promise<void> {
    await this.#working?.sync.now();
    if (this.stopped.signal.aborted) return;
    await this.#count();
    await this.#working?.book.refresh();
  }

  /** For as long as this window is the one that syncs. */
  #lead(sync: Sync): Promise<void> {
    sync.start();
    return new Promise((resolve) => this.stopped.signal.addEventListener("abort", () => resolve(), { once: true }));
  }

  async end(): Promise<void> {
    this.stopped.abort();
    this.#endFollowing();
    this.#endWatching();
    const working = this.#working;
    this.#working = null;
    working?.book.end();
    await working?.sync.stop();
  }

  /** Calls back after each change; ends with what it returns. */
  follow(again: () => void): () => void {
    this.#changed.add(again);
    return () => void this.#changed.delete(again);
  }

  #take(changes: readonly Change[]): void {
    if (!this.#working) return;
    this.#working.book.take(changes);
    if (changes.some((one) => one.what === "entry" || one.what === "all")) this.#working.sync.captured();
    void this.#count().catch(this.#parts.trouble);
    for (const again of [...this.#changed]) again();
  }

  #page(what: "online" | "offline" | "connection" | "seen"): void {
    const sync = this.#working?.sync;
    if (what === "offline") sync?.unreachable();
    else if (what === "connection") sync?.connected();
    else sync?.reachable();
    this.#show();
  }

  #told(told: Told): void {
    this.#show();
    if (told.wiped !== "no") this.#parts.wiped(told.wiped);
    if (told.lastDone !== this.#tidied) {
      this.#tidied = told.lastDone;
      void tidy(this.device).catch(this.#parts.trouble);
      void this.#count().catch(this.#parts.trouble);
    }
  }

  #tidied: string | null = null;

  /** Counts again; once more when something changed meanwhile. */
  async #count(): Promise<void> {
    this.#countAgain = true;
    this.#counting ??= this.#countOnce().finally(() => (this.#counting = null));
    await this.#counting;
  }

  async #countOnce(): Promise<void> {
    while (this.#countAgain && !this.stopped.signal.aborted) {
      this.#countAgain = false;
      this.#storage = await this.#parts.page.storageRoom();
      const { store } = this.device;
      const [files, counts] = await store.moment(async () => {
        const found = await store.files({ incomplete: true });
        return [found, await countsOf(this.device, found, this.#storage)];
      });
      this.#counts = counts;
      if (this.stopped.signal.aborted) return;
      this.#parts.queue.set(files);
      this.#show();
    }
  }

  #show(): void {
    const told = this.#working?.sync.told;
    if (!told) return;
    const now = { wall: this.#parts.world.time().wall, mono: this.#parts.page.timers.mono() };
    this.#parts.sync.set(stateOf(told, this.#counts, this.#parts.page.connection(), now));
  }

  /** The server's time now, as far as it is proven: the newest anchor and what the clock counted since. */
  async #proven(): Promise<number | null> {
    const { device } = this;
    const [anchor, off] = await device.store.moment(() => Promise.all([device.provenTime(), device.clockOff()]));
    return anchor === null || off === null ? anchor : this.#parts.world.time().wall - off;
  }
}

/** What an enrolled tablet works with. */
export interface Working {
  readonly me: Me;
  readonly book: Book;
  readonly sync: Sync;
  readonly writing: Writing;
  readonly evidence: Evidence;
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
