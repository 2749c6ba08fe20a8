/**
 * A device as a witness of the server's log: it keeps the newest tree head, names it in every header, and checks that
 * each new head continues those it saw. What does not fit is an alarm for people; it costs nobody an entry.
 */
import type { ConsistencyAnswer, LogHead } from "@contract";
import type { LocalStore } from "../store/ports";
import { unb64url } from "../wire/bytes";
import { consistencyHolds } from "../wire/merkle";
import { NAMES, recalled } from "./memory";

/** How many alarms, and how many heads that wait to be checked, are kept. */
const MOST = 20;

/** A tree head that the server told, under its signature, in a receipt or as a head. */
export interface SeenHead {
  readonly size: number;
  readonly root: string;
  readonly history: string;
}

/**
 * What is wrong with the server's log. `forked`: two heads of one history that no proof joins. `lost`: a restore lost
 * leaves that this device has a signed head of; the entries are to be offered again.
 */
export interface LogAlarm {
  readonly kind: "forked" | "lost";
  readonly seen: SeenHead;
  readonly told: SeenHead;
}

/** The sizes of two trees, the smaller first. */
export type SizePair = readonly [number, number];

/** What one device remembers of the log. */
export class Witness {
  constructor(private readonly store: LocalStore) {}

  /** What the next header names: size and root of the head that was told last. */
  async newest(): Promise<readonly [number, string] | null> {
    const head = await this.#told();
    return head === null ? null : [head.size, head.root];
  }

  /** What did not fit, oldest first. */
  async alarms(): Promise<LogAlarm[]> {
    return (await recalled<LogAlarm[]>(this.store, NAMES.logAlarms)) ?? [];
  }

  /** A receipt told this head. It is checked when the next head is fetched. Inside or outside of a step. */
  saw(size: number, root: string, history: string): Promise<void> {
    const head: SeenHead = { size, root, history };
    return this.store.step(async () => {
      const told = await this.#told();
      if (told !== null && same(told, head)) return;
      if (told !== null && told.history === history && told.size === size) return this.#alarm("forked", told, head);
      await this.#wait([...(await this.#waiting()), head]);
      if (told === null || told.history !== history || told.size < size) await this.#tell(head);
    });
  }

  /** The sizes between which the server must prove consistency before `head` can be trusted. */
  async openQuestions(head: LogHead): Promise<SizePair[]> {
    const pairs = new Map<string, SizePair>();
    for (const seen of await this.#seen()) {
      const pair = pairOf(seen.size, head.size);
      if (comparable(seen, head) && pair[0] > 0 && pair[0] !== pair[1]) pairs.set(pair.join(), pair);
    }
    return [...pairs.values()].sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  }

  /**
   * Keeps `head`; whether it continues everything that was seen. `proofs`: the answers to `openQuestions`. A proof that
   * is missing proves nothing: the server refused it.
   */
  judge(head: LogHead, proofs: readonly ConsistencyAnswer[]): Promise<boolean> {
    const told: SeenHead = { size: head.size, root: head.root, history: head.history };
    const paths = new Map(proofs.map((proof) => [pairOf(proof.first, proof.second).join(), proof.path.map(unb64url)]));
    return this.store.step(async () => {
      let good = true;
      for (const seen of await this.#seen()) {
        const found = comparable(seen, head)
          ? continues(seen, told, paths.get(pairOf(seen.size, head.size).join()))
          : null;
        if (found === true) continue;
        good = false;
        await this.#alarm(found === null ? "lost" : "forked", seen, told);
      }
      await this.#tell(told);
      await this.#wait([told]);
      return good;
    });
  }

  #told(): Promise<SeenHead | null> {
    return recalled<SeenHead>(this.store, NAMES.logTold);
  }

  #tell(head: SeenHead): Promise<void> {
    return this.store.remember(NAMES.logTold, JSON.stringify(head));
  }

  async #waiting(): Promise<SeenHead[]> {
    return (await recalled<SeenHead[]>(this.store, NAMES.logWaiting)) ?? [];
  }

  async #seen(): Promise<SeenHead[]> {
    const waiting = await this.#waiting();
    return waiting.filter((head, at) => waiting.findIndex((other) => same(head, other)) === at);
  }

  #wait(heads: readonly SeenHead[]): Promise<void> {
    // The first is the one that was checked last; of those after it the newest stay.
    const kept = [...heads.slice(0, 1), ...heads.slice(1).slice(-MOST)];
    return this.store.remember(NAMES.logWaiting, JSON.stringify(kept));
  }

  async #alarm(kind: LogAlarm["kind"], seen: SeenHead, told: SeenHead): Promise<void> {
    const alarms = await this.alarms();
    if (alarms.some((one) => one.kind === kind && same(one.seen, seen) && same(one.told, told))) return;
    await this.store.remember(NAMES.logAlarms, JSON.stringify([...alarms, { kind, seen, told }].slice(-MOST)));
  }
}

function same(one: SeenHead, other: SeenHead): boolean {
  return one.size === other.size && one.root === other.root && one.history === other.history;
}

function comparable(seen: SeenHead, head: LogHead): boolean {
  if (seen.history === head.history) return true;
  const kept = (head.past ?? []).find((old) => old.history === seen.history)?.kept ?? 0;
  return seen.size <= kept;
}

function pairOf(one: number, other: number): SizePair {
  return one < other ? [one, other] : [other, one];
}

/** Whether the smaller of the two trees is the beginning of the larger. */
function continues(seen: SeenHead, told: SeenHead, path: readonly Uint8Array[] | undefined): boolean {
  const [first, second] = seen.size <= told.size ? [seen, told] : [told, seen];
  if (path === undefined && first.size > 0 && first.size !== second.size) return false;
  return consistencyHolds(first.size, second.size, path ?? [], unb64url(first.root), unb64url(second.root));
}
