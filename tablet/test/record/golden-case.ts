/** Reads tests/golden/tablet_records.json: visits that the server's fold has judged (tests/support/tablet_records.py). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FieldRemark, PinnedChecklist, Reason, VisitCard } from "@contract";
import type { RecordSources, ToldEntry } from "../../src/record/view";

type Short = readonly [
  hash: string,
  device: number,
  inspector: number,
  seq: number,
  prev: string | null,
  type: string,
  ck: string | null,
  over: readonly string[],
  body: Readonly<Record<string, unknown>>,
  uncounted: readonly Reason[],
];

export type PointFold = readonly [
  cls: string,
  value: string | null,
  missing: readonly string[],
  fates: Readonly<Record<string, string>>,
];

export interface GoldenCase {
  readonly former: Readonly<Record<string, string>>;
  readonly vouchers: number;
  readonly witness: VisitCard["witness"];
  readonly returned: readonly FieldRemark[];
  readonly entries: readonly Short[];
  readonly folds_to: {
    readonly points: Readonly<Record<string, PointFold>>;
    readonly signatures: Readonly<Record<string, string>>;
    readonly refusals: Readonly<Record<string, string>>;
    readonly conflict: boolean;
    readonly vouched: readonly number[];
    readonly signature_due: boolean;
  };
}

export interface Golden {
  readonly visit: string;
  readonly people: readonly string[];
  readonly team: readonly string[];
  readonly deciders: readonly string[];
  readonly office: string;
  readonly checklists: readonly PinnedChecklist[];
  readonly cases: readonly GoldenCase[];
}

export function readGolden(): Golden {
  const path = join(import.meta.dirname, "../../../tests/golden/tablet_records.json");
  return JSON.parse(readFileSync(path, "utf8")) as Golden;
}

/** What a tablet of the first inspector would know of the visit. */
export function sourcesOf(golden: Golden, one: GoldenCase): RecordSources {
  return {
    card: cardOf(golden, one),
    checklists: golden.checklists,
    own: [],
    heard: one.entries.map((short, place) => told(golden, one, short, place)),
    me: golden.team[0] ?? "",
    device: golden.people[3] ?? "",
  };
}

function cardOf(golden: Golden, one: GoldenCase): VisitCard {
  const member = (inspector: string, at: number) => ({ inspector, name: inspector, slot: at + 1, leader: at === 0 });
  return {
    id: golden.visit,
    authority: "局",
    office: golden.office,
    rule_set: "national",
    state: "open",
    returned: one.returned.map((remark) => ({ ...remark, remark: "请改" })),
    object: { id: golden.visit, kind: "enterprise", name: "店" },
    tasks: golden.checklists.map(({ checklist }, at) => ({
      id: `01990000-0000-7000-8000-0000000000f${at}`,
      title: checklist.code,
      item_code: checklist.code,
      item_name: checklist.code,
      assignment: golden.visit,
      assignment_version: 1,
      checklist: [checklist.code, checklist.version] as const,
    })),
    team: golden.team.map(member),
    former: Object.entries(one.former).map(([inspector, word]) => ({ inspector, word })),
    deciders: golden.deciders,
    quorum: 2,
    refusal_vouchers: one.vouchers,
    witness: one.witness,
    checklists: golden.checklists.map(({ digest, checklist }) => [checklist.code, checklist.version, digest] as const),
    notice: "告知",
    window: { opens: "2026-11-01", closes: "2026-11-30" },
  };
}

const WITH_REASON = ["answer.withdraw", "withdraw", "resolve", "admit", "exclude", "log.gap", "concur", "dispute"];
const INK = { width: 400, height: 400, pointer: "pen", pressure: true };
const STROKE = Array.from({ length: 39 }, (_, at) => [10 * (at + 1), 10 * (at + 1), 10, 128]);

function told(golden: Golden, one: GoldenCase, short: Short, place: number): ToldEntry {
  const [hash, device, inspector, seq, prev, type, code, over, body, uncounted] = short;
  const full = (value: unknown): unknown => {
    if (typeof value === "string" && /^[#@%]\w+$/.test(value)) return named(golden, one, value);
    if (Array.isArray(value)) return value.map(full);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, full(each)]));
  };
  const members = full(body) as Record<string, unknown>;
  if (Array.isArray(members.heads)) {
    members.heads = members.heads.map(([dev, at, head]: unknown[]) => ({ dev, ep: 1, seq: at, hash: head }));
  }
  const pinned = golden.checklists.find(({ checklist }) => checklist.code === code);
  const header = {
    v: 1,
    id: golden.visit,
    dev: golden.people[device],
    ep: 1,
    seq,
    prev: full(prev),
    ins: golden.people[inspector],
    visit: golden.visit,
    type,
    over: full(over),
    ck: pinned ? [pinned.checklist.code, pinned.checklist.version, pinned.digest] : null,
    wall: 1_790_000_000_000 + seq,
    mono: 1,
    boot: "b",
    body: hash,
    blen: 1,
  };
  const b = {
    salt: "AAAAAAAAAAAAAAAAAAAAAA",
    ...(WITH_REASON.includes(type) ? { reason: "事由" } : {}),
    ...(type === "signature" ? { ink: { ...INK, strokes: [STROKE] } } : {}),
    ...members,
  };
  const line = { p: JSON.stringify(header), b: JSON.stringify(b), k: hash, a: "ES256", s: "" };
  return { hash, vseq: place + 1, line: JSON.stringify(line), uncounted };
}

function named(golden: Golden, one: GoldenCase, name: string): string {
  const rest = name.slice(1);
  if (name.startsWith("%")) return rest.repeat(64);
  return (name.startsWith("@") ? golden.people[Number(rest)] : one.entries[Number(rest)]?.[0]) ?? "";
}
