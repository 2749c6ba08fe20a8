/** All that goes on between this tablet and the server, when and in which order; what screens are told of it. */
import type { Device } from "../device";
import { Channel } from "./channel";
import { sendFiles } from "./files";
import { listen } from "./pokes";
import { ProblemError, StoppedError, UnreachableError } from "./problem";
import { Pass, type PassParts } from "./pass";
import { Lane, type Setback, type Timers } from "./rhythm";
import type { Goings } from "./pull";

/** What is known of the network: `unknown` where the browser does not say. */
export type Connection = "free" | "metered" | "unknown";

/** What goes on. */
export interface Told {
  readonly doing: "nothing" | "entries" | "files" | "reading" | "comparing";
  /** Whether the last request had an answer. */
  readonly online: boolean;
  /** Proven server time of the last complete pass. */
  readonly lastDone: string | null;
  readonly entriesSetback: Setback | null;
  readonly filesSetback: Setback | null;
  readonly paused: boolean;
  readonly wifiOnly: boolean;
  readonly waitsForWifi: boolean;
  readonly moving: ReadonlyMap<string, { readonly sent: number; readonly length: number }>;
  readonly standing: "good" | "revoked" | "wipe_ordered" | "too_old";
  /** While revoked: until when the office takes what is here. */
  readonly submitUntil: string | null;
  /** A proof of the server's log failed. */
  readonly alarm: string | null;
  /** The office had this tablet erased. `heard`: it knows that it is done. */
  readonly wiped: "no" | "erased" | "heard";
}

export interface SyncParts {
  readonly device: Device;
  readonly channel: Channel;
  readonly timers: Timers;
  readonly goings: Goings;
  readonly connection: () => Connection;
  /** Proven server time now, ISO 8601; null before the first anchor. */
  readonly proven: () => Promise<string | null>;
  readonly told: (told: Told) => void;
}

const EVERY_MS = 180_000;
const FILES_EVERY_MS = 300_000;
const DEBOUNCE_MS = 1_500;
const PAUSED = "sync_paused";
const WIFI_ONLY = "sync_wifi_only";
const LAST_DONE = "sync_last_done";
const STREAM_PAUSE_MS = 5_000;
const LONGEST_STREAM_PAUSE_MS = 300_000;

/** The sync of one unlocked app. */
export class Sync {
  readonly #parts: SyncParts;
  readonly #pass: Pass;
  readonly #entries: Lane;
  readonly #files: Lane;
  readonly #stopped = new AbortController();
  #filesStopped = new AbortController();
  #leads = false;
  #listening = false;
  #streamFailures = 0;
  #told: Told = {
    ...{ doing: "nothing", online: true, lastDone: null, entriesSetback: null, filesSetback: null },
    ...{ paused: false, wifiOnly: false, waitsForWifi: false, moving: new Map() },
    ...{ standing: "good", submitUntil: null, alarm: null, wiped: "no" },
  };

  constructor(parts: SyncParts) {
    this.#parts = parts;
    const passParts: PassParts = {
      ...{ device: parts.device, channel: parts.channel, goings: parts.goings, timers: parts.timers },
      tell: (changed) => this.#tell(changed),
      upload: () => this.#sendFiles(),
    };
    this.#pass = new Pass(passParts);
    const { timers } = parts;
    this.#entries = new Lane({ timers, every: EVERY_MS, work: () => this.#once(), told: (one) => this.#after(one) });
    this.#files = new Lane({
      ...{ timers, every: FILES_EVERY_MS },
      work: () => this.#sendFiles(),
      told: (filesSetback) => this.#tell({ filesSetback, online: reached(filesSetback) ?? this.#told.online }),
    });
  }

  get told(): Told {
    return this.#told;
  }

  /** What was settled before the app was closed. */
  async recall(): Promise<void> {
    const { store } = this.#parts.device;
    this.#tell({
      paused: (await store.recall(PAUSED)) !== null,
      wifiOnly: (await store.recall(WIFI_ONLY)) !== null,
      lastDone: await store.recall(LAST_DONE),
    });
  }

  /** This window is the one that syncs by itself; the others do when a person asks. */
  start(): void {
    this.#leads = true;
    this.#entries.want();
    this.#files.want();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#filesStopped.abort();
    await Promise.all([this.#entries.stop(), this.#files.stop()]);
  }

  /** Something was written here, in this window or another one. */
  captured(): void {
    if (!this.#leads) return;
    this.#entries.want(DEBOUNCE_MS);
    this.#files.want(DEBOUNCE_MS);
  }

  /** The network is back. */
  reachable(): void {
    if (!this.#leads) return;
    this.#entries.hurry();
    this.#files.hurry();
  }

  /** The browser says that there is no network at all. */
  unreachable(): void {
    this.#tell({ online: false });
  }

  /** A person asks. */
  async now(): Promise<void> {
    this.#pass.everything();
    await Promise.all([this.#entries.now(), this.#files.now()]);
  }

  /** Files only: what people wrote is small and never waits. */
  async pause(paused: boolean): Promise<void> {
    this.#tell({ paused });
    await this.#settled(PAUSED, paused);
  }

  async wifiOnly(wifiOnly: boolean): Promise<void> {
    this.#tell({ wifiOnly });
    await this.#settled(WIFI_ONLY, wifiOnly);
  }

  /** The network changed its kind. */
  connected(): void {
    if (!this.#mayCarry()) this.#filesStopped.abort();
    else if (this.#leads) this.#files.hurry();
  }

  async #settled(name: string, on: boolean): Promise<void> {
    this.connected();
    await this.#parts.device.store.remember(name, on ? "yes" : null);
  }

  async #once(): Promise<void> {
    try {
      await this.#pass.run();
      const lastDone = await this.#parts.proven();
      await this.#parts.device.store.remember(LAST_DONE, lastDone);
      this.#tell({ lastDone });
      if (this.#told.standing === "good") void this.#listen();
    } finally {
      this.#tell({ doing: this.#files.running && this.#told.moving.size > 0 ? "files" : "nothing" });
    }
  }

  #after(entriesSetback: Setback | null): void {
    this.#tell({ entriesSetback, online: reached(entriesSetback) ?? this.#told.online });
  }

  #mayCarry(): boolean {
    const metered = this.#told.wifiOnly && this.#parts.connection() === "metered";
    this.#tell({ waitsForWifi: metered });
    return !this.#told.paused && !metered;
  }

  async #sendFiles(): Promise<void> {
    if (!this.#mayCarry() || this.#told.wiped !== "no") return;
    this.#filesStopped = new AbortController();
    const { device, channel } = this.#parts;
    const waiting = await device.store.files({ incomplete: true });
    const lengths = new Map(waiting.map((one) => [one.digest, one.length]));
    const progress = (digest: string, sent: number) => {
      this.#tell({ doing: "files", moving: new Map([[digest, { sent, length: lengths.get(digest) ?? sent }]]) });
    };
    try {
      const { problems } = await sendFiles({ device, channel }, progress, this.#filesStopped.signal);
      if (problems[0]) throw problems[0].error;
    } finally {
      this.#tell({ moving: new Map(), doing: this.#entries.running ? this.#told.doing : "nothing" });
    }
  }

  /** One stream at a time, opened again when it ends. */
  async #listen(): Promise<void> {
    if (!this.#leads || this.#listening || this.#stopped.signal.aborted) return;
    this.#listening = true;
    try {
      await listen(this.#parts.channel, () => this.#entries.want(), this.#stopped.signal);
      this.#streamFailures = 0;
    } catch (error) {
      if (error instanceof StoppedError) return;
      this.#streamFailures += 1;
    } finally {
      this.#listening = false;
    }
    if (this.#stopped.signal.aborted) return;
    const { timers } = this.#parts;
    const pause = Math.min(STREAM_PAUSE_MS * 2 ** this.#streamFailures, LONGEST_STREAM_PAUSE_MS);
    timers.after(pause * (0.5 + timers.random()), () => {
      if (this.#told.standing === "good") void this.#listen();
    });
  }

  #tell(changed: Partial<Told>): void {
    this.#told = { ...this.#told, ...changed };
    this.#parts.told(this.#told);
  }
}

/** Whether there was an answer; null when the work says nothing of it. */
function reached(setback: Setback | null): boolean | null {
  if (setback === null) return true;
  if (setback.error instanceof UnreachableError) return false;
  return setback.error instanceof ProblemError ? true : null;
}
