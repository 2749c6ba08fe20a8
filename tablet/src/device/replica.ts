/**
 * What a device was told: the topics of its feed, and in them what its partners wrote.
 *
 * Nothing here touches the own log. Every entry is kept under the hash of its own bytes; a block that does not follow on
 * what is known, or a feed whose digest differs, asks for a snapshot and changes nothing else.
 */
import type { FeedItem, GivenEntry, PinnedChecklist, PullAnswer, SnapshotAnswer, VisitCard } from "@contract";
import type { HeardEntry, LocalStore } from "../store/ports";
import { checklistDigest } from "../wire/canonical";
import { bodyDigest, entryHash, feedDigest } from "../wire/digests";
import { MalformedJsonError, parseStrictObject } from "../wire/strict";
import { NAMES } from "./memory";
import { forgetPictures } from "./retention";
import { forgetCredentials } from "./shown";
import { UntrustedAnswerError } from "./types";

const [VISIT, ENTRIES, CHECKLIST] = ["visit:", "entries:", "checklist:"] as const;

/** An item whose content is what it names, with its entries as they are kept. */
interface Checked {
  readonly item: FeedItem;
  readonly heard: readonly HeardEntry[];
}

/** The read side of a device, in the same store as its log. */
export class Replica {
  constructor(private readonly store: LocalStore) {}

  /** The place in the own feed up to which everything was applied. */
  cursor(): Promise<string | null> {
    return this.store.recall(NAMES.cursor);
  }

  /** Whether something did not fit together: only a snapshot puts it right. */
  async needsSnapshot(): Promise<boolean> {
    return (await this.store.recall(NAMES.torn)) !== null;
  }

  /**
   * Applies a page and its cursor in one step, and `alongside` with them; false, and nothing, when it is not the next
   * page of this feed. UntrustedAnswerError when an entry or a checklist is not what it names; nothing was applied.
   */
  async apply(answer: PullAnswer, alongside: () => Promise<void>): Promise<boolean> {
    // Hashes are taken before the transaction, so that it is short.
    const items = answer.items.map(checked);
    return this.store.step(async () => {
      if ((answer.from ?? null) !== (await this.cursor())) return false;
      await alongside();
      const torn = await this.#torn(answer.items);
      if (torn !== null) {
        await this.store.remember(NAMES.torn, torn);
        return false;
      }
      for (const one of items) await this.#take(one);
      await this.store.remember(NAMES.cursor, answer.to);
      if (answer.digest != null && answer.digest !== (await this.digest())) {
        await this.store.remember(NAMES.torn, "digest");
      }
      return true;
    });
  }

  /** Rebuilds everything from all pages of a snapshot: what is not named is not there any more. */
  async applySnapshot(pages: readonly SnapshotAnswer[]): Promise<void> {
    const items = pages.flatMap((page) => page.items).map(checked);
    const named = new Set(items.filter(({ item }) => item.op === "put").map(({ item }) => item.topic));
    await this.store.step(async () => {
      for (const topic of (await this.store.topics()).keys()) {
        if (!named.has(topic)) await this.#leave(topic);
        await this.#drop(topic);
      }
      for (const one of items) await this.#take(one);
      const [first] = pages;
      if (first) await this.store.remember(NAMES.cursor, first.cursor);
      await this.store.remember(NAMES.torn, null);
    });
  }

  /** The digest of the topics as they stand here. */
  async digest(): Promise<string> {
    return feedDigest(await this.store.topicNumbers());
  }

  /** The visits that stand in the feed, by id, as they were last told. */
  async visits(): Promise<Map<string, VisitCard>> {
    const cards = [...(await this.store.topics(VISIT)).values()].map((data) => JSON.parse(data) as VisitCard);
    return new Map(cards.map((card) => [card.id, card]));
  }

  /** One visit; null when it does not stand in the feed. */
  async visit(id: string): Promise<VisitCard | null> {
    const topic = `${VISIT}${id}`;
    const data = (await this.store.topics(topic)).get(topic);
    return data ? (JSON.parse(data) as VisitCard) : null;
  }

  /** A checklist that a visit names; null when it was not told. */
  async checklist(code: string, version: number): Promise<PinnedChecklist | null> {
    const topic = `${CHECKLIST}${code}@${version}`;
    const data = (await this.store.topics(topic)).get(topic);
    return data ? (JSON.parse(data) as PinnedChecklist) : null;
  }

  /** The topic of the first block that begins behind the end of what is known of its visit. */
  async #torn(items: readonly FeedItem[]): Promise<string | null> {
    for (const { topic, entries } of items) {
      if (entries && entries.after > (await this.#through(entries.visit))) return topic;
    }
    return null;
  }

  async #through(visit: string): Promise<number> {
    const topic = `${ENTRIES}${visit}`;
    return Number((await this.store.topics(topic)).get(topic) ?? 0);
  }

  async #take({ item, heard }: Checked): Promise<void> {
    const { topic, seq, entries } = item;
    const told = item.card ?? item.checklist;
    if (item.op === "remove") {
      await this.#leave(topic);
      await this.#drop(topic);
    } else if (told) {
      await this.store.putTopic(topic, seq, JSON.stringify(told));
    } else if (entries) {
      // What was told of these numbers before is replaced: a restored server may have given them to something else.
      await this.store.forgetHeard(entries.visit, entries.after, entries.through);
      await this.store.hear(entries.visit, heard);
      const through = Math.max(await this.#through(entries.visit), entries.through);
      await this.store.putTopic(topic, seq, String(through));
    } else {
      // A later server may tell more kinds: its number counts in the digest of the feed, or there would be no end of
      // snapshots.
      await this.store.putTopic(topic, seq, null);
    }
  }

  async #drop(topic: string): Promise<void> {
    await this.store.dropTopic(topic);
    if (topic.startsWith(ENTRIES)) await this.store.forgetHeard(topic.slice(ENTRIES.length));
  }

  /** What goes with a topic that leaves the feed: what was shown at the door, and the pictures that others took. */
  async #leave(topic: string): Promise<void> {
    if (topic.startsWith(VISIT)) await forgetCredentials(this.store, topic.slice(VISIT.length));
    if (topic.startsWith(ENTRIES)) await forgetPictures(this.store, topic.slice(ENTRIES.length));
  }
}

function checked(item: FeedItem): Checked {
  const { op, checklist, entries } = item;
  if (op === "remove") return { item, heard: [] };
  if (checklist && checklistDigest(checklist.checklist) !== checklist.digest)
    throw new UntrustedAnswerError(item.topic);
  return { item, heard: (entries?.entries ?? []).map(heardEntry) };
}

/** An entry under the hash of its own bytes. Its body must be the one that its header names; what it says is no matter. */
function heardEntry({ vseq, line, uncounted }: GivenEntry): HeardEntry {
  const { p, b, k, a, s } = line;
  if (b != null && namedBody(p) !== bodyDigest(b)) throw new UntrustedAnswerError(`entry ${vseq}`);
  const text = JSON.stringify(b == null ? { p, k, a, s } : { p, b, k, a, s });
  return { hash: entryHash(p), vseq, line: text, uncounted: [...(uncounted ?? [])] };
}

/** What a header names as its body; null for what is no header. A header of a later version may have other members. */
function namedBody(p: string): unknown {
  try {
    return parseStrictObject(p)["body"] ?? null;
  } catch (error) {
    if (!(error instanceof MalformedJsonError)) throw error;
    return null;
  }
}
