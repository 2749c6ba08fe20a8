/** The verbs that write: one after the other, each with the headers that its statement needs. */
import type { TaskCard, VisitCard } from "@contract";
import type { Device, Draft } from "../device";
import type { PointView, RecordView } from "../record/view";
import type { Captured } from "../store/ports";
import type { Book } from "./book";
import { notKept } from "./not-kept";
import { NotKept, type PointRef, type Tablet, type Whereabouts } from "./tablet";

export interface WritingParts {
  readonly device: Device;
  readonly book: Book;
  /** Something was written: hand it in soon. */
  readonly captured: () => void;
}

/** A visit that can be written in. */
export interface Page {
  readonly card: VisitCard;
  readonly record: RecordView;
}

export type Writing = Pick<
  Tablet,
  | "open"
  | "arrive"
  | "leave"
  | "serveNotice"
  | "answer"
  | "withdrawAnswer"
  | "note"
  | "concur"
  | "dispute"
  | "sign"
  | "refuse"
  | "submit"
  | "withdrawSubmission"
>;

/** Writes entries in their turn: what one says of the one before it must know it. */
export class Pen {
  #turn: Promise<unknown> = Promise.resolve();

  constructor(readonly parts: WritingParts) {}

  /** Does `work` when everything before it is kept, or failed. Throws NotKept. */
  write<T>(visit: string, work: (page: Page) => Promise<T>): Promise<T> {
    const mine = this.#turn.then(async () => {
      try {
        return await work(await this.page(visit));
      } catch (error) {
        throw notKept(error);
      }
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** The visit as it stands, if it can be written in. */
  async page(visit: string): Promise<Page> {
    const live = await this.parts.book.held(visit);
    const [card, record] = [live.card, live.record];
    if (!card || !record) throw new NotKept("trouble.visit_unknown");
    if (live.closed !== null) throw new NotKept("trouble.visit_closed");
    return { card, record };
  }

  /** Keeps an entry. */
  async keep(draft: Draft): Promise<Captured> {
    const entry = await this.parts.device.capture(draft);
    this.parts.captured();
    return entry;
  }

  /** Keeps an entry that is made of what the store says when it is written. */
  async keepWith(prepare: () => Promise<Draft>): Promise<Captured> {
    const entry = await this.parts.device.captureWith(async () => ({ draft: await prepare() }));
    this.parts.captured();
    return entry;
  }
}

/** The check point of a record that a screen means. */
export function pointOf(record: RecordView, { task, item }: PointRef): PointView {
  const same = (one: TaskCard) => one.id === task.id;
  const found = record.points.find((one) => one.item.code === item && (same(one.task) || one.tasks.some(same)));
  if (!found) throw new NotKept("trouble.point_unknown");
  return found;
}

/** What an entry about a check point names: its tasks, the assignment, and the checklist that was seen. */
export function about(point: PointView): Pick<Draft, "tasks" | "asg" | "ck"> {
  const tasks = point.tasks.length > 0 ? point.tasks : [point.task];
  return {
    tasks: tasks.map((one) => one.id),
    asg: [point.task.assignment, point.task.assignment_version],
    ck: [...point.checklist],
  };
}

function ownStatements(point: PointView): string[] {
  return point.statements.filter((one) => one.own).map((one) => one.hash);
}

/** All of them. */
export function writing(pen: Pen): Writing {
  return { ...presence(pen), ...answers(pen), ...stances(pen), ...ends(pen) };
}

const whereabouts = (where: Whereabouts): Readonly<Record<string, unknown>> => ({ ...where });

function presence(pen: Pen): Pick<Writing, "open" | "arrive" | "leave" | "serveNotice"> {
  const { device } = pen.parts;
  return {
    open: (visit) =>
      pen.write(visit, async ({ card }) => {
        const tasks = card.tasks.map((one) => one.id);
        await pen.keep({ type: "visit.open", visit, tasks, body: { object: card.object.id, tasks } });
      }),
    arrive: (visit, where) =>
      pen.write(visit, async () => void (await pen.keep({ type: "arrive", visit, body: whereabouts(where) }))),
    leave: (visit, where) =>
      pen.write(visit, async () => void (await pen.keep({ type: "leave", visit, body: whereabouts(where) }))),
    serveNotice: (visit, { number, ...told }) =>
      pen.write(visit, async () => {
        const draft = (given: string): Draft => ({ type: "notice.serve", visit, body: { number: given, ...told } });
        if (number !== undefined) {
          await pen.keep(draft(number));
          return number;
        }
        const taken = await device.captureNumbered(draft);
        pen.parts.captured();
        return taken.number;
      }),
  };
}

function answers(pen: Pen): Pick<Writing, "answer" | "withdrawAnswer" | "note"> {
  return {
    answer: (visit, ref, said) =>
      pen.write(visit, async ({ record }) => {
        const point = pointOf(record, ref);
        const body = { item: ref.item, ...said };
        await pen.keep({ type: "answer.set", visit, ...about(point), over: ownStatements(point), body });
      }),
    withdrawAnswer: (visit, ref, reason) =>
      pen.write(visit, async ({ record }) => {
        const point = pointOf(record, ref);
        const over = ownStatements(point);
        if (over.length === 0) throw new NotKept("trouble.nothing_to_withdraw");
        await pen.keep({ type: "answer.withdraw", visit, ...about(point), over, body: { item: ref.item, reason } });
      }),
    note: (visit, text, ref) =>
      pen.write(visit, async ({ record }) => {
        const headers = ref ? about(pointOf(record, ref)) : {};
        await pen.keep({ type: "note.add", visit, ...headers, body: { text, item: ref?.item } });
      }),
  };
}

function stances(pen: Pen): Pick<Writing, "concur" | "dispute"> {
  return {
    concur: (visit, targets) =>
      pen.write(visit, async () => void (await pen.keep({ type: "concur", visit, body: { targets } }))),
    dispute: (visit, targets, reason) =>
      pen.write(visit, async () => void (await pen.keep({ type: "dispute", visit, body: { targets, reason } }))),
  };
}

function ends(pen: Pen): Pick<Writing, "sign" | "refuse" | "submit" | "withdrawSubmission"> {
  const { device } = pen.parts;
  /** Which entries were shown, and where their logs stood, at the moment of writing. */
  const shown = async (visit: string) => {
    const { set, heads } = await device.shown(visit);
    return { set, heads };
  };
  return {
    sign: (visit, { idTail, ...signature }) =>
      pen.write(visit, async () => {
        await pen.keepWith(async () => ({
          ...{ type: "signature", visit },
          body: { ...signature, id_tail: idTail, method: "drawn", ...(await shown(visit)) },
        }));
      }),
    refuse: (visit, { reasonCode, ...refusal }) =>
      pen.write(visit, async () => {
        const body = { ...refusal, reason_code: reasonCode };
        await pen.keepWith(async () => {
          const seen = refusal.what === "signature" ? await shown(visit) : {};
          return { type: "refusal", visit, body: { ...body, ...seen } };
        });
      }),
    submit: (visit) =>
      pen.write(visit, async ({ record }) => {
        const over = record.submitted === null ? [] : [record.submitted];
        await pen.keepWith(async () => ({ type: "submit", visit, over, body: { ...(await device.shown(visit)) } }));
      }),
    withdrawSubmission: (visit, reason) =>
      pen.write(visit, async ({ record }) => {
        if (record.submitted === null) throw new NotKept("trouble.nothing_to_withdraw");
        await pen.keep({ type: "withdraw", visit, over: [record.submitted], body: { reason } });
      }),
  };
}
