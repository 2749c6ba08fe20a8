/** The tables, and how each version of them became the next. What is not named here stands sealed in its row. */
import Dexie, { type Table } from "dexie";
import type { Custody } from "./ports";

export type Sealed = Uint8Array<ArrayBuffer>;

/** What stands before the lock. Exactly one. */
export interface LockRow {
  readonly id: "lock";
  readonly salt: Sealed;
  readonly rounds: number;
  /** The data key, wrapped by the PIN's key, then by `device`. */
  readonly wrapped: Sealed;
  /** AES-GCM, not extractable. */
  readonly device: CryptoKey;
  /** ECDSA P-256, not extractable. */
  readonly signing: CryptoKey;
  readonly x: string;
  readonly y: string;
}

/** Wrong PINs since the last right one, and how many milliseconds the next try must still wait. */
export interface TriesRow {
  readonly id: "tries";
  readonly failed: number;
  readonly left: number;
}

/** A remembered text, or a draft. */
export interface TextRow {
  readonly name: string;
  readonly sealed: Sealed;
}

/** IndexedDB finds no words faster than numbers, and these take less room. */
export const CUSTODY: Readonly<Record<Custody, number>> = { own: 0, server: 1, refused: 2 };
export const CUSTODIES: readonly Custody[] = ["own", "server", "refused"];

/** An entry of the own log. */
export interface EntryRow {
  readonly hash: string;
  readonly ep: number;
  readonly seq: number;
  /** Null stands in no index. */
  readonly visit: string | null;
  readonly custody: number;
  /** Type and line, as they were captured. */
  readonly sealed: Sealed;
  /** What the server said of it; null before it said anything. */
  readonly told: Sealed | null;
}

/** How many own entries are in a custody: browsers count an index row by row, and writers wait for them. */
export interface TallyRow {
  readonly custody: number;
  readonly entries: number;
}

/** A topic and its number; apart from its text, because all numbers are read for a digest. */
export interface TopicRow {
  readonly topic: string;
  readonly seq: number;
}

/** The text of a topic. */
export interface TopicTextRow {
  readonly topic: string;
  readonly sealed: Sealed;
}

/** An entry that the server told. */
export interface HeardRow {
  readonly visit: string;
  readonly vseq: number;
  readonly sealed: Sealed;
}

/** A file whose pieces are all here. */
export interface FileEntry {
  readonly digest: string;
  /** The order of keeping. */
  readonly n: number;
  /** 1 as long as the server lacks some of it: IndexedDB does not index what is true or false. */
  readonly incomplete: 0 | 1;
  readonly visit: string | null;
  /** A random name: that of its pieces. */
  readonly bundle: string;
  /** Type, length and name. */
  readonly sealed: Sealed;
  /** Where its upload stands. */
  readonly upload: Sealed;
}

/** A small picture of a file. */
export interface CopyRow {
  readonly digest: string;
  readonly size: string;
  readonly mime: string;
  readonly sealed: Sealed;
}

/** Pieces that belong to no file: not yet, or not any more. Swept at the next open. */
export interface LooseRow {
  readonly bundle: string;
}

/** One MiB of a file, or its rest. */
export interface PieceRow {
  readonly bundle: string;
  readonly n: number;
  readonly sealed: Sealed;
}

/** One version of the tables: what changed against the one before (Dexie), and how its rows are brought over. */
export interface SchemaVersion {
  readonly version: number;
  readonly stores: Readonly<Record<string, string | null>>;
  /** Runs in the transaction of the upgrade, before the lock: it moves rows as they are, sealed. */
  readonly upgrade?: Parameters<ReturnType<Dexie["version"]>["upgrade"]>[0];
}

/**
 * All versions that were ever given out, oldest first. Never change one: add the next. What has to be sealed anew
 * cannot be done in an upgrade (nothing is unlocked then): keep reading the old form beside the new one.
 */
export const VERSIONS: readonly SchemaVersion[] = [
  {
    version: 1,
    stores: {
      lock: "id",
      tries: "id",
      memory: "name",
      drafts: "name",
      entries: "hash, &[ep+seq], [visit+ep+seq], [custody+ep+seq], [custody+visit]",
      tallies: "custody",
      topics: "topic",
      topicTexts: "topic",
      heard: "[visit+vseq]",
      files: "digest, n, [incomplete+n], [visit+n]",
      copies: "[digest+size]",
      loose: "bundle",
      pieces: "[bundle+n]",
    },
  },
];

/** The database. Opens by itself at the first use. */
export class Database extends Dexie {
  declare readonly lock: Table<LockRow, string>;
  declare readonly tries: Table<TriesRow, string>;
  declare readonly memory: Table<TextRow, string>;
  declare readonly drafts: Table<TextRow, string>;
  declare readonly entries: Table<EntryRow, string>;
  declare readonly tallies: Table<TallyRow, number>;
  declare readonly topics: Table<TopicRow, string>;
  declare readonly topicTexts: Table<TopicTextRow, string>;
  declare readonly heard: Table<HeardRow, [string, number]>;
  declare readonly files: Table<FileEntry, string>;
  declare readonly copies: Table<CopyRow, [string, string]>;
  declare readonly loose: Table<LooseRow, string>;
  declare readonly pieces: Table<PieceRow, [string, number]>;

  constructor(name: string, versions: readonly SchemaVersion[] = VERSIONS) {
    // Durable before it is called kept; nothing remembered that a failed transaction would have to take back.
    super(name, { chromeTransactionDurability: "strict", cache: "disabled" });
    for (const { version, stores, upgrade } of versions) {
      const told = this.version(version).stores({ ...stores });
      if (upgrade) told.upgrade(upgrade);
    }
  }

  /** The tables of a step: everything but the lock and the pieces of files, which nobody waits for. */
  get rows(): Table[] {
    return [
      this.memory,
      this.drafts,
      this.entries,
      this.tallies,
      this.topics,
      this.topicTexts,
      this.heard,
      this.files,
      this.copies,
      this.loose,
    ];
  }
}
