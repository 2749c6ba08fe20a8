// @vitest-environment node
/** The tablet's fold against the server's, over two hundred invented visits. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordMemory, recordOf } from "../../src/record/record";
import type { PointState, PointView, RecordView } from "../../src/record/view";
import { readGolden, sourcesOf } from "./golden-case";
import type { GoldenCase, PointFold } from "./golden-case";

const GOLDEN = readGolden();

/** What the server calls each state of a point. */
const CLASS: Readonly<Record<PointState, string>> = {
  open: "unanswered",
  refused: "refused",
  single: "single",
  countersigned: "countersigned",
  incomplete: "incomplete",
  corroborated: "corroborated",
  conflict: "conflict",
  self_conflict: "self-conflict",
  disputed: "disputed",
  decided: "resolved",
  reopened: "reopened",
  rulings_differ: "resolution-conflict",
  reinspect: "re-inspect",
};

const nameOf = (point: PointView) =>
  [...point.tasks.map((task) => task.checklist[0]).sort(), point.item.code].join("/");

function fatesOf(point: PointView, place: (hash: string) => string): PointFold[3] {
  const counted = new Set(point.statements.filter((one) => one.uncounted.length === 0).map((one) => one.hash));
  return Object.fromEntries(
    point.history.map((one) => {
      const why = one.uncounted[0];
      const replaced = one.replacedBy !== null;
      const invalid = why === "invalid-value" || why === "unknown-item";
      const fate =
        why === "excluded" ? why : replaced ? "superseded" : invalid ? "invalid" : why ? "uncounted" : "current";
      if (fate === "current") expect([...counted].length).toBeGreaterThan(0);
      return [place(one.hash), fate];
    }),
  );
}

function compare(one: GoldenCase, record: RecordView): void {
  const place = (hash: string) => `#${one.entries.findIndex(([known]) => known === hash)}`;
  const expected = one.folds_to;
  for (const point of record.points) {
    const [cls, value, missing, fates] = expected.points[nameOf(point)] ?? ["unanswered", null, [], {}];
    const at = nameOf(point);
    expect([at, CLASS[point.state]]).toEqual([at, cls]);
    if (cls === "resolved") expect(point.decided).toBe(value ?? "both-stand");
    expect(point.missing.includes("comment")).toBe(missing.includes("note-missing"));
    expect(point.missing.includes("photo")).toBe(missing.includes("photo-missing"));
    expect(fatesOf(point, place)).toEqual(fates);
  }
  const current = Object.entries(expected.signatures).filter(([, state]) => state === "current");
  expect(record.signatures.map((each) => place(each.hash)).sort()).toEqual(current.map(([hash]) => hash).sort());
  const standing = Object.fromEntries(
    record.refusals.map((each) => [
      place(each.hash),
      each.stands ? "stands" : each.witnessed ? "awaiting-attestation" : "awaiting-witness",
    ]),
  );
  const counted = Object.entries(expected.refusals).filter(([, state]) => state !== "not-counted");
  expect(standing).toEqual(Object.fromEntries(counted));
  expect(record.vouched).toEqual(expected.vouched.map((person) => GOLDEN.people[person]).sort());
  expect(record.obstacles.some((each) => each.key === "record.signature_contradicted")).toBe(expected.conflict);
}

describe("the fold of the tablet", () => {
  it("has two hundred visits to be held against", () => {
    expect(GOLDEN.cases.length).toBe(200);
    const seen = new Set(GOLDEN.cases.flatMap((one) => Object.values(one.folds_to.points).map(([cls]) => cls)));
    expect([...seen].sort()).toEqual(Object.values(CLASS).sort());
  });

  it.each(GOLDEN.cases.map((one, seed) => [seed, one] as const))("agrees with the server's on visit %i", (_, one) => {
    compare(one, recordOf(sourcesOf(GOLDEN, one)));
  });

  it("does not depend on the order in which entries came, nor on what it remembers", () => {
    const visits = fc.constantFrom(...GOLDEN.cases).map((one) => sourcesOf(GOLDEN, one));
    const shuffled = visits.chain((given) =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray([...given.heard], { minLength: given.heard.length })),
    );
    fc.assert(
      fc.property(shuffled, ([given, heard]) => {
        const memory = recordMemory();
        const once = recordOf(given);
        expect(comparable(recordOf({ ...given, heard }, memory))).toEqual(comparable(once));
        expect(comparable(recordOf({ ...given, heard: [...heard, ...heard] }, memory))).toEqual(comparable(once));
      }),
      { numRuns: 100 },
    );
  });

  it("comes to the same when entries arrive one after the other in any order", () => {
    const visits = fc.constantFrom(...GOLDEN.cases.slice(0, 60)).map((one) => sourcesOf(GOLDEN, one));
    const shuffled = visits.chain((given) =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray([...given.heard], { minLength: given.heard.length })),
    );
    fc.assert(
      fc.property(shuffled, ([given, heard]) => {
        const memory = recordMemory();
        let last = recordOf({ ...given, heard: [] }, memory);
        heard.forEach((_, at) => (last = recordOf({ ...given, heard: heard.slice(0, at + 1) }, memory)));
        expect(comparable(last)).toEqual(comparable(recordOf(given)));
      }),
      { numRuns: 40 },
    );
  });
});

/** Lists whose order has no meaning, sorted. */
function comparable(record: RecordView): unknown {
  const heads = [...record.shown.heads].sort((a, b) => (a.hash < b.hash ? -1 : 1));
  return { ...record, shown: { ...record.shown, heads } };
}
