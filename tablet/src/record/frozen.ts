/**
 * What the inspected party had signed stays as it was signed: a later correction does not count unless the leader sent
 * that very check point back, or the party signed, or refused to sign, the correction as well.
 */
import type { AnswerSet, Refusal, SignatureBody, VisitCard } from "@contract";
import type { Bare, Intake, Said } from "./intake";
import { predecessors, provenSet } from "./logs";
import type { Logs } from "./logs";
import type { Point, Scheme } from "./scheme";
import type { Standing } from "./standing";
import { remembered } from "./vouching";
import type { Proofs, Proven } from "./vouching";
import { entrySetDigest } from "../wire/digests";

const STATED: ReadonlySet<string> = new Set(["answer.set", "answer.withdraw", "refusal"]);

/** The entries that were shown with a signature or a refusal. `proven`: the digest it names is theirs. */
export interface Shown {
  readonly entries: ReadonlySet<string>;
  readonly proven: boolean;
}

/** By hash of each signature and each refusal to sign, what was shown with it. */
export function shownWith(
  intake: Intake,
  proven: readonly Proven[],
  logs: Logs,
  standing: Standing,
  proofs: Proofs,
): ReadonlyMap<string, Shown> {
  const sets = new Map(proven.flatMap((one) => (one.covered ? [[one.body.set, one.covered] as const] : [])));
  const found = new Map<string, Shown>();
  const papers = intake.of("signature", "refusal").filter((said) => said.kind === "signature" || isPaper(said));
  if (papers.length === 0) return found;
  const here = new Set(intake.places.map((place) => place.hash));
  for (const said of papers) {
    const { set, heads } = said.body as unknown as SignatureBody | Refusal;
    const before = new Set(predecessorsOf(said, logs));
    if (!set) {
      found.set(said.hash, { entries: before, proven: false });
      continue;
    }
    const ask = () => sets.get(set) ?? provenSet(set, heads ?? [], null, logs, standing.reasons);
    const entries = remembered(said.hash, proofs, here, ask);
    // Where nothing tells, all that stands before it: that was there, whatever was shown.
    found.set(
      said.hash,
      entries ? { entries, proven: true } : { entries: before, proven: entrySetDigest(before) === set },
    );
  }
  return found;
}

/** Every entry that a counted paper of the party covers. A paper that was replaced later covers what it did. */
export function signedParts(intake: Intake, shown: ReadonlyMap<string, Shown>, standing: Standing): Set<string> {
  const signed = new Set<string>();
  for (const [hash, { entries }] of shown) {
    const paper = intake.said.get(hash);
    if (paper && isPaper(paper) && standing.counts(hash)) for (const entry of entries) signed.add(entry);
  }
  return signed;
}

/** The counted corrections that take no effect, and the corrections of those. */
export function frozenCorrections(
  intake: Intake,
  signed: ReadonlySet<string>,
  card: VisitCard,
  scheme: Scheme,
  standing: Standing,
): Set<string> {
  const naming = new Map<string, Bare[]>();
  if (signed.size === 0) return new Set();
  for (const one of intake.naming) {
    if (!STATED.has(one.kind) || signed.has(one.hash) || !isOpen(one, intake, standing)) continue;
    for (const named of one.header.over ?? []) naming.set(named, [...(naming.get(named) ?? []), one]);
  }
  const frozen = new Set<string>();
  if (naming.size === 0) return frozen;
  const released = releasedBy(card, scheme);
  const waiting = [...signed].flatMap((hash) => fieldOf(hash, intake));
  for (let target = waiting.pop(); target; target = waiting.pop()) {
    for (const one of naming.get(target.hash) ?? []) {
      const point = pointOf(one, intake, scheme) ?? pointOf(target, intake, scheme);
      const free = one.ins !== target.ins || released(point, target);
      if (free || frozen.has(one.hash)) continue;
      frozen.add(one.hash);
      waiting.push(one);
    }
  }
  return frozen;
}

/** Whether it is what the party signs, or refuses to sign. */
export function isPaper(said: Said): boolean {
  if (said.kind === "signature") return (said.body as unknown as SignatureBody).role === "representative";
  return said.kind === "refusal" && (said.body as unknown as Refusal).what === "signature";
}

function predecessorsOf(said: Said, logs: Logs): string[] {
  const { dev, ep, seq, prev, visit } = said.header;
  const place = { hash: said.hash, dev, ep, seq, prev: prev ?? null, visit: visit ?? "" };
  return predecessors(place, logs).map((one) => one.hash);
}

function fieldOf(hash: string, intake: Intake): Bare[] {
  const one = intake.replacing.get(hash);
  return one && isField(one, intake) ? [one] : [];
}

function isField(one: Bare, intake: Intake): boolean {
  if (!STATED.has(one.kind)) return false;
  const said = intake.said.get(one.hash);
  return !said || !isPaper(said);
}

function isOpen(one: Bare, intake: Intake, standing: Standing): boolean {
  return isField(one, intake) && standing.counts(one.hash) && !standing.admitted.has(one.hash);
}

/** Whether a point was sent back after the target had been seen; what has no number yet was not. */
export function releasedBy(card: VisitCard, scheme: Scheme): (point: Point | null, target: Bare) => boolean {
  const through = new Map<Point, number>();
  for (const one of card.returned ?? []) {
    const point = scheme.place([one.checklist, 1, ""], one.item);
    if (point) through.set(point, Math.max(through.get(point) ?? 0, one.through ?? 0));
  }
  return (point, target) => point !== null && target.vseq !== null && target.vseq <= (through.get(point) ?? 0);
}

function pointOf(one: Bare, intake: Intake, scheme: Scheme): Point | null {
  const said = intake.said.get(one.hash);
  if (!said || !STATED.has(said.kind)) return null;
  return scheme.place(said.header.ck, (said.body as unknown as AnswerSet | Refusal).item);
}
