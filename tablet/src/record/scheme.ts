/** The union of a visit's checklists: which check points there are, and which one an entry means. */
import type { Checklist, ChecklistItem, EntryHeader, PinnedChecklist, TaskCard, VisitCard } from "@contract";
import { accepts } from "../wire/checklist";

/** One check point. Checklists that hold it word for word share it: one answer counts for all of them. */
export interface Point {
  readonly key: string;
  readonly item: ChecklistItem;
  /** Where it stands first, in the order of the tasks. */
  readonly checklist: readonly [code: string, version: number, digest: string];
  /** The codes of all checklists that hold it. */
  readonly codes: readonly string[];
  readonly tasks: readonly TaskCard[];
}

/** What is to be checked at one visit. */
export interface Scheme {
  readonly points: readonly Point[];
  /** Pinned checklists that are not here yet. */
  readonly lacking: readonly string[];
  /** The point that an entry means; without `ck` the code must be unique in the visit. */
  place(ck: EntryHeader["ck"], code: string | null | undefined): Point | null;
  /** Whether a value is an answer to the point, in the version its author saw where that is known here. */
  allows(ck: EntryHeader["ck"], point: Point, value: string): boolean;
}

/** The scheme of a visit: pinned are the versions that its card names, the others are read for what entries name. */
export function schemeOf(card: VisitCard, known: readonly PinnedChecklist[]): Scheme {
  const byDigest = new Map(known.map((one) => [one.digest, one.checklist]));
  const bound = boundOf(card, byDigest);
  const points = pointsOf(card, bound, byDigest);
  const byPlace = new Map<string, Point>();
  const byCode = new Map<string, Point[]>();
  for (const point of points) {
    for (const code of point.codes) byPlace.set(placed(code, point.item.code), point);
    byCode.set(point.item.code, [...(byCode.get(point.item.code) ?? []), point]);
  }
  const versions = new Map([...byDigest].map(([digest, one]) => [digest, itemsOf(one)]));
  return {
    points,
    lacking: card.checklists.filter(([, , digest]) => !byDigest.has(digest)).map(([code]) => code),
    place: (ck, code) => {
      if (code === null || code === undefined) return null;
      if (ck) return byPlace.get(placed(ck[0], code)) ?? null;
      const found = byCode.get(code) ?? [];
      return found.length === 1 ? (found[0] ?? null) : null;
    },
    allows: (ck, point, value) => accepts((ck && versions.get(ck[2])?.get(point.item.code)) ?? point.item, value),
  };
}

const placed = (checklist: string, item: string) => `${checklist}\u0000${item}`;
const itemsOf = (one: Checklist) => new Map(one.items.map((item) => [item.code, item]));

/** By code the newest pinned version that is here, in the order of the tasks. */
function boundOf(card: VisitCard, byDigest: ReadonlyMap<string, Checklist>): Map<string, Point["checklist"]> {
  const newest = new Map<string, Point["checklist"]>();
  for (const [code, version, digest] of card.checklists) {
    const before = newest.get(code);
    if (byDigest.has(digest) && (!before || before[1] < version)) newest.set(code, [code, version, digest]);
  }
  const order = [...card.tasks.map((task) => task.checklist[0]), ...newest.keys()];
  return new Map(
    [...new Set(order)].flatMap((code) => {
      const one = newest.get(code);
      return one ? [[code, one] as const] : [];
    }),
  );
}

function pointsOf(
  card: VisitCard,
  bound: ReadonlyMap<string, Point["checklist"]>,
  byDigest: ReadonlyMap<string, Checklist>,
): Point[] {
  const groups = new Map<string, { item: ChecklistItem; checklist: Point["checklist"]; codes: string[] }>();
  for (const [code, checklist] of bound) {
    for (const item of byDigest.get(checklist[2])?.items ?? []) {
      const text = wordForWord(item);
      const group = groups.get(text);
      if (group) group.codes.push(code);
      else groups.set(text, { item, checklist, codes: [code] });
    }
  }
  return [...groups.values()].map(({ item, checklist, codes }) => ({
    key: `${checklist[0]}/${item.code}`,
    item,
    checklist,
    codes,
    tasks: card.tasks.filter((task) => codes.includes(task.checklist[0])),
  }));
}

/** The same text for two items that say the same, whether a member is absent or has its default. */
function wordForWord(item: ChecklistItem): string {
  const { group, number } = item;
  return JSON.stringify([
    item.code,
    group ? [group.zh, group.en ?? null] : null,
    [item.text.zh, item.text.en ?? null],
    item.guidance ?? null,
    item.answers ?? ["yes", "no", "not_applicable"],
    [item.score ?? 0, item.tenths ?? 0, item.policy ?? "any"],
    [item.is_key, item.is_veto, item.note_required_on_no, item.photo_required, item.photo_required_on_no].map(Boolean),
    number
      ? [number.unit ?? null, number.decimals ?? 0, number.least ?? null, number.most ?? null, number.tolerance ?? "0"]
      : null,
  ]);
}
