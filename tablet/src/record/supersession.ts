/** What replaces what: `over` names the author's own earlier statements. Arrival orders nothing. */
import type { Bare } from "./intake";

/** What an inspector may take back or correct, each by any of these. */
export const STATEMENTS: ReadonlySet<string> = new Set([
  "answer.set",
  "answer.withdraw",
  "refusal",
  "signature",
  "concur",
  "dispute",
]);
export const VOUCHES: ReadonlySet<string> = new Set(["attest", "submit", "withdraw"]);
export const ADMISSIONS: ReadonlySet<string> = new Set(["admit", "exclude"]);
export const RESOLUTIONS: ReadonlySet<string> = new Set(["resolve"]);

/** By replaced hash, the hashes that replace it. */
export type Supersession = ReadonlyMap<string, readonly string[]>;

/**
 * Who replaces whom among the entries of a family; `mayReplace` says whose `over` has any effect.
 *
 * A replaced entry still replaces what it named: a chain of corrections has one survivor, and withdrawing a withdrawal
 * brings nothing back. What names a foreign entry, or itself, has no effect there.
 */
export function supersede(
  known: ReadonlyMap<string, Bare>,
  family: ReadonlySet<string>,
  mayReplace: (one: Bare) => boolean,
  sameAuthor = true,
): Supersession {
  const edges = new Map<string, string[]>();
  for (const one of known.values()) {
    const over = one.header.over ?? [];
    if (over.length === 0 || !family.has(one.kind) || !mayReplace(one)) continue;
    const targets = over.filter((hash) => {
      const target = known.get(hash);
      if (!target || hash === one.hash || !family.has(target.kind)) return false;
      return !sameAuthor || target.ins === one.ins;
    });
    if (targets.length > 0) edges.set(one.hash, targets);
  }
  const by = new Map<string, string[]>();
  for (const [source, targets] of withoutCycles(edges)) {
    for (const target of new Set(targets)) by.set(target, [...(by.get(target) ?? []), source]);
  }
  for (const sources of by.values()) sources.sort();
  return by;
}

type Edges = ReadonlyMap<string, Iterable<string>>;

/** Drops the edges inside cycles, which only a collision of hashes can make. */
function withoutCycles(edges: Edges): Edges {
  const left = peeled(edges);
  if (left.size === 0) return edges;
  const both = new Set([...peeled(reversed(edges))].filter((one) => left.has(one)));
  return new Map(
    [...edges].map(([one, targets]) => [one, [...targets].filter((target) => !(both.has(one) && both.has(target)))]),
  );
}

/** What remains when nodes without a successor are removed again and again. */
function peeled(edges: Edges): Set<string> {
  const waiting = new Map([...edges].map(([one, targets]) => [one, new Set(targets).size]));
  const backwards = reversed(edges);
  const free = [...backwards.keys()].filter((one) => !waiting.get(one));
  for (let node = free.pop(); node !== undefined; node = free.pop()) {
    for (const source of backwards.get(node) ?? []) {
      const count = (waiting.get(source) ?? 0) - 1;
      waiting.set(source, count);
      if (count === 0) free.push(source);
    }
  }
  return new Set([...waiting].filter(([, count]) => count > 0).map(([one]) => one));
}

function reversed(edges: Edges): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [source, targets] of edges) {
    for (const target of targets) {
      const sources = found.get(target);
      if (sources) sources.add(source);
      else found.set(target, new Set([source]));
    }
  }
  return found;
}
