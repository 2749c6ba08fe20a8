// @vitest-environment node
/** A refusal is recorded only with what makes it one: a reason, words, by whom, and the witness that the rule-set demands. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { NotSigned, RefusedThing, VisitCard } from "@contract";
import { words } from "../../../src/i18n";
import {
  EMPTY_REFUSAL,
  flawsOf,
  phrasesFor,
  reasonsFor,
  refusalOf,
  stillNeeded,
} from "../../../src/ui/screens/end/refusal";
import type { RefusalForm } from "../../../src/ui/screens/end/refusal";
import { fakeVisits, ME, PARTNER } from "../../support/fake-visits";

const WHATS: readonly RefusedThing[] = ["signature", "access", "answer", "document"];
const OUTCOMES: readonly NotSigned[] = ["refused", "unable", "absent"];

function card(witness: VisitCard["witness"]): VisitCard {
  const [visit] = fakeVisits();
  if (!visit) throw new Error("no visits");
  return { ...visit.card, witness };
}

const FULL: RefusalForm = { ...EMPTY_REFUSAL, reason: "disagrees", text: "宣读后拒绝签名。", name: "关美玲" };

test("an empty form lacks reason, words and who", () => {
  expect(flawsOf(EMPTY_REFUSAL, card("when_necessary"), ME)).toEqual([
    "refusal.flaw_reason",
    "refusal.flaw_text",
    "refusal.flaw_by",
  ]);
});

test("where the rule-set demands a witness nothing is recorded without one; elsewhere it is, and what it needs is said", () => {
  expect(flawsOf(FULL, card("required"), ME)).toEqual(["refusal.flaw_witness"]);
  expect(flawsOf(FULL, card("when_necessary"), ME)).toEqual([]);
  expect(stillNeeded(FULL, card("when_necessary"))).toContain("refusal.needs_concur");
  expect(stillNeeded(FULL, card("never"))).not.toContain("refusal.needs_concur");
});

test("nobody is his own witness; a witness has a name; a recording is one of this visit", () => {
  const flaws = (part: Partial<RefusalForm>) => flawsOf({ ...FULL, ...part }, card("required"), ME);
  expect(flaws({ witness: "inspector", inspector: ME })).toEqual(["refusal.flaw_inspector"]);
  expect(flaws({ witness: "inspector", inspector: PARTNER })).toEqual([]);
  expect(flaws({ witness: "person", person: "  " })).toEqual(["refusal.flaw_person"]);
  expect(flaws({ witness: "recording" })).toEqual(["refusal.flaw_recording"]);
  expect(flaws({ witness: "recording", recording: "a".repeat(64) })).toEqual([]);
});

test("the reason belongs to what was refused", () => {
  expect(flawsOf({ ...FULL, outcome: "absent" }, card("never"), ME)).toEqual(["refusal.flaw_reason"]);
  expect(flawsOf({ ...FULL, outcome: "absent", reason: "nobody" }, card("never"), ME)).toEqual([]);
});

test("a name or unknown, never both; an outcome of signatures only; the paper that was shown among what shows it", () => {
  const paper = "d".repeat(64);
  expect(refusalOf({ ...FULL, outcome: "unable" }, paper)).toEqual({
    what: "signature",
    outcome: "unable",
    reasonCode: "disagrees",
    text: "宣读后拒绝签名。",
    by: { name: "关美玲" },
    media: [paper],
  });
  const unknown = refusalOf({ ...FULL, what: "access", unknown: true, role: " 门卫 " }, null);
  expect(unknown).toEqual({
    what: "access",
    reasonCode: "disagrees",
    text: "宣读后拒绝签名。",
    by: { unknown: true, role: "门卫" },
  });
});

test("whatever is filled in, what is handed over is as the contract wants it", () => {
  const form = fc.record({
    what: fc.constantFrom(...WHATS),
    outcome: fc.constantFrom(...OUTCOMES),
    reason: fc.constantFrom("other", "disagrees", "left", ""),
    text: fc.string(),
    name: fc.string(),
    role: fc.string(),
    unknown: fc.boolean(),
    witness: fc.constantFrom("none" as const, "inspector" as const, "person" as const, "recording" as const),
    inspector: fc.constantFrom("", ME, PARTNER),
    person: fc.string(),
    contact: fc.string(),
    recording: fc.constantFrom("", "e".repeat(64)),
    item: fc.constantFrom("", "SP-01"),
  });
  fc.assert(
    fc.property(
      form,
      fc.constantFrom("required" as const, "when_necessary" as const, "never" as const),
      (one, rule) => {
        if (flawsOf(one, card(rule), ME).length > 0) return;
        const told = refusalOf(one, null);
        expect(told.reasonCode).toMatch(/^[a-z_]{1,40}$/);
        expect(told.text.length).toBeGreaterThan(0);
        expect((told.by.name === undefined) === (told.by.unknown === true)).toBe(true);
        expect(told.by.name ?? "-").not.toBe("");
        expect(told.outcome === undefined || told.what === "signature").toBe(true);
        expect(
          told.witness === undefined || (told.witness.inspector === undefined) !== (told.witness.name === undefined),
        ).toBe(true);
        expect(rule !== "required" || told.witness !== undefined || (told.media ?? []).length > 0).toBe(true);
      },
    ),
  );
});

test("every reason and every standard sentence has words in both languages", () => {
  for (const what of WHATS)
    for (const outcome of OUTCOMES)
      for (const key of [
        ...reasonsFor(what, outcome).map((one) => `refusal.reason_${one}`),
        ...phrasesFor(what, outcome),
      ])
        for (const lang of ["zh", "en"] as const) expect(words(lang, key)).not.toBe(key);
});
