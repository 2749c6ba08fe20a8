/** Who counts: authority is a remark on the set of entries, never a reason to drop one. */
import type { Admission, Reason, VisitCard } from "@contract";
import { decides } from "./intake";
import type { Bare, Intake, Said } from "./intake";
import { ADMISSIONS, supersede } from "./supersession";

/** For each entry whether it counts, and if not: why, or by which decisions. */
export interface Standing {
  readonly reasons: ReadonlyMap<string, readonly Reason[]>;
  readonly excluded: ReadonlySet<string>;
  readonly admitted: ReadonlySet<string>;
  counts(hash: string): boolean;
}

function standing(
  reasons: Standing["reasons"],
  excluded: ReadonlySet<string>,
  admitted: ReadonlySet<string>,
): Standing {
  return { reasons, excluded, admitted, counts: (hash) => !reasons.has(hash) && !excluded.has(hash) };
}

/** Applies the card's people and what the server remarked, then the deciders' admissions. An exclusion outweighs. */
export function weigh(intake: Intake, card: VisitCard): Standing {
  const base = new Map<string, readonly Reason[]>();
  const objections = objectionsBy(card);
  for (const one of intake.said.values()) {
    const why = objections(one);
    if (why.length > 0) base.set(one.hash, why);
  }
  const valid = (one: Bare) => !base.has(one.hash);
  const order = supersede(intake, ADMISSIONS, valid, false);
  const admitted = new Set<string>();
  const excluded = new Set<string>();
  for (const one of intake.of(...ADMISSIONS)) {
    if (!valid(one) || order.has(one.hash)) continue;
    const into = one.kind === "admit" ? admitted : excluded;
    for (const target of (one.body as unknown as Admission).targets) {
      const named = intake.said.get(target);
      // Decisions are answered by decisions that name them in `over`, not by exclusion.
      if (named && !decides(named)) into.add(target);
    }
  }
  for (const hash of excluded) admitted.delete(hash);
  for (const hash of [...admitted, ...excluded]) base.delete(hash);
  return standing(base, excluded, admitted);
}

/** The same, and these do not count either. */
export function without(one: Standing, hashes: Iterable<string>, why: Reason): Standing {
  const reasons = new Map(one.reasons);
  for (const hash of hashes) reasons.set(hash, sorted([...(reasons.get(hash) ?? []), why]));
  return standing(reasons, one.excluded, one.admitted);
}

function objectionsBy(card: VisitCard): (one: Said) => readonly Reason[] {
  const team = new Set(card.team.map((one) => one.inspector));
  const former = new Map((card.former ?? []).map((one) => [one.inspector, one.word]));
  const deciders = new Set(card.deciders ?? []);
  const tasks = new Set(card.tasks.map((one) => one.id));
  const objection = (one: Said): Reason | null => {
    if (decides(one)) return deciders.has(one.ins) || one.header.dev === card.office ? null : "not-a-decider";
    if (!team.has(one.ins)) return former.get(one.ins) ?? "not-in-team";
    return null;
  };
  const servesNothing = (one: Said): boolean => {
    const named = one.header.tasks ?? [];
    return named.length > 0 && !named.some((task) => tasks.has(task)) && !decides(one);
  };
  return (one) => {
    const why = objection(one);
    const idle = servesNothing(one);
    // Nearly every entry counts: nothing is made for it.
    if (why === null && !idle && one.told.length === 0) return NOTHING;
    return sorted([...one.told, ...(why === null ? [] : [why]), ...(idle ? ["cancelled-task"] : [])]);
  };
}

const NOTHING: readonly Reason[] = [];
const sorted = (reasons: Iterable<Reason>): readonly Reason[] => [...new Set(reasons)].sort();
