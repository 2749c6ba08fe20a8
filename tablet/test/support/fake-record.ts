/** A plain fold for screens in development: enough to look right, with none of the contract's care (src/record has it). */
import type { FieldRemark, PinnedChecklist } from "@contract";
import type { EntryShown } from "../../src/app/tablet";
import type { PointState, PointView, RecordView, Statement } from "../../src/record/view";
import type { FakeVisit } from "./fake-visits";

const text = (value: unknown) => (typeof value === "string" ? value : "");
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);

function statement(one: EntryShown): Statement {
  const body = one.body ?? {};
  return {
    hash: one.hash,
    inspector: one.inspector ?? "",
    own: one.own,
    value: text(body.value),
    comment: text(body.comment) || null,
    basis: text(body.basis) || "seen",
    media: texts(body.media),
    wall: one.wall,
    uncounted: [],
  };
}

function missing(point: PinnedChecklist["checklist"]["items"][number], own: Statement | null): PointView["missing"] {
  if (!own) return ["answer"];
  const lacks: ("comment" | "photo")[] = [];
  if (point.note_required_on_no && own.value === "no" && !own.comment) lacks.push("comment");
  const photo = point.photo_required || (point.photo_required_on_no && own.value === "no");
  if (photo && own.media.length === 0) lacks.push("photo");
  return lacks;
}

function stateOf(now: readonly Statement[], each: boolean, disputed: boolean): PointState {
  if (now.length === 0) return "open";
  if (disputed) return "disputed";
  if (new Set(now.map((one) => one.value)).size > 1) return "conflict";
  if (now.length > 1) return "corroborated";
  return each ? "incomplete" : "single";
}

function points(visit: FakeVisit, said: readonly EntryShown[]): PointView[] {
  const gone = new Map<string, EntryShown>();
  for (const one of said) for (const over of one.over) gone.set(over, one);
  const about = new Map<string, EntryShown[]>();
  for (const one of said) about.set(text(one.body?.item), [...(about.get(text(one.body?.item)) ?? []), one]);
  return visit.card.tasks.flatMap((task) => {
    const pinned = visit.checklists.find((one) => one.checklist.code === task.checklist[0]);
    if (!pinned) return [];
    return pinned.checklist.items.map((item): PointView => {
      const here = about.get(item.code) ?? [];
      const all = here.filter((one) => one.type === "answer.set");
      const now = all
        .filter((one) => !gone.has(one.hash))
        .map(statement)
        .sort((a, b) => Number(b.own) - Number(a.own));
      const own = now.find((one) => one.own) ?? null;
      const disputed = said.some(
        (one) => one.type === "dispute" && texts(one.body?.targets).some((hash) => now.some((s) => s.hash === hash)),
      );
      const remark = (visit.card.returned ?? []).find((one: FieldRemark) => one.item === item.code)?.remark ?? null;
      return {
        key: `${pinned.checklist.code}/${item.code}`,
        tasks: [task],
        signed: false,
        task,
        checklist: [pinned.checklist.code, pinned.checklist.version, pinned.digest],
        item,
        statements: now,
        own,
        remark,
        history: all.map((one) => {
          const by = gone.get(one.hash);
          return {
            ...statement(one),
            replacedBy: by?.type === "answer.set" ? by.hash : null,
            withdrawn: by?.type === "answer.withdraw",
          };
        }),
        state: stateOf(now, item.policy === "each", disputed),
        decided: null,
        missing: missing(item, own),
        photos: here.filter((one) => one.type === "photo.add").map((one) => text(one.body?.digest)),
        notes: here
          .filter((one) => one.type === "note.add")
          .map((one) => ({ hash: one.hash, text: text(one.body?.text), inspector: one.inspector ?? "" })),
      };
    });
  });
}

/** What a visit's entries say, roughly. */
export function fakeRecord(visit: FakeVisit, said: readonly EntryShown[]): RecordView {
  const all = points(visit, said);
  const of = (type: string) => said.filter((one) => one.type === type);
  const submits = of("submit").filter((one) => one.own);
  const taken = new Set(said.flatMap((one) => (one.type === "withdraw" ? one.over : [])));
  const standing = submits.findLast((one) => !taken.has(one.hash));
  const open = all.filter((one) => one.missing.length > 0 && one.statements.length === 0).map((one) => one.key);
  const arrived = of("arrive").length > 0;
  const signed = of("signature");
  const lastAnswer = said.findLastIndex((one) => one.type.startsWith("answer."));
  const obstacles: { key: string; points: string[]; blocks: boolean }[] = [];
  if (!arrived) obstacles.push({ key: "record.not_arrived", points: [], blocks: true });
  if (open.length > 0) obstacles.push({ key: "record.unanswered", points: open, blocks: false });
  const conflicts = all.filter((one) => one.state === "conflict" || one.state === "disputed").length;
  return {
    points: all,
    answered: all.filter((one) => one.statements.length > 0).length,
    asked: all.length,
    conflicts,
    arrived,
    left: of("leave").length > 0,
    obstacles,
    submitted: standing?.hash ?? null,
    notices: of("notice.serve").map((one) => ({
      number: text(one.body?.number),
      how: text(one.body?.how),
      hash: one.hash,
    })),
    signatures: signed.map((one) => ({
      role: text(one.body?.role),
      name: text(one.body?.name),
      hash: one.hash,
      stale: said.indexOf(one) < lastAnswer,
    })),
    refusals: of("refusal").map((one) => ({
      what: text(one.body?.what),
      outcome: text(one.body?.outcome) || "refused",
      hash: one.hash,
      item: text(one.body?.item) || null,
      witnessed: Boolean(one.body?.witness),
      stands: Boolean(one.body?.witness),
    })),
    photos: [...of("photo.add"), ...of("document.add")].map((one) => ({
      digest: text(one.body?.digest),
      mime: text(one.body?.mime),
      item: text(one.body?.item) || null,
      caption: text(one.body?.caption) || null,
      own: one.own,
    })),
    vouched: [...new Set([...of("submit"), ...of("attest")].map((one) => one.inspector ?? ""))],
    shown: { set: `${"S".repeat(42)}A`, heads: [], count: said.length },
  };
}
