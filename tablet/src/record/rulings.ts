/** What a leader's resolution decides: when it is in force, when a late statement re-opens it. */
import type { Resolve } from "@contract";
import type { Said } from "./intake";
import type { Supersession } from "./supersession";

/** What the leaders decided on one topic. */
export type Ruling =
  | { readonly state: "none" | "reopened" | "contradictory" }
  | { readonly state: "decided"; readonly how: "value"; readonly value: string }
  | { readonly state: "decided"; readonly how: "both-stand" | "re-inspect"; readonly value: null };

/** What there is to decide: surviving statements (hash → value), live disputes, what may be ruled. */
export interface Topic {
  readonly heads: ReadonlyMap<string, string>;
  readonly disputes: ReadonlySet<string>;
  readonly allValues: ReadonlyMap<string, string>;
  allows(value: string): boolean;
}

/** The counted resolutions of a visit, and who replaced whom among them. */
export interface Resolves {
  readonly every: ReadonlyMap<string, Said>;
  readonly order: Supersession;
}

type Outcome = readonly [how: "value" | "both-stand" | "re-inspect", value: string | null];

/**
 * The ruling in force.
 *
 * In force is what names every surviving statement in `over` or agrees with it, and names every live dispute. An unseen
 * differing statement re-opens. A resolution inherits what the ones it names considered.
 */
export function ruleOn(topic: Topic, mine: readonly Said[], resolves: Resolves): Ruling {
  if (mine.length === 0 || topic.heads.size + topic.disputes.size === 0) return { state: "none" };
  const live = mine.filter((one) => !resolves.order.has(one.hash) && isPossible(outcomeOf(one, topic), topic));
  if (live.length === 0) return { state: "none" };
  const effective = live.filter((one) => sawAll(one, topic, resolves.every)).map((one) => outcomeOf(one, topic));
  const [first] = effective;
  if (!first) return { state: "reopened" };
  if (effective.some(([how, value]) => how !== first[0] || value !== first[1])) return { state: "contradictory" };
  const [how, value] = first;
  if (how !== "value") return { state: "decided", how, value: null };
  return { state: "decided", how, value: value ?? "" };
}

export function bodyOf(said: Said): Resolve {
  return said.body as unknown as Resolve;
}

function outcomeOf(said: Said, topic: Topic): Outcome {
  const { how, value, choose } = bodyOf(said);
  if (how === "choose") return ["value", topic.allValues.get(choose ?? "") ?? null];
  return [how, value ?? null];
}

/** What is no answer at all rules nothing. */
function isPossible([how, value]: Outcome, topic: Topic): boolean {
  return how !== "value" || (value !== null && topic.allows(value));
}

function sawAll(said: Said, topic: Topic, every: ReadonlyMap<string, Said>): boolean {
  const [how, value] = outcomeOf(said, topic);
  const seen = considered(said, every);
  for (const [hash, stated] of topic.heads) if ((how !== "value" || stated !== value) && !seen.has(hash)) return false;
  for (const hash of topic.disputes) if (!seen.has(hash)) return false;
  return true;
}

/** All hashes that a resolution names, directly or through the resolutions it names. */
function considered(said: Said, every: ReadonlyMap<string, Said>): Set<string> {
  const found = new Set<string>();
  const waiting = [said];
  for (let one = waiting.pop(); one; one = waiting.pop()) {
    for (const target of one.header.over ?? []) {
      if (found.has(target)) continue;
      found.add(target);
      const named = every.get(target);
      if (named) waiting.push(named);
    }
  }
  return found;
}
