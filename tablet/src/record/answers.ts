/** The statements on each check point: which survive, were replaced, do not count. */
import type { AnswerSet, AnswerWithdraw, Reason, Stance } from "@contract";
import type { Bare, Intake, Said } from "./intake";
import type { Point, Scheme } from "./scheme";
import type { Standing } from "./standing";
import type { Supersession } from "./supersession";

/** What became of a statement. */
export type Fate = "current" | "superseded" | "excluded" | "uncounted" | "invalid";

/** One answer with what became of it. */
export interface Told {
  readonly said: Said;
  readonly answer: AnswerSet;
  readonly fate: Fate;
  /** What replaced it. */
  readonly by: readonly string[];
  readonly reasons: readonly Reason[];
}

/** Everything that was stated of one point. */
export interface PointStatements {
  readonly told: Told[];
  /** Surviving counted statements: hash → value. */
  readonly heads: Map<string, string>;
  readonly withdrawals: string[];
}

/** Why an answer cannot count whoever gave it; null for anything else. */
export function invalidBecause(one: Said, scheme: Scheme): Reason | null {
  if (one.kind !== "answer.set") return null;
  const answer = one.body as unknown as AnswerSet;
  const point = scheme.place(one.header.ck, answer.item);
  if (!point) return "unknown-item";
  return scheme.allows(one.header.ck, point, answer.value) ? null : "invalid-value";
}

/** The statements by check point. */
export function gather(
  intake: Intake,
  scheme: Scheme,
  standing: Standing,
  order: Supersession,
): ReadonlyMap<Point, PointStatements> {
  const found = new Map<Point, PointStatements>();
  for (const point of scheme.points) found.set(point, { told: [], heads: new Map(), withdrawals: [] });
  for (const said of intake.of("answer.set", "answer.withdraw")) {
    if (said.kind === "answer.set") {
      const answer = said.body as unknown as AnswerSet;
      const point = scheme.place(said.header.ck, answer.item);
      const one = point && found.get(point);
      if (!one) continue;
      const told = toldOf(said, answer, scheme, standing, order);
      one.told.push(told);
      if (told.fate === "current") one.heads.set(said.hash, answer.value);
    } else if (standing.counts(said.hash)) {
      const point = scheme.place(said.header.ck, (said.body as unknown as AnswerWithdraw).item);
      if (point) found.get(point)?.withdrawals.push(said.hash);
    }
  }
  return found;
}

/** By target, the counted `concur` or `dispute` entries of somebody else than its author. */
export function stancesOf(
  intake: Intake,
  standing: Standing,
  order: Supersession,
  kind: "concur" | "dispute",
): ReadonlyMap<string, readonly Said[]> {
  const found = new Map<string, Said[]>();
  for (const said of intake.of(kind)) {
    if (!standing.counts(said.hash) || order.has(said.hash)) continue;
    for (const target of new Set((said.body as unknown as Stance).targets)) {
      const named = intake.said.get(target);
      if (named && named.ins !== said.ins) found.set(target, [...(found.get(target) ?? []), said]);
    }
  }
  return found;
}

/** What became of a statement before any resolution. */
export function fateOf(said: Bare, standing: Standing, order: Supersession): Fate {
  if (standing.excluded.has(said.hash)) return "excluded";
  if (order.has(said.hash)) return "superseded";
  return standing.reasons.has(said.hash) ? "uncounted" : "current";
}

function toldOf(said: Said, answer: AnswerSet, scheme: Scheme, standing: Standing, order: Supersession): Told {
  const fate = fateOf(said, standing, order);
  const reasons = standing.reasons.get(said.hash) ?? [];
  const invalid = fate === "current" ? invalidBecause(said, scheme) : null;
  if (invalid) return { said, answer, fate: "invalid", by: [], reasons: [invalid] };
  return { said, answer, fate, by: order.get(said.hash) ?? [], reasons };
}
