/** The class of each check point: how the statements on it stand to each other (sync.md §2.11, table). */
import type { PointStatements } from "./answers";
import { accepts, agree } from "../wire/checklist";
import { smallest } from "./decimals";
import type { Said } from "./intake";
import { bodyOf, ruleOn } from "./rulings";
import type { Resolves, Ruling } from "./rulings";
import type { Point } from "./scheme";
import type { PointState } from "./view";
import type { Vouching } from "./vouching";

/** What bears on the check points besides the answers themselves. */
export interface Around {
  readonly concurs: ReadonlyMap<string, readonly Said[]>;
  readonly disputes: ReadonlyMap<string, readonly Said[]>;
  readonly vouching: Vouching;
  readonly refused: ReadonlySet<Point>;
  /** Points with a counted photo or note of their own. */
  readonly pictured: ReadonlySet<Point>;
  readonly noted: ReadonlySet<Point>;
}

/** A point's class, and the answer that an outcome may rest on. */
export interface Classed {
  readonly state: PointState;
  readonly value: string | null;
  readonly ruling: Ruling;
  readonly noteMissing: boolean;
  readonly photoMissing: boolean;
}

/** States in which a leader must decide before the record can be approved. */
export const UNDECIDED: ReadonlySet<PointState> = new Set<PointState>([
  "conflict",
  "self_conflict",
  "disputed",
  "reopened",
  "rulings_differ",
  "reinspect",
]);

export function classify(
  point: Point,
  told: PointStatements,
  mine: readonly Said[],
  around: Around,
  resolves: Resolves,
): Classed {
  const disputes = disputesOf(told, around);
  const own = ownState(point, told, around, disputes.size > 0);
  const ruling = mine.length > 0 ? rulingOn(point, told, mine, disputes, resolves) : ({ state: "none" } as const);
  const [state, value] = stateOf(own, ruling, point, told);
  return { state, value, ruling, ...wants(point, told, around) };
}

/** By point, the resolutions that speak of it. Where two points share a code, `over` tells which is meant. */
export function resolvesByPoint(
  resolves: Resolves,
  told: ReadonlyMap<Point, PointStatements>,
): ReadonlyMap<Point, readonly Said[]> {
  const found = new Map<Point, Said[]>();
  if (resolves.every.size === 0) return found;
  const pointOf = new Map<string, Point>();
  const byCode = new Map<string, Point[]>();
  for (const [point, { told: statements }] of told) {
    byCode.set(point.item.code, [...(byCode.get(point.item.code) ?? []), point]);
    for (const one of statements) pointOf.set(one.said.hash, point);
  }
  for (const said of resolves.every.values()) {
    const points = byCode.get(bodyOf(said).item) ?? [];
    const named = new Set((said.header.over ?? []).map((hash) => pointOf.get(hash)));
    for (const point of points) {
      if (points.length === 1 || named.has(point)) found.set(point, [...(found.get(point) ?? []), said]);
    }
  }
  return found;
}

function disputesOf(told: PointStatements, around: Around): Set<string> {
  const found = new Set<string>();
  if (around.disputes.size === 0) return found;
  for (const head of told.heads.keys()) for (const one of around.disputes.get(head) ?? []) found.add(one.hash);
  return found;
}

function ownState(point: Point, told: PointStatements, around: Around, disputed: boolean): PointState {
  if (told.heads.size === 0) return around.refused.has(point) ? "refused" : "open";
  const authors = new Set<string>();
  for (const one of told.told) if (one.fate === "current") authors.add(one.said.ins);
  if (!agree(point.item, told.heads.values())) return authors.size > 1 ? "conflict" : "self_conflict";
  if (disputed) return "disputed";
  if (authors.size > 1) return "corroborated";
  if (point.item.policy === "each") return "incomplete";
  return isSeconded(told, authors, around) ? "countersigned" : "single";
}

function isSeconded(told: PointStatements, authors: ReadonlySet<string>, around: Around): boolean {
  for (const head of told.heads.keys()) {
    for (const one of around.concurs.get(head) ?? []) if (!authors.has(one.ins)) return true;
    for (const ins of around.vouching.by.get(head) ?? []) if (!authors.has(ins)) return true;
  }
  return false;
}

function rulingOn(
  point: Point,
  told: PointStatements,
  mine: readonly Said[],
  disputes: ReadonlySet<string>,
  resolves: Resolves,
): Ruling {
  const valid = told.told.filter((one) => one.fate !== "invalid");
  const allValues = new Map(valid.map((one) => [one.said.hash, one.answer.value]));
  const allows = (value: string) => accepts(point.item, value);
  return ruleOn({ heads: told.heads, disputes, allValues, allows }, mine, resolves);
}

function stateOf(own: PointState, ruling: Ruling, point: Point, told: PointStatements): [PointState, string | null] {
  if (ruling.state === "contradictory") return ["rulings_differ", null];
  if (ruling.state === "reopened" && UNDECIDED.has(own)) return ["reopened", null];
  if (ruling.state === "decided") return ruling.how === "re-inspect" ? ["reinspect", null] : ["decided", ruling.value];
  if (UNDECIDED.has(own) || told.heads.size === 0 || !agree(point.item, told.heads.values())) return [own, null];
  return [own, smallest(told.heads.values())];
}

function wants(point: Point, told: PointStatements, around: Around): { noteMissing: boolean; photoMissing: boolean } {
  const { item } = point;
  const current = told.told.filter((one) => one.fate === "current").map((one) => one.answer);
  const negative = current.filter((one) => one.value === "no");
  const wantsNote = item.note_required_on_no === true && negative.length > 0;
  const wantsPhoto =
    (item.photo_required === true && current.some((one) => one.value !== "not_applicable")) ||
    (item.photo_required_on_no === true && negative.length > 0);
  const hasPhoto = around.pictured.has(point) || current.some((one) => (one.media ?? []).length > 0);
  return {
    noteMissing: wantsNote && !around.noted.has(point) && !negative.some((one) => one.comment),
    photoMissing: wantsPhoto && !hasPhoto,
  };
}
