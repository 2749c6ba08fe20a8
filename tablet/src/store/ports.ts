/** What the tablet remembers, as the rooms above see it. `store/` implements it on a sealed IndexedDB. */
import type { Reason, Verdict } from "@contract";

/** Who has an entry: this tablet alone, the server too, or this tablet because the server refused it. */
export type Custody = "own" | "server" | "refused";

/** An entry of this tablet's own log. Never deleted one by one. */
export interface Captured {
  readonly hash: string;
  readonly ep: number;
  readonly seq: number;
  readonly visit: string | null;
  readonly type: string;
  /** The NDJSON line of a push, without the line break: exactly what was signed. */
  readonly line: string;
  readonly custody: Custody;
  readonly verdict: Verdict | null;
  readonly reasons: readonly Reason[];
}

/** An entry of a visit as the server told it; `line` is the JSON of its EntryLine. */
export interface HeardEntry {
  readonly hash: string;
  readonly vseq: number;
  readonly line: string;
  /** Why it does not count; empty when it does. */
  readonly uncounted: readonly Reason[];
}

/** A file of this tablet. Its bytes stay as long as entries name it. */
export interface FileRow {
  /** SHA-256 (hex) of the original bytes. */
  readonly digest: string;
  readonly mime: string;
  /** Bytes. */
  readonly length: number;
  readonly visit: string | null;
  /** What it was called where it came from; null for what the camera took. */
  readonly name: string | null;
  /** Where a begun upload goes on. */
  readonly address: string | null;
  /** Bytes that the server has. */
  readonly sent: number;
  /** Whether the server has all of it. */
  readonly complete: boolean;
}

/** What is known of a file before its bytes are. */
export interface FileAbout {
  readonly mime: string;
  readonly visit: string | null;
  readonly name: string | null;
}

/** `small`: long side 480; `screen`: long side 1600. JPEG, made on this tablet for looking at only. */
export type CopySize = "small" | "screen";

/** What a change touched: screens that follow it ask again. */
export type Touched = "memory" | "entries" | "topics" | "files" | "drafts";

/** Everything a tablet remembers. Open only while the app is unlocked. */
export interface LocalStore {
  /**
   * All or nothing: one transaction, durable when it resolves. Inside, nothing but this store's methods (those that are
   * not about bytes of files) may be awaited. May be nested.
   */
  step<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Reads of one moment, in one transaction: each by itself would wait for the browser on its own. Inside, nothing but
   * this store's reads (those that are not about bytes of files) may be awaited.
   */
  moment<T>(work: () => Promise<T>): Promise<T>;

  recall(name: string): Promise<string | null>;
  remember(name: string, value: string | null): Promise<void>;
  /** Deletes everything except these remembered texts; the signing key stays until `burn`. */
  erase(keep: readonly string[]): Promise<void>;

  append(entry: Omit<Captured, "custody" | "verdict" | "reasons">): Promise<void>;
  settle(hash: string, custody: Custody, verdict: Verdict, reasons: readonly Reason[]): Promise<void>;
  /** The server lacks these numbers after all: offer them again; how many. Refused ones stay refused. */
  reclaim(ep: number, first: number, last: number): Promise<number>;
  /** Own entries in the order of the log. */
  entries(custody?: Custody, limit?: number): Promise<Captured[]>;
  /** Own entries of a visit in the order of the log. */
  entriesOf(visit: string): Promise<Captured[]>;
  /** How many own entries are in this custody; of one visit, if given. */
  count(custody: Custody, visit?: string): Promise<number>;
  newest(ep: number, upTo?: number): Promise<Captured | null>;
  epochs(): Promise<number[]>;
  inCustody(ep: number, seq: number): Promise<string | null>;

  putTopic(topic: string, seq: number, data: string | null): Promise<void>;
  dropTopic(topic: string): Promise<void>;
  topics(prefix?: string): Promise<Map<string, string>>;
  topicNumbers(): Promise<Map<string, number>>;

  hear(visit: string, entries: readonly HeardEntry[]): Promise<void>;
  heard(visit: string): Promise<HeardEntry[]>;
  forgetHeard(visit: string, after?: number, through?: number): Promise<void>;

  /** Keeps bytes, hashed while they are written; the same bytes once. Not inside a step. */
  keepFile(bytes: Blob, about: FileAbout): Promise<FileRow>;
  file(digest: string): Promise<FileRow | null>;
  /** Files of this tablet, oldest first; only those the server lacks, or of one visit, if asked. */
  files(asked?: { incomplete?: boolean; visit?: string }): Promise<FileRow[]>;
  /** The original bytes `from` (included) to `to` (not included). Not inside a step. */
  bytes(digest: string, from: number, to: number): Promise<Uint8Array<ArrayBuffer>>;
  noteUpload(digest: string, stand: { address: string | null; sent: number; complete: boolean }): Promise<void>;
  /** A copy for the screen, also of pictures that others took; null when there is none. Not inside a step. */
  copy(digest: string, size: CopySize): Promise<Blob | null>;
  putCopy(digest: string, size: CopySize, copy: Blob): Promise<void>;
  dropCopies(digests: readonly string[]): Promise<void>;
  /** Deletes the bytes of files that the server has and no rule asks to keep any longer. */
  dropFiles(digests: readonly string[]): Promise<void>;

  /** What somebody was typing; survives a kill of the app. */
  draft(name: string): Promise<string | null>;
  putDraft(name: string, text: string | null): Promise<void>;

  /** Tells after each committed step what it touched; ends with the returned function. */
  follow(listener: (touched: ReadonlySet<Touched>) => void): () => void;
}

/** The signing key of this tablet. */
export interface SigningKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  /** The public key as the contract writes it, ready to be sent. */
  readonly jwk: { kty: "EC"; crv: "P-256"; x: string; y: string };
  /** Raw r ‖ s, 64 bytes, over SHA-256 of the message. */
  sign(message: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

/** What stands before the lock: whether there is a tablet here at all, and how to get in. */
export interface Safe {
  /** `empty`: never set up; `locked`, `open`. */
  state(): Promise<"empty" | "locked" | "open">;
  /** Sets up key and store under a PIN of 6 digits or more. */
  create(pin: string): Promise<OpenSafe>;
  /** Opens it; or how many seconds to wait before the next try (0: wrong, try again). */
  open(pin: string): Promise<OpenSafe | { wait: number; failed: number }>;
  /** Seconds until a try is possible. */
  waiting(): Promise<number>;
  lock(): void;
  /** Another PIN; the same data key. */
  changePin(old: string, fresh: string): Promise<boolean>;
  /** Deletes the database, the keys and what the browser kept of them: after a wipe that the office confirmed. */
  burn(): Promise<void>;
}

/** What an unlocked app holds. */
export interface OpenSafe {
  readonly store: LocalStore;
  readonly key: SigningKey;
}
