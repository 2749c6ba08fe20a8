/** Everything a tablet remembers, sealed. */
import { Copies } from "./copies";
import { Entries } from "./entries";
import { PARTS, type Followers } from "./follow";
import { Files } from "./files";
import type { Captured, CopySize, Custody, FileAbout, FileRow, HeardEntry, LocalStore, Touched } from "./ports";
import { PIECE } from "./pieces";
import type { Database } from "./schema";
import type { Sealer } from "./seal";
import { Steps } from "./steps";
import { Texts } from "./texts";
import { Topics } from "./topics";

type Verdict = NonNullable<Captured["verdict"]>;

export class SealedStore implements LocalStore {
  readonly #db: Database;
  readonly #sealer: Sealer;
  readonly #followers: Followers;
  readonly #steps: Steps;
  readonly #memory: Texts;
  readonly #drafts: Texts;
  readonly #entries: Entries;
  readonly #topics: Topics;
  readonly #files: Files;
  readonly #copies: Copies;

  /** Settled when what an earlier kill left behind has been swept away. */
  readonly swept: Promise<void>;

  /** `piece`: bytes of the pieces in which files are kept. */
  constructor(db: Database, sealer: Sealer, followers: Followers, piece: number = PIECE) {
    this.#db = db;
    this.#sealer = sealer;
    this.#followers = followers;
    this.#steps = new Steps(db, followers);
    this.#memory = new Texts(db.memory, "memory", this.#steps, sealer);
    this.#drafts = new Texts(db.drafts, "drafts", this.#steps, sealer);
    this.#entries = new Entries(db, this.#steps, sealer);
    this.#topics = new Topics(db, this.#steps, sealer);
    this.#files = new Files(db, this.#steps, sealer, piece);
    this.#copies = new Copies(db, this.#steps, sealer);
    this.swept = this.#files.pieces.sweepQuietly();
  }

  /** Nothing begins any more; what has begun ends, then the key is forgotten and `then` is called. */
  close(then: () => void): void {
    this.#steps.end(() => {
      this.#sealer.forget();
      this.#followers.close();
      then();
    });
  }

  step<T>(work: () => Promise<T>): Promise<T> {
    return this.#steps.step(work);
  }

  moment<T>(work: () => Promise<T>): Promise<T> {
    return this.#steps.moment(work);
  }

  follow(listener: (touched: ReadonlySet<Touched>) => void): () => void {
    return this.#followers.follow(listener);
  }

  recall(name: string): Promise<string | null> {
    return this.#memory.get(name);
  }

  remember(name: string, value: string | null): Promise<void> {
    return this.#memory.put(name, value);
  }

  draft(name: string): Promise<string | null> {
    return this.#drafts.get(name);
  }

  putDraft(name: string, text: string | null): Promise<void> {
    return this.#drafts.put(name, text);
  }

  erase(keep: readonly string[]): Promise<void> {
    const { drafts, topics, topicTexts, heard, files, copies } = this.#db;
    return this.#steps.step(async () => {
      await this.#memory.clearBut(keep);
      await this.#files.loosen(await files.toArray());
      await this.#entries.clear();
      for (const table of [drafts, topics, topicTexts, heard, copies]) await table.clear();
      this.#steps.touch(...PARTS);
    });
  }

  append(entry: Omit<Captured, "custody" | "verdict" | "reasons">): Promise<void> {
    return this.#entries.append(entry);
  }

  settle(hash: string, custody: Custody, verdict: Verdict, reasons: Captured["reasons"]): Promise<void> {
    return this.#entries.settle(hash, custody, { verdict, reasons });
  }

  reclaim(ep: number, first: number, last: number): Promise<number> {
    return this.#entries.reclaim(ep, first, last);
  }

  entries(custody?: Custody, limit?: number): Promise<Captured[]> {
    return this.#entries.all(custody, limit);
  }

  entriesOf(visit: string): Promise<Captured[]> {
    return this.#entries.of(visit);
  }

  count(custody: Custody, visit?: string): Promise<number> {
    return this.#entries.count(custody, visit);
  }

  newest(ep: number, upTo?: number): Promise<Captured | null> {
    return this.#entries.newest(ep, upTo);
  }

  epochs(): Promise<number[]> {
    return this.#entries.epochs();
  }

  inCustody(ep: number, seq: number): Promise<string | null> {
    return this.#entries.inCustody(ep, seq);
  }

  putTopic(topic: string, seq: number, data: string | null): Promise<void> {
    return this.#topics.put(topic, seq, data);
  }

  dropTopic(topic: string): Promise<void> {
    return this.#topics.drop(topic);
  }

  topics(prefix?: string): Promise<Map<string, string>> {
    return this.#topics.texts(prefix);
  }

  topicNumbers(): Promise<Map<string, number>> {
    return this.#topics.numbers();
  }

  hear(visit: string, entries: readonly HeardEntry[]): Promise<void> {
    return this.#topics.hear(visit, entries);
  }

  heard(visit: string): Promise<HeardEntry[]> {
    return this.#topics.heard(visit);
  }

  forgetHeard(visit: string, after?: number, through?: number): Promise<void> {
    return this.#topics.forgetHeard(visit, after, through);
  }

  keepFile(bytes: Blob, about: FileAbout): Promise<FileRow> {
    return this.#files.keep(bytes, about);
  }

  file(digest: string): Promise<FileRow | null> {
    return this.#files.get(digest);
  }

  files(asked?: { incomplete?: boolean; visit?: string }): Promise<FileRow[]> {
    return this.#files.all(asked);
  }

  bytes(digest: string, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#files.bytes(digest, from, to);
  }

  noteUpload(digest: string, stand: { address: string | null; sent: number; complete: boolean }): Promise<void> {
    return this.#files.note(digest, stand);
  }

  copy(digest: string, size: CopySize): Promise<Blob | null> {
    return this.#copies.get(digest, size);
  }

  putCopy(digest: string, size: CopySize, copy: Blob): Promise<void> {
    return this.#copies.put(digest, size, copy);
  }

  dropCopies(digests: readonly string[]): Promise<void> {
    return this.#copies.drop(digests);
  }

  dropFiles(digests: readonly string[]): Promise<void> {
    return this.#files.drop(digests);
  }
}
