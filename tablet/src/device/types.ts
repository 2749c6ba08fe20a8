/** What a device takes and gives: the words that its parts share. */
import type { EntryType, LogEnd } from "@contract";

/** What the tablet's clocks say: evidence, never an order. */
export interface DeviceTime {
  /** Wall clock, ms since 1970; may be as wrong as it likes. */
  readonly wall: number;
  /** Whole milliseconds of a clock that never goes back, since `boot`. */
  readonly mono: number;
  /** Names one life of that clock; at most 40 characters. */
  readonly boot: string;
}

/** What a device takes from the world; handed in, so that tests are repeatable. */
export interface Surroundings {
  time(): DeviceTime;
  /** So many random bytes. */
  entropy(length: number): Uint8Array<ArrayBuffer>;
}

/** Runs one piece of work at a time, over all windows of the app. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>;

/** An entry to be written. `body` lacks only the salt; members that are undefined are left out. */
export interface Draft {
  readonly type: EntryType;
  readonly body: Readonly<Record<string, unknown>>;
  readonly visit?: string | null;
  readonly tasks?: readonly string[];
  /** Hashes of the own earlier statements that this one replaces. */
  readonly over?: readonly string[];
  /** Assignment and its version. */
  readonly asg?: readonly [string, number] | null;
  /** Code, version and digest of the checklist. */
  readonly ck?: readonly [string, number, string] | null;
  /** Who acts; the inspector of the enrolment if not given. */
  readonly inspector?: string;
}

/**
 * Runs inside the transaction that keeps the entry, before it is appended: nothing but the store may be awaited. False:
 * what the draft was made of has changed; everything is undone, and the draft is made anew.
 */
export type Alongside = () => Promise<boolean>;

/** A draft made of what the store says now, and what is kept together with its entry. */
export interface Prepared {
  readonly draft: Draft;
  readonly alongside?: Alongside;
}

/** What an attestation and a signature name: which entries, and where their logs stood. */
export interface ShownSet {
  /** SHA-256 over the sorted hashes, base64url. */
  readonly set: string;
  readonly heads: readonly LogEnd[];
  readonly count: number;
}

/** Why the signature of an entry could not be verified. */
export type Doubt = "unknown-key" | "bad-signature";

/** The device has no number yet: it was never enrolled, or was erased. */
export class NotEnrolledError extends Error {
  constructor(readonly lacks: string) {
    super(`the device is not enrolled: no ${lacks}`);
  }
}

/** An answer that the server of the enrolment did not sign, or content that is not what it names. Nothing was applied. */
export class UntrustedAnswerError extends Error {
  constructor(
    readonly what: string,
    options?: ErrorOptions,
  ) {
    super(`not to be trusted: ${what}`, options);
  }
}

/** An entry that the contract does not allow; nothing was written. `at` names the member. */
export class WrongEntryError extends Error {
  constructor(
    readonly at: string,
    options?: ErrorOptions,
  ) {
    super(`not an entry: ${at}`, options);
  }
}

/** Other windows wrote so often that this entry never got its turn; nothing was written. */
export class LogBusyError extends Error {}

/** Every reserved number of a notice was given out: ask the server for more, or write the notice without one. */
export class NoNumberLeftError extends Error {}

/** Something is on this tablet alone, and the order does not give it up. */
export class StillNeededError extends Error {}

/** More than one ZIP file can carry: it has to be exported in parts. */
export class ExportTooLargeError extends Error {
  constructor(readonly parts: number) {
    super(`to be exported in ${parts} parts`);
  }
}
