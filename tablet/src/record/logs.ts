/** The visit's part of every device log, and the sets of entries that a digest over them proves. */
import type { LogEnd } from "@contract";
import { entrySetDigest } from "../wire/digests";
import type { LogPlace } from "./intake";

/** By device and incarnation, in the order of the numbers. */
export type Logs = ReadonlyMap<string, readonly LogPlace[]>;

export function logsOf(places: Iterable<LogPlace>): Logs {
  const logs = new Map<string, LogPlace[]>();
  for (const place of places) {
    const log = logs.get(nameOf(place));
    if (log) log.push(place);
    else logs.set(nameOf(place), [place]);
  }
  for (const log of logs.values()) log.sort((a, b) => a.seq - b.seq || (a.hash < b.hash ? -1 : 1));
  return logs;
}

const nameOf = (one: { readonly dev: string; readonly ep: number }) => `${one.dev}/${one.ep}`;

/** What stands in the log of a head up to it. */
export function upTo(head: LogEnd, logs: Logs): readonly LogPlace[] {
  const log = logs.get(nameOf(head)) ?? [];
  const last = log.at(-1);
  return last && last.seq <= head.seq ? log : log.filter((place) => place.seq <= head.seq);
}

/** The entries of a forked log that lead to the named head; nothing where `prev` does not tell which they are. */
export function branch(head: LogEnd, logs: Logs): LogPlace[] {
  const found: LogPlace[] = [];
  let wanted = head.hash ?? null;
  let expected = head.seq;
  const here = upTo(head, logs);
  for (let end = here.length; end > 0;) {
    const seq = here[end - 1]?.seq ?? 0;
    let begin = end;
    while (begin > 0 && here[begin - 1]?.seq === seq) begin -= 1;
    const rivals = here.slice(begin, end);
    const named = seq === expected ? rivals.find((place) => place.hash === wanted) : undefined;
    if (!named && rivals.length > 1) return [];
    const chosen = named ?? rivals[0];
    if (!chosen) return [];
    found.push(chosen);
    wanted = chosen.prev;
    expected = seq - 1;
    end = begin;
  }
  return found;
}

/** What stands before an entry in its own log. */
export function predecessors(one: LogPlace, logs: Logs): LogPlace[] {
  return one.seq === 1 ? [] : branch({ dev: one.dev, ep: one.ep, seq: one.seq - 1, hash: one.prev }, logs);
}

/** Each named log once, the last word on it counts. */
export function distinct(heads: readonly LogEnd[]): LogEnd[] {
  return [...new Map(heads.map((head) => [nameOf(head), head])).values()];
}

/**
 * The entries of the digest `named`, if some reading of the named heads has it: all that stands there, without what does
 * not count, the branch to the head, or what stood under one of the ids of visits that became one.
 */
export function provenSet(
  named: string,
  heads: readonly LogEnd[],
  count: number | null,
  logs: Logs,
  objected: ReadonlyMap<string, unknown>,
): ReadonlySet<string> | null {
  const wanted = distinct(heads);
  const everything = wanted.flatMap((head) => [...upTo(head, logs)]);
  const readings = [
    () => everything,
    () => everything.filter((place) => !objected.has(place.hash)),
    () => wanted.flatMap((head) => branch(head, logs)),
    ...[...new Set(everything.map((place) => place.visit))].map(
      (visit) => () => everything.filter((place) => place.visit === visit),
    ),
  ];
  const tried: ReadonlySet<string>[] = [];
  for (const reading of readings) {
    const hashes = new Set(reading().map((place) => place.hash));
    if ((count !== null && hashes.size !== count) || tried.some((one) => isSame(one, hashes))) continue;
    if (entrySetDigest(hashes) === named) return hashes;
    tried.push(hashes);
  }
  return null;
}

function isSame(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  if (one.size !== other.size) return false;
  for (const hash of one) if (!other.has(hash)) return false;
  return true;
}
