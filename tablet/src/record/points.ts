/** Each check point as people read it. */
import type { MediaAdd, NoteAdd, VisitCard } from "@contract";
import type { PointStatements, Told } from "./answers";
import type { Classed } from "./classes";
import type { Intake, Said } from "./intake";
import { inOrder } from "./order";
import type { Point, Scheme } from "./scheme";
import type { Standing } from "./standing";
import type { PointView, Statement } from "./view";

/** What entries bring to points besides answers. */
export interface Beside {
  readonly photos: ReadonlyMap<Point, readonly string[]>;
  readonly notes: ReadonlyMap<Point, PointView["notes"]>;
}

/** What a point is shown with. */
export interface PointGround {
  readonly intake: Intake;
  readonly card: VisitCard;
  readonly me: string;
  readonly beside: Beside;
  readonly remarks: ReadonlyMap<Point, string>;
  readonly signed: ReadonlySet<string>;
  readonly frees: (point: Point, said: Said) => boolean;
}

export function pointView(point: Point, told: PointStatements, classed: Classed, ground: PointGround): PointView {
  const all = [...told.told].sort((a, b) => inOrder(a.said, b.said));
  const statements = surviving(all, ground.me);
  const standing = all.filter((one) => one.fate === "current" && one.said.ins === ground.me).at(-1);
  const pending = statements.find((one) => one.own) ?? null;
  const own = standing ? statementOf(standing, ground.me) : pending;
  const { ruling, state } = classed;
  return {
    key: point.key,
    task: point.tasks[0] ?? firstTask(ground.card),
    tasks: point.tasks,
    checklist: point.checklist,
    item: point.item,
    statements,
    history: all.map((one) => historical(one, ground)),
    own,
    state,
    decided: ruling.state === "decided" ? (ruling.value ?? ruling.how) : null,
    signed: standing !== undefined && ground.signed.has(standing.said.hash) && !ground.frees(point, standing.said),
    photos: photosOf(point, all, ground.beside),
    notes: ground.beside.notes.get(point) ?? [],
    missing: missingOf(point, classed, standing !== undefined),
    remark: ground.remarks.get(point) ?? null,
  };
}

/** Photos and notes by the point that they name. */
export function besideOf(intake: Intake, scheme: Scheme, standing: Standing): Beside {
  const photos = new Map<Point, string[]>();
  const notes = new Map<Point, { hash: string; text: string; inspector: string }[]>();
  for (const one of intake.of("photo.add", "note.add").sort(inOrder)) {
    const point = standing.counts(one.hash) ? scheme.place(one.header.ck, (one.body as unknown as NoteAdd).item) : null;
    if (!point) continue;
    if (one.kind === "photo.add") {
      photos.set(point, [...(photos.get(point) ?? []), (one.body as unknown as MediaAdd).digest]);
    } else {
      const note = { hash: one.hash, text: (one.body as unknown as NoteAdd).text, inspector: one.ins };
      notes.set(point, [...(notes.get(point) ?? []), note]);
    }
  }
  return { photos, notes };
}

/** By point what the leader wants corrected: of the newest return alone, and only until it is handed in again. */
export function remarksOf(card: VisitCard, scheme: Scheme): ReadonlyMap<Point, string> {
  const found = new Map<Point, string>();
  if (card.state !== "returned") return found;
  const returned = card.returned ?? [];
  const newest = Math.max(0, ...returned.map((one) => one.through ?? 0));
  for (const one of returned) {
    const point = scheme.place([one.checklist, 1, ""], one.item);
    if (point && (one.through ?? 0) === newest) found.set(point, one.remark);
  }
  return found;
}

/** Everything that nobody replaced; of one inspector's equal statements the newest alone. Own ones first. */
function surviving(all: readonly Told[], me: string): Statement[] {
  const byWord = new Map<string, Told>();
  for (const one of all) {
    if (one.fate === "superseded") continue;
    const counts = one.fate === "current" ? "counts" : one.said.hash;
    byWord.set([one.said.ins, one.answer.value, counts].join("\u0000"), one);
  }
  const rank = (one: Statement) => (one.own ? 0 : 2) + (one.uncounted.length > 0 ? 1 : 0);
  return [...byWord.values()].map((one) => statementOf(one, me)).sort((a, b) => rank(a) - rank(b));
}

function statementOf({ said, answer, fate, reasons }: Told, me: string): Statement {
  return {
    hash: said.hash,
    inspector: said.ins,
    own: said.ins === me,
    value: answer.value,
    comment: answer.comment ?? null,
    basis: answer.basis ?? "seen",
    media: answer.media ?? [],
    wall: said.header.wall,
    uncounted: fate === "excluded" ? ["excluded"] : reasons,
  };
}

function historical(one: Told, ground: PointGround): PointView["history"][number] {
  const by = one.by.map((hash) => ground.intake.replacing.get(hash));
  const withdrawn = by.length > 0 && by.every((said) => said?.kind === "answer.withdraw");
  return { ...statementOf(one, ground.me), replacedBy: one.by[0] ?? null, withdrawn };
}

function photosOf(point: Point, all: readonly Told[], beside: Beside): string[] {
  const named = all.filter((one) => one.fate === "current").flatMap((one) => one.answer.media ?? []);
  return [...new Set([...(beside.photos.get(point) ?? []), ...named])];
}

function missingOf(point: Point, classed: Classed, stated: boolean): PointView["missing"] {
  const lacks: ("answer" | "comment" | "photo")[] = [];
  const { state } = classed;
  const settled = state === "refused" || state === "decided";
  if (state === "open" || (point.item.policy === "each" && !stated && !settled)) lacks.push("answer");
  if (classed.noteMissing) lacks.push("comment");
  if (classed.photoMissing) lacks.push("photo");
  return lacks;
}

function firstTask(card: VisitCard): VisitCard["tasks"][number] {
  const [task] = card.tasks;
  // The contract asks for one task at least; without any there is no point either.
  if (!task) throw new RangeError("a visit without a task");
  return task;
}
