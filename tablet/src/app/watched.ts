/**
 * The store, and what changes in it as it changes: screens patch what they hold instead of reading all of it again.
 * Changes are told when no step is open any more, so nothing is shown before it is kept; after a step that failed, or
 * when another window wrote, everything is distrusted and read anew.
 */
import type { Captured, HeardEntry, LocalStore } from "../store/ports";

export type Change =
  | { readonly what: "entry"; readonly entry: Captured }
  | { readonly what: "settled"; readonly hash: string; readonly as: Pick<Captured, "custody" | "verdict" | "reasons"> }
  | { readonly what: "heard"; readonly visit: string; readonly entries: readonly HeardEntry[] }
  | { readonly what: "unheard"; readonly visit: string; readonly after: number; readonly through: number }
  | { readonly what: "topic"; readonly topic: string }
  | { readonly what: "file" }
  | { readonly what: "memory"; readonly name: string }
  /** Anything at all. */
  | { readonly what: "all" };

export interface Watched {
  readonly store: LocalStore;
  /** Forgets who listens. */
  end(): void;
}

/** A store that does as `inner` does and tells what changed. */
export function watched(inner: LocalStore, tell: (changes: readonly Change[]) => void): Watched {
  let open = 0;
  let pending: Change[] = [];
  const flush = () => {
    if (open > 0 || pending.length === 0) return;
    const changes = pending;
    pending = [];
    tell(changes);
  };
  /** Runs as a step of ours: what it changes is told when it has ended well. */
  const during = async <T>(work: () => Promise<T>, change?: (result: T) => Change): Promise<T> => {
    open += 1;
    try {
      const result = await work();
      if (change) pending.push(change(result));
      return result;
    } catch (error) {
      pending = [{ what: "all" }];
      throw error;
    } finally {
      open -= 1;
      flush();
    }
  };
  const elsewhere = inner.follow((touched) => {
    if (open > 0 || (touched.size === 1 && touched.has("drafts"))) return;
    pending.push({ what: "all" });
    flush();
  });
  return { store: { ...reading(inner), ...writing(inner, during) }, end: elsewhere };
}

type Reading = Pick<
  LocalStore,
  | "moment"
  | "recall"
  | "entries"
  | "entriesOf"
  | "count"
  | "newest"
  | "epochs"
  | "inCustody"
  | "topics"
  | "topicNumbers"
  | "heard"
  | "file"
  | "files"
  | "bytes"
  | "copy"
  | "draft"
  | "putDraft"
  | "putCopy"
  | "dropCopies"
  | "follow"
>;

function reading(inner: LocalStore): Reading {
  return {
    moment: (work) => inner.moment(work),
    recall: (name) => inner.recall(name),
    entries: (custody, limit) => inner.entries(custody, limit),
    entriesOf: (visit) => inner.entriesOf(visit),
    count: (custody, visit) => inner.count(custody, visit),
    newest: (ep, upTo) => inner.newest(ep, upTo),
    epochs: () => inner.epochs(),
    inCustody: (ep, seq) => inner.inCustody(ep, seq),
    topics: (prefix) => inner.topics(prefix),
    topicNumbers: () => inner.topicNumbers(),
    heard: (visit) => inner.heard(visit),
    file: (digest) => inner.file(digest),
    files: (asked) => inner.files(asked),
    bytes: (digest, from, to) => inner.bytes(digest, from, to),
    copy: (digest, size) => inner.copy(digest, size),
    draft: (name) => inner.draft(name),
    putDraft: (name, text) => inner.putDraft(name, text),
    putCopy: (digest, size, copy) => inner.putCopy(digest, size, copy),
    dropCopies: (digests) => inner.dropCopies(digests),
    follow: (listener) => inner.follow(listener),
  };
}

type During = <T>(work: () => Promise<T>, change?: (result: T) => Change) => Promise<T>;

function writing(inner: LocalStore, during: During): Omit<LocalStore, keyof Reading> {
  const all = (): Change => ({ what: "all" });
  const file = (): Change => ({ what: "file" });
  return {
    step: (work) => during(() => inner.step(work)),
    remember: (name, value) =>
      during(
        () => inner.remember(name, value),
        () => ({ what: "memory", name }),
      ),
    erase: (keep) => during(() => inner.erase(keep), all),
    append: (entry) =>
      during(
        () => inner.append(entry),
        () => ({ what: "entry", entry: { ...entry, custody: "own", verdict: null, reasons: [] } }),
      ),
    settle: (hash, custody, verdict, reasons) =>
      during(
        () => inner.settle(hash, custody, verdict, reasons),
        () => ({ what: "settled", hash, as: { custody, verdict, reasons } }),
      ),
    reclaim: (ep, first, last) =>
      during(
        () => inner.reclaim(ep, first, last),
        (some) => (some > 0 ? all() : { what: "memory", name: "" }),
      ),
    putTopic: (topic, seq, data) =>
      during(
        () => inner.putTopic(topic, seq, data),
        () => ({ what: "topic", topic }),
      ),
    dropTopic: (topic) =>
      during(
        () => inner.dropTopic(topic),
        () => ({ what: "topic", topic }),
      ),
    hear: (visit, entries) =>
      during(
        () => inner.hear(visit, entries),
        () => ({ what: "heard", visit, entries }),
      ),
    forgetHeard: (visit, after = 0, through = Number.MAX_SAFE_INTEGER) =>
      during(
        () => inner.forgetHeard(visit, after, through),
        () => ({ what: "unheard", visit, after, through }),
      ),
    keepFile: (bytes, about) => during(() => inner.keepFile(bytes, about), file),
    noteUpload: (digest, stand) => during(() => inner.noteUpload(digest, stand), file),
    dropFiles: (digests) => during(() => inner.dropFiles(digests), file),
  };
}
