/** Which check points are shown, in which groups, and which is next. Pure. */
import type { PointRef } from "../../../app/tablet";
import type { PointView } from "../../../record/view";

export const FILTERS = ["all", "open", "incomplete", "conflicts", "returned"] as const;
export type Filter = (typeof FILTERS)[number];

const DIFFERING: ReadonlySet<PointView["state"]> = new Set<PointView["state"]>([
  "conflict",
  "self_conflict",
  "disputed",
  "reopened",
  "rulings_differ",
  "reinspect",
]);

/** Whether people must talk, or a leader decide. */
export function differs(point: PointView): boolean {
  return DIFFERING.has(point.state);
}

export function belongs(point: PointView, filter: Filter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "open":
      return point.missing.includes("answer");
    case "incomplete":
      return point.missing.length > 0;
    case "conflicts":
      return differs(point);
    case "returned":
      return point.remark !== null;
  }
}

/** How many points each filter shows. */
export function countsOf(points: readonly PointView[]): Readonly<Record<Filter, number>> {
  const counts = { all: 0, open: 0, incomplete: 0, conflicts: 0, returned: 0 };
  for (const point of points) for (const filter of FILTERS) if (belongs(point, filter)) counts[filter] += 1;
  return counts;
}

/** Points under one heading of one checklist. */
export interface Section {
  readonly key: string;
  /** Only where it is another one than of the section before. */
  readonly task: PointView["task"] | null;
  readonly group: PointView["item"]["group"];
  readonly points: readonly PointView[];
  /** Of all points under the heading, shown or not. */
  readonly done: number;
  readonly asked: number;
}

/** The headings in the order of the checklists; those without anything to show are left out. */
export function sectionsOf(points: readonly PointView[], shows: (point: PointView) => boolean): Section[] {
  const sections: (Omit<Section, "task" | "points"> & { task: PointView["task"]; points: PointView[] })[] = [];
  let last: (typeof sections)[number] | undefined;
  const seen = new Map<string, number>();
  for (const point of points) {
    const name = `${point.checklist[0]}\u0000${point.item.group?.zh ?? ""}`;
    if (!last || last.key.split("\u0001")[0] !== name) {
      const nth = seen.get(name) ?? 0;
      seen.set(name, nth + 1);
      last = { key: `${name}\u0001${nth}`, task: point.task, group: point.item.group, points: [], done: 0, asked: 0 };
      sections.push(last);
    }
    Object.assign(last, { asked: last.asked + 1, done: last.done + (point.missing.includes("answer") ? 0 : 1) });
    if (shows(point)) last.points.push(point);
  }
  const shown = sections.filter((one) => one.points.length > 0);
  return shown.map((one, at) => ({ ...one, task: shown[at - 1]?.task.id === one.task.id ? null : one.task }));
}

/** The next point without an answer behind `after`, from the top again at the end; null when there is none. */
export function nextOpen(points: readonly PointView[], after: string | null): PointView | null {
  const at = points.findIndex((one) => one.key === after);
  const order = [...points.slice(at + 1), ...points.slice(0, at + 1)];
  return (
    order.find((one) => one.missing.includes("answer") && one.key !== after) ??
    order.find((one) => one.missing.includes("answer")) ??
    null
  );
}

/** What an answer to the point names. */
export function refOf(point: PointView): PointRef {
  return { task: point.task, item: point.item.code };
}

/**
 * The same points, each the object that was shown before where nothing about it changed: five hundred cards need not be
 * drawn again because of one answer.
 */
export function steady(points: readonly PointView[], before: ReadonlyMap<string, PointView>): PointView[] {
  return points.map((point) => {
    const old = before.get(point.key);
    return old && isSame(old, point) ? old : point;
  });
}

function isSame(one: PointView, other: PointView): boolean {
  if (one.checklist[2] !== other.checklist[2] || one.state !== other.state || one.decided !== other.decided)
    return false;
  if (one.remark !== other.remark || one.signed !== other.signed || one.own?.hash !== other.own?.hash) return false;
  if (one.task.id !== other.task.id || one.history.length !== other.history.length) return false;
  return gist(one) === gist(other);
}

function gist(point: PointView): string {
  const told = point.history.map((said) => `${said.hash}${said.replacedBy ?? ""}${said.uncounted.join()}`);
  const standing = point.statements.map((said) => said.hash);
  return [told, standing, point.missing, point.photos, point.notes.map((note) => note.hash)].join("|");
}
