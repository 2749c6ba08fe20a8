/** Sorts what is known of a visit: what can be folded, what waits, what was erased, and where each stands in its log. */
import type { EntryHeader, EraseBody, Reason } from "@contract";
import { isDecision, isStated } from "./bodies";
import { readEntry } from "./read";
import type { ReadEntry } from "./read";
import type { RecordSources } from "./view";

/** One entry as the record sees it. */
export interface Said {
  readonly hash: string;
  readonly ins: string;
  readonly kind: string;
  readonly header: EntryHeader;
  /** As its type says. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Why it does not count, as far as the server or its verdict told. */
  readonly told: readonly Reason[];
  /** Its number in the visit; null before the server told it. */
  readonly vseq: number | null;
}

/** What the header alone tells, all there is of an erased one. */
export type Bare = Omit<Said, "body">;

/** Where an entry stands in its device's log. */
export interface LogPlace {
  readonly hash: string;
  readonly dev: string;
  readonly ep: number;
  readonly seq: number;
  readonly prev: string | null;
  readonly visit: string;
}

/** Everything known of a visit, each entry once. */
export interface Intake {
  readonly said: ReadonlyMap<string, Said>;
  /** Erased ones too: a correction whose body is gone still says in its header what it corrected. */
  readonly replacing: ReadonlyMap<string, Bare>;
  /** Those among them that name something in `over`. */
  readonly naming: readonly Bare[];
  /** What is understood, of these kinds. */
  of(...kinds: readonly string[]): Said[];
  /** All that the server has or will have; what it refused stands in no set. */
  readonly places: readonly LogPlace[];
}

/** What was read before, by hash. */
export type Memory = Map<string, ReadEntry>;

interface Known {
  readonly read: ReadEntry;
  readonly told: readonly Reason[];
  readonly vseq: number | null;
  readonly refused: boolean;
}

/** By these verdicts an entry counts only when a leader admits it; other remarks are for a person's eye. */
const UNCOUNTED: readonly Reason[] = ["not-bound", "device-revoked", "acted-after-recusal", "certificate-expired"];

/** Takes in what is known. `memory` keeps what was read, so that the next time only new entries are. */
export function takeIn(given: RecordSources, memory: Memory): Intake {
  const visits = new Set([given.card.id, ...(given.card.linked ?? [])]);
  const known = knownOf(given, memory);
  const erased = erasedOf(known, visits, given.card.office);
  const said = new Map<string, Said>();
  const replacing = new Map<string, Bare>();
  const naming: Bare[] = [];
  const byKind = new Map<string, Said[]>();
  const places: LogPlace[] = [];
  for (const [hash, { read, told, vseq, refused }] of known) {
    const { header, body } = read;
    if (!refused) places.push(placeOf(hash, header));
    if (!header.visit || !visits.has(header.visit)) continue;
    const bare = { hash, ins: header.ins, kind: header.type, header, told, vseq };
    const one = body && !erased.has(hash) ? { ...bare, body } : null;
    if (!one && !erased.has(hash)) continue;
    replacing.set(hash, one ?? bare);
    if (header.over && header.over.length > 0) naming.push(one ?? bare);
    if (!one) continue;
    said.set(hash, one);
    const alike = byKind.get(one.kind);
    if (alike) alike.push(one);
    else byKind.set(one.kind, [one]);
  }
  const of = (...kinds: readonly string[]) => kinds.flatMap((kind) => byKind.get(kind) ?? []);
  return { said, replacing, naming, of, places };
}

function knownOf(given: RecordSources, memory: Memory): Map<string, Known> {
  const known = new Map<string, Known>();
  const read = (hash: string, line: string): ReadEntry | null => {
    const before = memory.get(hash);
    if (before && before.unread !== "body-missing") return before;
    const fresh = readEntry(hash, line);
    if (fresh) memory.set(hash, fresh);
    return fresh ?? before ?? null;
  };
  for (const one of given.heard) {
    const entry = read(one.hash, one.line);
    if (entry) known.set(one.hash, { read: entry, told: one.uncounted, vseq: one.vseq, refused: false });
  }
  for (const one of given.own) {
    if (known.has(one.hash)) continue;
    const entry = read(one.hash, one.line);
    const refused = one.custody === "refused";
    const told = refused ? atLeast(one.reasons) : one.reasons.filter((reason) => UNCOUNTED.includes(reason));
    if (entry) known.set(one.hash, { read: entry, told, vseq: null, refused });
  }
  return known;
}

const atLeast = (reasons: readonly Reason[]): readonly Reason[] => (reasons.length > 0 ? reasons : ["malformed"]);

/** The targets of the office's `erase.body`: whether their bytes are still here or not, they are not read. */
function erasedOf(known: ReadonlyMap<string, Known>, visits: ReadonlySet<string>, office: string): Set<string> {
  const found = new Set<string>();
  for (const { read } of known.values()) {
    const { header, body } = read;
    if (header.type !== "erase.body" || header.dev !== office || !body || !visits.has(header.visit ?? "")) continue;
    for (const target of (body as unknown as EraseBody).targets) {
      // Decisions cannot be erased: somebody must answer for them.
      if (isStated(known.get(target)?.read.header.type ?? "")) found.add(target);
    }
  }
  return found;
}

function placeOf(hash: string, header: EntryHeader): LogPlace {
  const { dev, ep, seq } = header;
  return { hash, dev, ep, seq, prev: header.prev ?? null, visit: header.visit ?? "" };
}

/** Whether leaders and the office write this kind. */
export const decides = (one: Bare): boolean => isDecision(one.kind);
