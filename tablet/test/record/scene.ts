/** A small visit of two inspectors, written entry by entry: for the rules of the record. */
import type { ChecklistItem, PinnedChecklist, VisitCard } from "@contract";
import { recordOf } from "../../src/record/record";
import type { OwnEntry, PointView, RecordView, ToldEntry } from "../../src/record/view";
import { entryHash, entrySetDigest } from "../../src/wire/digests";

const id = (n: number) => `01990000-0000-7000-8000-${String(n).padStart(12, "0")}`;
export const VISIT = id(1);
export const ANNE = id(10);
export const BO = id(11);
export const CHEN = id(12);
export const OFFICE = id(99);
const DIGEST = "A".repeat(43);
const DOC = "d".repeat(64);
const INK = { width: 400, height: 400, pointer: "pen", pressure: true };
const STROKE = Array.from({ length: 39 }, (_, at) => [10 * (at + 1), 10 * (at + 1), 10, 128]);

const item = (code: string, more: Partial<ChecklistItem> = {}): ChecklistItem => ({
  code,
  text: { zh: code },
  ...more,
});

export const ITEMS: readonly ChecklistItem[] = [
  item("any"),
  item("each", { policy: "each" }),
  item("proof", { note_required_on_no: true, photo_required_on_no: true }),
  item("cold", { number: { unit: "℃", decimals: 1, least: "-30", most: "30", tolerance: "0.5" } }),
];
const LIST: PinnedChecklist = {
  digest: DIGEST,
  checklist: { code: "fire", version: 1, title: { zh: "消防" }, items: ITEMS },
};

export interface Written {
  readonly hash: string;
  readonly line: string;
  readonly log: Log;
  readonly seq: number;
}

/** One device's log. */
export class Log {
  readonly entries: Written[] = [];
  private prev: string | null = null;
  seq = 0;

  constructor(
    readonly inspector: string,
    readonly device = inspector.replace(/^0199/, "0198"),
  ) {}

  write(type: string, body: Record<string, unknown>, over: readonly Written[] = [], more: object = {}): Written {
    this.seq += 1;
    const p = JSON.stringify({
      v: 1,
      id: VISIT,
      dev: this.device,
      ep: 1,
      seq: this.seq,
      prev: this.prev,
      ins: this.inspector,
      visit: VISIT,
      type,
      over: over.map((one) => one.hash),
      ck: ["fire", 1, DIGEST],
      wall: this.seq,
      mono: 1,
      boot: "b",
      body: DIGEST,
      blen: 1,
      ...more,
    });
    const b = JSON.stringify({ salt: "AAAAAAAAAAAAAAAAAAAAAA", ...body });
    const hash = entryHash(p);
    this.prev = hash;
    const one = { hash, line: JSON.stringify({ p, b, k: DIGEST, a: "ES256", s: "" }), log: this, seq: this.seq };
    this.entries.push(one);
    return one;
  }

  answer(code: string, value: string, over: readonly Written[] = [], more: Record<string, unknown> = {}): Written {
    return this.write("answer.set", { item: code, value, ...more }, over);
  }

  shown(...others: readonly Log[]): { set: string; heads: object[]; count: number } {
    const logs = [this, ...others].filter((log) => log.seq > 0);
    const hashes = logs.flatMap((log) => log.entries.map((one) => one.hash));
    const heads = logs.map((log) => ({ dev: log.device, ep: 1, seq: log.seq, hash: log.entries.at(-1)?.hash }));
    return { set: entrySetDigest(hashes), heads, count: hashes.length };
  }

  submit(...others: readonly Log[]): Written {
    return this.write("submit", this.shown(...others));
  }

  sign(role: string, ...others: readonly Log[]): Written {
    const { set, heads } = this.shown(...others);
    return this.write("signature", {
      role,
      name: "李某",
      method: "drawn",
      ink: { ...INK, strokes: [STROKE] },
      doc: DOC,
      set,
      heads,
    });
  }

  refuse(what: string, more: Record<string, unknown> = {}): Written {
    return this.write("refusal", { what, reason_code: "other", text: "不同意", by: { unknown: true }, ...more });
  }
}

export function card(more: Partial<VisitCard> = {}): VisitCard {
  const member = (inspector: string, at: number) => ({ inspector, name: inspector, slot: at + 1, leader: at === 0 });
  return {
    id: VISIT,
    authority: "局",
    office: OFFICE,
    rule_set: "r",
    state: "open",
    object: { id: VISIT, kind: "k", name: "店" },
    tasks: [
      {
        id: id(50),
        title: "任务",
        item_code: "i",
        item_name: "i",
        assignment: id(51),
        assignment_version: 1,
        checklist: ["fire", 1],
      },
    ],
    team: [ANNE, BO].map(member),
    deciders: [ANNE],
    quorum: 2,
    refusal_vouchers: 2,
    witness: "when_necessary",
    checklists: [["fire", 1, DIGEST]],
    notice: "告知",
    window: { opens: "2026-11-01", closes: "2026-11-30" },
    ...more,
  };
}

/** What Anne's tablet knows when the server told it everything in these logs. */
export function told(
  logs: readonly Log[],
  more: Partial<VisitCard> = {},
  uncounted: Record<string, string[]> = {},
): RecordView {
  const all = logs.flatMap((log) => log.entries);
  const heard = all.map((one, at): ToldEntry => ({
    hash: one.hash,
    line: one.line,
    vseq: at + 1,
    uncounted: uncounted[one.hash] ?? [],
  }));
  return recordOf({ card: card(more), checklists: [LIST], own: [], heard, me: ANNE, device: "" });
}

/** What Anne's tablet knows of its own log alone, before any network. */
export function alone(log: Log, custody: OwnEntry["custody"] = "own", reasons: readonly string[] = []): RecordView {
  const own = log.entries.map((one): OwnEntry => ({ hash: one.hash, line: one.line, custody, reasons }));
  return recordOf({ card: card(), checklists: [LIST], own, heard: [], me: ANNE, device: log.device });
}

export function point(record: RecordView, code = "any"): PointView {
  const found = record.points.find((one) => one.item.code === code);
  if (!found) throw new Error(code);
  return found;
}
