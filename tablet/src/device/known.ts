/** What this tablet knows of a visit: the told entries and the own ones, and what a signature on them names. */
import type { EntryLine, LogEnd, Reason } from "@contract";
import type { Captured, LocalStore } from "../store/ports";
import { entrySetDigest } from "../wire/digests";
import { parseHeader } from "../wire/envelope";
import { known as remembered, NAMES } from "./memory";
import { placed } from "./log";
import type { ShownSet } from "./types";

/** One entry of a visit, as far as this tablet knows. */
export interface KnownEntry {
  readonly hash: string;
  readonly line: EntryLine;
  /** Its number in the visit; null while the server has not told it. */
  readonly vseq: number | null;
  /** Why it does not count, as the server told; empty when it does. */
  readonly uncounted: readonly Reason[];
  /** The entry of the own log; null for what others wrote. */
  readonly own: Captured | null;
}

/** All entries of a visit, each once: those with a number first, by number, then the own ones as they were written. */
export async function knownEntries(store: LocalStore, visit: string): Promise<KnownEntry[]> {
  const own = new Map((await store.entriesOf(visit)).map((entry) => [entry.hash, entry]));
  const told = (await store.heard(visit)).map(({ hash, line, vseq, uncounted }) => {
    return { hash, line: JSON.parse(line) as EntryLine, vseq, uncounted, own: own.get(hash) ?? null };
  });
  const heard = new Set(told.map((one) => one.hash));
  const untold = [...own.values()].filter((entry) => !heard.has(entry.hash));
  return [
    ...told,
    ...untold.map((entry) => {
      return { hash: entry.hash, line: JSON.parse(entry.line) as EntryLine, vseq: null, uncounted: [], own: entry };
    }),
  ];
}

/** Body of an `attest` or `submit` that vouches for all own entries of a visit. */
export async function attestation(store: LocalStore, visit: string): Promise<ShownSet> {
  const dev = await remembered(store, NAMES.device);
  const own = await store.entriesOf(visit);
  const heads: LogEnd[] = [];
  for (const ep of [...new Set(own.map((entry) => entry.ep))].sort((one, other) => one - other)) {
    const newest = await store.newest(ep);
    if (newest) heads.push({ dev, ...placed(newest) });
  }
  return { set: entrySetDigest(own.map((entry) => entry.hash)), heads, count: own.length };
}

/**
 * What a signature names when all that is known of a visit was shown: everything but what the server refused, and of
 * each log the newest of these entries.
 */
export async function shownSet(store: LocalStore, visit: string): Promise<ShownSet> {
  const shown = (await knownEntries(store, visit)).filter((entry) => entry.own?.custody !== "refused");
  const heads = new Map<string, LogEnd>();
  for (const { hash, line } of shown) {
    const { dev, ep, seq } = parseHeader(line.p);
    const log = `${dev} ${ep}`;
    if ((heads.get(log)?.seq ?? 0) < seq) heads.set(log, { dev, ep, seq, hash });
  }
  return { set: entrySetDigest(shown.map((entry) => entry.hash)), heads: [...heads.values()], count: shown.length };
}
