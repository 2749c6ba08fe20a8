/** One pass: hand in, read, compare, and keep what is needed where there is no network. */
import type { DeviceSelf } from "@contract";
import type { Device } from "../device";
import type { Channel } from "./channel";
import { compareLogs } from "./compare";
import { fetchCredentials, reserveNumbers } from "./door";
import { watchLog } from "./log";
import type { Parts } from "./parts";
import { ProblemError, StoppedError, UnreachableError } from "./problem";
import { pull, type Goings } from "./pull";
import { push } from "./push";
import type { Timers } from "./rhythm";
import { acknowledge, obey, standing } from "./standing";
import type { Told } from "./sync";

export interface PassParts {
  readonly device: Device;
  readonly channel: Channel;
  readonly goings: Goings;
  readonly timers: Timers;
  readonly tell: (changed: Partial<Told>) => void;
  /** Sends the files: before this tablet erases itself. */
  readonly upload: () => Promise<void>;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const LOG_EVERY_MS = 600_000;
const FORBIDDEN = 403;
const TOO_OLD = 426;
const FEW_NUMBERS = 20;

export class Pass {
  readonly #parts: PassParts;
  /** By what is asked: when (by `mono`) it was answered last. Forgotten with the app: then everything is asked again. */
  readonly #answered = new Map<string, number>();
  #revoked = false;
  #tooOld = false;
  /** Whether the office was asked in this pass: one answer holds for all of it. */
  #stood = false;
  /** This tablet was erased: there is nothing left to do. */
  #wiped = false;

  constructor(parts: PassParts) {
    this.#parts = parts;
  }

  /** Ask for everything again, however lately it was answered. */
  everything(): void {
    this.#answered.clear();
  }

  /** Everything in its order. What fails keeps nothing else waiting; the first failure is thrown at the end. */
  async run(): Promise<void> {
    const { device, tell } = this.#parts;
    if ((await device.acknowledgement()) !== null) {
      tell({ wiped: "erased" });
      if (await acknowledge(this.#session())) tell({ wiped: "heard" });
      return;
    }
    this.#stood = false;
    const failures: unknown[] = [];
    const steps = [
      () => this.#push(),
      () => this.#read(),
      () => this.#stand(),
      () => this.#compare(),
      () => this.#door(),
    ];
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
        // Without a network the rest would fail as well.
        if (error instanceof UnreachableError || error instanceof StoppedError) break;
        if (isForbidden(error)) await this.#forbidden(failures);
      }
      if (this.#wiped) return;
    }
    if (failures.length > 0) throw failures[0];
  }

  async #push(): Promise<void> {
    this.#parts.tell({ doing: "entries" });
    await push(this.#session());
  }

  /** Once a day. */
  async #stand(): Promise<void> {
    if (this.#stood || this.#fresh("standing", DAY_MS)) return;
    await this.#heed(await standing(this.#session()));
  }

  /** A refusal to read: how does this tablet stand? */
  async #forbidden(failures: unknown[]): Promise<void> {
    if (this.#stood) return;
    try {
      await this.#heed(await standing(this.#session()));
    } catch (error) {
      failures.push(error);
    }
  }

  async #heed(told: DeviceSelf): Promise<void> {
    const { tell, upload } = this.#parts;
    this.#stood = true;
    this.#revoked = told.revoked || Boolean(told.wipe);
    const allowed = this.#tooOld ? "too_old" : "good";
    const standing = told.wipe ? "wipe_ordered" : told.revoked ? "revoked" : allowed;
    tell({ standing, submitUntil: told.submit_until ?? null });
    // An order that cannot be followed yet is asked for again with every pass.
    if (!told.wipe) return this.#done("standing");
    this.#answered.delete("standing");
    const obeyed = await obey(this.#session(), told, upload);
    if (obeyed !== "erased" && obeyed !== "heard") return;
    this.#wiped = true;
    tell({ wiped: obeyed });
  }

  async #read(): Promise<void> {
    if (this.#revoked) return;
    const { tell, goings } = this.#parts;
    tell({ doing: "reading" });
    try {
      await pull(this.#session(), goings);
      this.#tooOld = false;
      tell({ standing: "good" });
    } catch (error) {
      this.#tooOld = error instanceof ProblemError && error.status === TOO_OLD;
      if (this.#tooOld) tell({ standing: "too_old" });
      throw error;
    }
  }

  async #compare(): Promise<void> {
    this.#parts.tell({ doing: "comparing" });
    if (!this.#fresh("inventory", DAY_MS)) {
      const offered = await compareLogs(this.#session());
      this.#done("inventory");
      if (offered > 0) await push(this.#session());
    }
    if (!this.#fresh("log", LOG_EVERY_MS)) {
      const holds = await watchLog(this.#session());
      this.#parts.tell({ alarm: holds ? null : "trouble.log_alarm" });
      this.#done("log");
    }
  }

  /** What is shown and given out at doors. */
  async #door(): Promise<void> {
    if (this.#revoked) return;
    const { device } = this.#parts;
    const few = (await device.numbersLeft()) < FEW_NUMBERS;
    if (few || !this.#fresh("numbers", HOUR_MS)) {
      await reserveNumbers(this.#session());
      this.#done("numbers");
    }
    for (const visit of await this.#soon()) {
      if (this.#fresh(`door:${visit}`, HOUR_MS)) continue;
      await this.#credentials(visit);
      this.#done(`door:${visit}`);
    }
  }

  /** A visit that nobody assigned, or that is not ours any more, has none: that keeps nothing else waiting. */
  async #credentials(visit: string): Promise<void> {
    try {
      await fetchCredentials(this.#session(), visit);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.status !== 404) throw error;
    }
  }

  /** Visits that are open and begin within three days, or all where no time is proven. */
  async #soon(): Promise<string[]> {
    const { device } = this.#parts;
    const proven = await device.provenTime();
    const until = proven === null ? null : new Date(proven + 3 * DAY_MS).toISOString().slice(0, 10);
    const cards = [...(await device.visits()).values()];
    const open = cards.filter((card) => card.state === "open" || card.state === "returned");
    return open.filter((card) => until === null || card.window.opens <= until).map((card) => card.id);
  }

  #session(): Parts {
    return this.#parts;
  }

  #fresh(what: string, ms: number): boolean {
    const at = this.#answered.get(what);
    return at !== undefined && this.#parts.timers.mono() - at < ms;
  }

  #done(what: string): void {
    this.#answered.set(what, this.#parts.timers.mono());
  }
}

function isForbidden(error: unknown): boolean {
  return error instanceof ProblemError && error.status === FORBIDDEN;
}
