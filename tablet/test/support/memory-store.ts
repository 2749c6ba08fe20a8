/**
 * The whole of `LocalStore` in Maps, for tests without a database. Steps run one after another and are all or nothing:
 * what is called inside a step belongs to it (an `AsyncLocalStorage` knows), everything else waits for its end.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { AsyncLocalStorage } from "node:async_hooks";
import type {
  Captured,
  CopySize,
  Custody,
  FileAbout,
  FileRow,
  HeardEntry,
  LocalStore,
  Touched,
} from "../../src/store/ports";

interface Topic {
  readonly seq: number;
  readonly data: string | null;
}

/** Everything that is kept. Rows are replaced, never changed, so that a copy of the Maps is a copy of all. */
class Kept {
  memory = new Map<string, string>();
  entries = new Map<string, Captured>();
  topics = new Map<string, Topic>();
  heard = new Map<string, ReadonlyMap<number, HeardEntry>>();
  files = new Map<string, FileRow>();
  bytes = new Map<string, Uint8Array<ArrayBuffer>>();
  copies = new Map<string, Blob>();
  drafts = new Map<string, string>();
  /** The entries in the order of the log; null when they changed since they were sorted. */
  log: readonly Captured[] | null = null;

  copy(): Kept {
    const same = new Kept();
    same.memory = new Map(this.memory);
    same.entries = new Map(this.entries);
    same.topics = new Map(this.topics);
    same.heard = new Map(this.heard);
    same.files = new Map(this.files);
    same.bytes = new Map(this.bytes);
    same.copies = new Map(this.copies);
    same.drafts = new Map(this.drafts);
    same.log = this.log;
    return same;
  }
}

interface Step {
  readonly touched: Set<Touched>;
}

/** The methods that change something and may fail as a full disk makes them. */
type Writing =
  "remember" | "append" | "settle" | "putTopic" | "dropTopic" | "hear" | "keepFile" | "putDraft" | "commit";

export class MemoryStore implements LocalStore {
  /** Called before each write and before the end of a step; what it throws is what the write throws. */
  fails: ((what: Writing) => void) | null = null;
  /** How many outermost steps were begun. */
  steps = 0;

  #kept = new Kept();
  #busy: Promise<unknown> = Promise.resolve();
  readonly #inside = new AsyncLocalStorage<Step>();
  readonly #listeners = new Set<(touched: ReadonlySet<Touched>) => void>();

  async step<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside.getStore() !== undefined) return work();
    const before = this.#busy;
    let resolve = (): void => undefined;
    this.#busy = new Promise<void>((end) => (resolve = end));
    await before;
    const saved = this.#kept.copy();
    const step: Step = { touched: new Set() };
    this.steps += 1;
    try {
      const result = await this.#inside.run(step, work);
      this.#may("commit");
      return result;
    } catch (error) {
      this.#kept = saved;
      step.touched.clear();
      throw error;
    } finally {
      resolve();
      if (step.touched.size) for (const tell of [...this.#listeners]) tell(step.touched);
    }
  }

  /** Of one moment: steps that are begun meanwhile wait. */
  async moment<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside.getStore() !== undefined) return work();
    const before = this.#busy;
    let resolve = (): void => undefined;
    this.#busy = new Promise<void>((end) => (resolve = end));
    await before;
    try {
      return await this.#inside.run({ touched: new Set() }, work);
    } finally {
      resolve();
    }
  }

  recall(name: string): Promise<string | null> {
    return this.#read(() => this.#kept.memory.get(name) ?? null);
  }

  remember(name: string, value: string | null): Promise<void> {
    return this.#write("remember", "memory", () => {
      if (value === null) this.#kept.memory.delete(name);
      else this.#kept.memory.set(name, value);
    });
  }

  erase(keep: readonly string[]): Promise<void> {
    return this.step(async () => {
      const kept = new Kept();
      for (const name of keep) {
        const value = this.#kept.memory.get(name);
        if (value !== undefined) kept.memory.set(name, value);
      }
      this.#kept = kept;
      this.#touch("memory", "entries", "topics", "files", "drafts");
    });
  }

  append(entry: Omit<Captured, "custody" | "verdict" | "reasons">): Promise<void> {
    return this.#write("append", "entries", () => {
      const twice = this.#log().findLast((one) => one.ep === entry.ep && one.seq === entry.seq);
      if (twice || this.#kept.entries.has(entry.hash))
        throw new Error("a number or an entry stands in the log already");
      this.#putEntry({ ...entry, custody: "own", verdict: null, reasons: [] });
    });
  }

  settle(hash: string, custody: Custody, verdict: Captured["verdict"], reasons: Captured["reasons"]): Promise<void> {
    return this.#write("settle", "entries", () => {
      const entry = this.#kept.entries.get(hash);
      if (entry) this.#putEntry({ ...entry, custody, verdict, reasons: [...reasons] });
    });
  }

  reclaim(ep: number, first: number, last: number): Promise<number> {
    return this.#write("settle", "entries", () => {
      const lacking = this.#log().filter(
        (one) => one.ep === ep && one.seq >= first && one.seq <= last && one.custody === "server",
      );
      for (const one of lacking) this.#putEntry({ ...one, custody: "own" });
      return lacking.length;
    });
  }

  entries(custody?: Custody, limit?: number): Promise<Captured[]> {
    return this.#read(() =>
      this.#log()
        .filter((one) => !custody || one.custody === custody)
        .slice(0, limit),
    );
  }

  entriesOf(visit: string): Promise<Captured[]> {
    return this.#read(() => this.#log().filter((one) => one.visit === visit));
  }

  count(custody: Custody, visit?: string): Promise<number> {
    return this.#read(
      () => this.#log().filter((one) => one.custody === custody && (!visit || one.visit === visit)).length,
    );
  }

  newest(ep: number, upTo = Number.MAX_SAFE_INTEGER): Promise<Captured | null> {
    return this.#read(() => this.#log().findLast((one) => one.ep === ep && one.seq <= upTo) ?? null);
  }

  epochs(): Promise<number[]> {
    return this.#read(() => [...new Set(this.#log().map((one) => one.ep))]);
  }

  inCustody(ep: number, seq: number): Promise<string | null> {
    return this.#read(() => {
      const found = this.#log().find((one) => one.ep === ep && one.seq === seq && one.custody === "server");
      return found?.hash ?? null;
    });
  }

  putTopic(topic: string, seq: number, data: string | null): Promise<void> {
    return this.#write("putTopic", "topics", () => void this.#kept.topics.set(topic, { seq, data }));
  }

  dropTopic(topic: string): Promise<void> {
    return this.#write("dropTopic", "topics", () => void this.#kept.topics.delete(topic));
  }

  topics(prefix = ""): Promise<Map<string, string>> {
    return this.#read(() => {
      const found = [...this.#kept.topics].filter(([topic]) => topic.startsWith(prefix));
      found.sort(([one], [other]) => (one < other ? -1 : 1));
      return new Map(found.map(([topic, { data }]) => [topic, data ?? ""]));
    });
  }

  topicNumbers(): Promise<Map<string, number>> {
    return this.#read(() => new Map([...this.#kept.topics].map(([topic, { seq }]) => [topic, seq])));
  }

  hear(visit: string, entries: readonly HeardEntry[]): Promise<void> {
    return this.#write("hear", "topics", () => {
      const known = new Map(this.#kept.heard.get(visit));
      for (const one of entries) known.set(one.vseq, one);
      this.#kept.heard.set(visit, known);
    });
  }

  heard(visit: string): Promise<HeardEntry[]> {
    return this.#read(() => {
      const known = [...(this.#kept.heard.get(visit)?.values() ?? [])];
      return known.sort((one, other) => one.vseq - other.vseq);
    });
  }

  forgetHeard(visit: string, after = 0, through = Number.MAX_SAFE_INTEGER): Promise<void> {
    return this.#write("hear", "topics", () => {
      const known = [...(this.#kept.heard.get(visit) ?? [])];
      this.#kept.heard.set(visit, new Map(known.filter(([vseq]) => vseq <= after || vseq > through)));
    });
  }

  async keepFile(bytes: Blob, about: FileAbout): Promise<FileRow> {
    const content = new Uint8Array(await bytes.arrayBuffer());
    const digest = bytesToHex(sha256(content));
    return this.#write("keepFile", "files", () => {
      const known = this.#kept.files.get(digest);
      if (known) return known;
      const row = { digest, ...about, length: content.length, address: null, sent: 0, complete: false };
      this.#kept.files.set(digest, row);
      this.#kept.bytes.set(digest, content);
      return row;
    });
  }

  file(digest: string): Promise<FileRow | null> {
    return this.#read(() => this.#kept.files.get(digest) ?? null);
  }

  files(asked: { incomplete?: boolean; visit?: string } = {}): Promise<FileRow[]> {
    return this.#read(() =>
      [...this.#kept.files.values()].filter(
        (one) => !(asked.incomplete && one.complete) && (asked.visit === undefined || one.visit === asked.visit),
      ),
    );
  }

  async bytes(digest: string, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#read(() => {
      const content = this.#kept.bytes.get(digest);
      if (!content) throw new Error(`no bytes of ${digest}`);
      return content.slice(from, to);
    });
  }

  noteUpload(digest: string, stand: { address: string | null; sent: number; complete: boolean }): Promise<void> {
    return this.#write("keepFile", "files", () => {
      const row = this.#kept.files.get(digest);
      if (row) this.#kept.files.set(digest, { ...row, ...stand });
    });
  }

  copy(digest: string, size: CopySize): Promise<Blob | null> {
    return this.#read(() => this.#kept.copies.get(`${digest} ${size}`) ?? null);
  }

  putCopy(digest: string, size: CopySize, copy: Blob): Promise<void> {
    return this.#write("keepFile", "files", () => void this.#kept.copies.set(`${digest} ${size}`, copy));
  }

  dropCopies(digests: readonly string[]): Promise<void> {
    return this.#write("keepFile", "files", () => {
      for (const digest of digests)
        for (const size of ["small", "screen"]) this.#kept.copies.delete(`${digest} ${size}`);
    });
  }

  dropFiles(digests: readonly string[]): Promise<void> {
    return this.#write("keepFile", "files", () => {
      for (const digest of digests) {
        if (this.#kept.files.get(digest)?.complete !== true) continue;
        this.#kept.files.delete(digest);
        this.#kept.bytes.delete(digest);
      }
    });
  }

  draft(name: string): Promise<string | null> {
    return this.#read(() => this.#kept.drafts.get(name) ?? null);
  }

  putDraft(name: string, text: string | null): Promise<void> {
    return this.#write("putDraft", "drafts", () => {
      if (text === null) this.#kept.drafts.delete(name);
      else this.#kept.drafts.set(name, text);
    });
  }

  follow(listener: (touched: ReadonlySet<Touched>) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async #read<T>(found: () => T): Promise<T> {
    let seen: Promise<unknown> | null = null;
    while (this.#inside.getStore() === undefined && seen !== this.#busy) await (seen = this.#busy);
    return found();
  }

  #log(): readonly Captured[] {
    return (this.#kept.log ??= [...this.#kept.entries.values()].sort(
      (one, other) => one.ep - other.ep || one.seq - other.seq,
    ));
  }

  #putEntry(entry: Captured): void {
    this.#kept.entries.set(entry.hash, entry);
    this.#kept.log = null;
  }

  #write<T>(what: Writing, part: Touched, change: () => T): Promise<T> {
    return this.step(async () => {
      this.#may(what);
      const result = change();
      this.#touch(part);
      return result;
    });
  }

  #may(what: Writing): void {
    this.fails?.(what);
  }

  #touch(...parts: Touched[]): void {
    for (const part of parts) this.#inside.getStore()?.touched.add(part);
  }
}
