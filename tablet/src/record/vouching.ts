/** Attestations: which entries an inspector vouches for. A digest that matches proves the set, whoever brought what. */
import type { Attest, LogGap } from "@contract";
import type { Intake, Said } from "./intake";
import { branch, distinct, provenSet, upTo } from "./logs";
import type { Logs } from "./logs";
import type { Standing } from "./standing";
import type { Supersession } from "./supersession";

/** An attestation and the entries it names; null while they cannot be rebuilt from what is here. */
export interface Proven {
  readonly said: Said;
  readonly body: Attest;
  readonly covered: ReadonlySet<string> | null;
}

/** By entry, the inspectors who vouch for it; who vouches at all; who ended his part. */
export interface Vouching {
  readonly by: ReadonlyMap<string, ReadonlySet<string>>;
  readonly inspectors: ReadonlySet<string>;
}

/** What was proven before, by the hash of what names the set: stays proven as long as its entries are here. */
export type Proofs = Map<string, ReadonlySet<string>>;

/** Asks for a set once: what was proven stays so while all of it is here. */
export function remembered(
  hash: string,
  proofs: Proofs,
  intake: ReadonlySet<string>,
  ask: () => ReadonlySet<string> | null,
): ReadonlySet<string> | null {
  const before = proofs.get(hash);
  if (before && [...before].every((one) => intake.has(one))) return before;
  const found = ask();
  if (found) proofs.set(hash, found);
  return found;
}

/** Every attestation with the set that it names, if that can be rebuilt. */
export function proofsOf(intake: Intake, logs: Logs, standing: Standing, proofs: Proofs): Proven[] {
  const found: Proven[] = [];
  const vouches = intake.of("attest", "submit");
  if (vouches.length === 0) return found;
  const here = new Set(intake.places.map((place) => place.hash));
  for (const said of vouches) {
    const body = said.body as unknown as Attest;
    const ask = () => provenSet(body.set, body.heads ?? [], body.count, logs, standing.reasons);
    found.push({ said, body, covered: remembered(said.hash, proofs, here, ask) });
  }
  return found;
}

/** Weighs every attestation. For what a leader certified lost the author's word is enough. */
export function vouch(
  proven: readonly Proven[],
  logs: Logs,
  standing: Standing,
  order: Supersession,
  losses: readonly LogGap[],
): Vouching {
  const by = new Map<string, Set<string>>();
  const inspectors = new Set<string>();
  for (const one of proven) {
    if (!standing.counts(one.said.hash) || order.has(one.said.hash)) continue;
    const covered = one.covered ?? certified(one, logs, losses);
    if (!covered) continue;
    for (const hash of covered) {
      const vouchers = by.get(hash);
      if (vouchers) vouchers.add(one.said.ins);
      else by.set(hash, new Set([one.said.ins]));
    }
    // Who attests an empty set vouches for nothing.
    if (one.body.count > 0) inspectors.add(one.said.ins);
  }
  return { by, inspectors };
}

/** The decisions by which stretches of logs are lost for good. */
export function lossesOf(intake: Intake, standing: Standing): LogGap[] {
  const counted = intake.of("log.gap").filter((said) => standing.counts(said.hash));
  return counted.map((said) => said.body as unknown as LogGap);
}

const MOST_LOST = 1_000_000;

function certified(one: Proven, logs: Logs, losses: readonly LogGap[]): ReadonlySet<string> | null {
  const covered = new Set<string>();
  let lost = 0;
  let certificates = 0;
  for (const head of distinct(one.body.heads ?? [])) {
    const about = losses.filter((loss) => loss.dev === head.dev && loss.ep === head.ep && loss.first <= head.seq);
    const here = upTo(head, logs);
    let named: readonly { readonly hash: string }[];
    if (here.some((place) => place.hash === head.hash)) named = branch(head, logs);
    else if (about.some((loss) => head.seq <= loss.last)) named = here;
    else return null;
    for (const place of named) covered.add(place.hash);
    certificates += about.length;
    lost += lengthOf(about.map((loss) => [loss.first, Math.min(loss.last, head.seq, MOST_LOST)] as const));
  }
  const { count } = one.body;
  return certificates > 0 && covered.size < count && count <= covered.size + lost ? covered : null;
}

/** How many numbers stretches have together, each once. */
function lengthOf(stretches: readonly (readonly [first: number, last: number])[]): number {
  let [length, reached] = [0, 0];
  for (const [first, last] of [...stretches].sort(([a], [b]) => a - b)) {
    const from = Math.max(first, reached + 1);
    if (last >= from) length += last - from + 1;
    reached = Math.max(reached, last);
  }
  return length;
}
