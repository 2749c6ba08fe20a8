/** What of the list comes first. Pure: the order is made when visits change, never while somebody types. */
import type { VisitSummary } from "../../../app/tablet";
import { areaOf } from "./area";

/** Groups of the list, in their order: what was sent back, what is begun, what presses, what may be done, what waits. */
export const GROUPS = ["returned", "begun", "late", "due", "open", "coming", "done"] as const;
export type Group = (typeof GROUPS)[number];

/** Up to this many days left a visit presses. */
const PRESSING = 2;
const DAY = 86_400_000;
const BEGUN: readonly VisitSummary["stage"][] = ["at_the_door", "checking", "signed"];

const dayOf = (text: string) => Date.parse(`${text}T00:00:00Z`) / DAY;

/**
 * Days until the window opens; null without a proven time. The tablet's own clock has no say: today is what the days
 * left say that it is.
 */
export function daysAhead(visit: VisitSummary): number | null {
  if (visit.daysLeft === null) return null;
  const { opens, closes } = visit.card.window;
  return dayOf(opens) - (dayOf(closes) - visit.daysLeft);
}

/** The group that a visit stands in. */
export function groupOf(visit: VisitSummary): Group {
  if (visit.stage === "returned") return "returned";
  if (visit.stage === "submitted" || visit.stage === "over") return "done";
  if (BEGUN.includes(visit.stage)) return "begun";
  if (visit.daysLeft === null) return "open";
  if (visit.daysLeft < 0) return "late";
  if ((daysAhead(visit) ?? 0) > 0) return "coming";
  return visit.daysLeft <= PRESSING ? "due" : "open";
}

/** Less first; what is not known comes last. */
const far = (value: number | null) => value ?? Number.POSITIVE_INFINITY;

function compared(a: VisitSummary, b: VisitSummary): number {
  const byDay = far(a.daysLeft) - far(b.daysLeft);
  if (byDay) return byDay;
  const byWay = far(a.metres) - far(b.metres);
  if (byWay) return byWay;
  return a.card.id < b.card.id ? -1 : 1;
}

/** Visits under one heading. */
export interface Section {
  /** A group, or an area; an area that no address tells is empty. */
  readonly name: string;
  readonly visits: readonly VisitSummary[];
}

/** The list by what matters: its groups in their order, inside by days left, then by distance. Empty groups are left out. */
export function byNeed(visits: readonly VisitSummary[]): readonly Section[] {
  const groups = new Map<Group, VisitSummary[]>(GROUPS.map((one) => [one, []]));
  for (const one of [...visits].sort(compared)) groups.get(groupOf(one))?.push(one);
  return [...groups].filter(([, inside]) => inside.length > 0).map(([name, inside]) => ({ name, visits: inside }));
}

/** The list as a route: by area, the nearest first; inside by distance, then by address. What is done is left out. */
export function byRoute(visits: readonly VisitSummary[]): readonly Section[] {
  const areas = new Map<string, VisitSummary[]>();
  for (const one of visits) {
    if (groupOf(one) === "done") continue;
    const area = areaOf(one.card.object.address);
    const inside = areas.get(area);
    if (inside) inside.push(one);
    else areas.set(area, [one]);
  }
  for (const inside of areas.values()) {
    inside.sort((a, b) => nearer(a, b) || PINYIN.compare(words(a), words(b)) || compared(a, b));
  }
  const sections = [...areas].map(([name, inside]) => ({ name, visits: inside }));
  return sections.sort((a, b) => apart(a, b) || PINYIN.compare(a.name, b.name));
}

/** Made once: to make one is dearer than a thousand comparisons. */
const PINYIN = new Intl.Collator("zh-CN");
const words = (one: VisitSummary) => one.card.object.address ?? "";

function nearer(a: VisitSummary, b: VisitSummary): number {
  const [left, right] = [far(a.metres), far(b.metres)];
  return left === right ? 0 : left - right;
}

/** Areas that no address tells come last. */
function apart(a: Section, b: Section): number {
  if ((a.name === "") !== (b.name === "")) return a.name === "" ? 1 : -1;
  const [first, second] = [a.visits[0], b.visits[0]];
  return first && second ? nearer(first, second) : 0;
}

/** What the list can be narrowed to. */
export const FILTERS = ["all", "todo", "begun", "unsent", "attention"] as const;
export type Filter = (typeof FILTERS)[number];

const unsent = (one: VisitSummary) => one.unsent.entries > 0 || one.unsent.files > 0;

/** Whether a visit asks for somebody's attention: sent back, contradicted, or doubted by the server. */
export function wantsAttention(one: VisitSummary): boolean {
  return one.stage === "returned" || one.conflicts > 0 || one.remarked > 0;
}

/** Whether a visit passes a filter. */
export function passes(one: VisitSummary, filter: Filter): boolean {
  if (filter === "todo") return one.stage === "not_begun";
  if (filter === "begun") return BEGUN.includes(one.stage) || one.stage === "returned";
  if (filter === "unsent") return unsent(one);
  if (filter === "attention") return wantsAttention(one);
  return true;
}

/** How many visits pass each filter. */
export function counts(visits: readonly VisitSummary[]): Readonly<Record<Filter, number>> {
  const made: Record<Filter, number> = { all: 0, todo: 0, begun: 0, unsent: 0, attention: 0 };
  for (const one of visits) for (const filter of FILTERS) if (passes(one, filter)) made[filter] += 1;
  return made;
}
