// @vitest-environment node
/** The table of sync.md §2.11, row by row, and what an inspector is told of it. */
import { describe, expect, it } from "vitest";
import { recordOf } from "../../src/record/record";
import { alone, ANNE, BO, card, CHEN, Log, OFFICE, point, told } from "./scene";

const pair = () => [new Log(ANNE), new Log(BO)] as const;
const state = (logs: readonly Log[], code = "any") => point(told(logs), code).state;
const keys = (record: ReturnType<typeof told>, blocks?: boolean) =>
  record.obstacles.filter((one) => blocks === undefined || one.blocks === blocks).map((one) => one.key);

describe("the class of a point", () => {
  it("is corroborated when both inspectors say the same", () => {
    const [a, b] = pair();
    a.answer("any", "yes");
    b.answer("any", "yes");
    expect(state([a, b])).toBe("corroborated");
  });

  it("is single when one inspector answered, and countersigned when the other attests a set with it", () => {
    const [a, b] = pair();
    a.answer("any", "no");
    expect(state([a, b])).toBe("single");
    b.submit(a);
    expect(state([a, b])).toBe("countersigned");
  });

  it("is countersigned by the partner's word as well, but not by one's own", () => {
    const [a, b] = pair();
    const said = a.answer("any", "no");
    a.write("concur", { targets: [said.hash] });
    expect(state([a, b])).toBe("single");
    b.write("concur", { targets: [said.hash] });
    expect(state([a, b])).toBe("countersigned");
  });

  it("is incomplete when each must answer and one did", () => {
    const [a, b] = pair();
    a.answer("each", "yes");
    b.submit(a);
    expect(state([a, b], "each")).toBe("incomplete");
    expect(point(told([a, b]), "each").missing).toEqual([]);
    expect(point(told([new Log(ANNE), b]), "each").missing).toEqual(["answer"]);
  });

  it("is a conflict when two inspectors differ, whoever was later", () => {
    const [a, b] = pair();
    a.answer("any", "yes");
    b.answer("any", "no");
    expect([state([a, b]), state([b, a])]).toEqual(["conflict", "conflict"]);
    expect(told([a, b]).conflicts).toBe(1);
  });

  it("follows a correction, and shows what was corrected", () => {
    const [a, b] = pair();
    const first = a.answer("any", "yes");
    const second = a.answer("any", "no", [first]);
    const one = point(told([a, b]));
    expect([one.own?.hash, one.state]).toEqual([second.hash, "single"]);
    expect(one.history.map((past) => [past.value, past.replacedBy])).toEqual([
      ["yes", second.hash],
      ["no", null],
    ]);
  });

  it("does not let anybody correct what another said", () => {
    const [a, b] = pair();
    const said = a.answer("any", "yes");
    b.answer("any", "no", [said]);
    expect(state([a, b])).toBe("conflict");
  });

  it("is a contradiction in oneself when one inspector answered differently on two devices", () => {
    const [a, b] = [new Log(ANNE), new Log(ANNE, CHEN)];
    a.answer("any", "yes");
    b.answer("any", "no");
    expect(state([a, b])).toBe("self_conflict");
  });

  it("is corroborated by numbers within the tolerance, both kept, and a conflict beyond it", () => {
    const [a, b] = pair();
    a.answer("cold", "3.5");
    const second = b.answer("cold", "4.0");
    expect(state([a, b], "cold")).toBe("corroborated");
    expect(point(told([a, b]), "cold").statements.map((one) => one.value)).toEqual(["3.5", "4.0"]);
    b.answer("cold", "4.1", [second]);
    expect(state([a, b], "cold")).toBe("conflict");
  });

  it("does not count what is no answer to the point, and shows it", () => {
    const log = new Log(ANNE);
    log.answer("cold", "31");
    expect(point(told([log]), "cold").state).toBe("open");
    expect(point(told([log]), "cold").statements[0]?.uncounted).toEqual(["invalid-value"]);
  });

  it("counts equal statements of one inspector once", () => {
    const log = new Log(ANNE);
    log.answer("any", "yes");
    log.answer("any", "yes");
    expect(state([log])).toBe("single");
    expect(point(told([log])).statements).toHaveLength(1);
  });

  it("falls back to the other's statement when one's own is withdrawn, and to nothing without one", () => {
    const [a, b] = pair();
    const said = a.answer("any", "no");
    a.write("answer.withdraw", { item: "any", reason: "看错" }, [said]);
    expect(state([a])).toBe("open");
    expect(point(told([a])).history[0]?.withdrawn).toBe(true);
    b.answer("any", "yes");
    expect([state([a, b]), point(told([a, b])).own]).toEqual(["single", null]);
  });

  it("is disputed when somebody disputes without an answer of his own", () => {
    const [a, b] = pair();
    const said = a.answer("any", "no");
    b.write("dispute", { targets: [said.hash], reason: "不同意" });
    expect(state([a, b])).toBe("disputed");
  });

  it("never lets photos, notes and positions conflict", () => {
    const [a, b] = pair();
    for (const log of [a, b]) {
      log.write("photo.add", { digest: "a".repeat(64), bytes: 1, mime: "image/jpeg", item: "any" });
      log.write("note.add", { text: "备注", item: "any" });
      log.write("arrive", { no_fix: "室内" });
    }
    const record = told([a, b]);
    expect([record.conflicts, point(record).notes.length, point(record).photos.length]).toEqual([0, 2, 1]);
  });

  it("is refused where a refusal stands, which takes two inspectors", () => {
    const [a, b] = pair();
    a.refuse("answer", { item: "any", witness: { name: "王某" } });
    expect(state([a, b])).toBe("open");
    b.submit(a);
    a.submit(b);
    expect(state([a, b])).toBe("refused");
    expect(point(told([a, b])).missing).toEqual([]);
  });
});

describe("decisions", () => {
  it("settle a conflict when they name all that was said, and are re-opened by what nobody had seen", () => {
    const [a, b] = pair();
    const heads = [a.answer("any", "yes"), b.answer("any", "no")];
    const office = new Log(CHEN, OFFICE);
    office.write("resolve", { item: "any", how: "value", value: "no", reason: "复核" }, heads);
    expect([state([a, b, office]), point(told([a, b, office])).decided]).toEqual(["decided", "no"]);
    b.answer("any", "not_applicable", [heads[1] as (typeof heads)[0]]);
    expect([state([a, b, office]), point(told([a, b, office])).decided]).toEqual(["reopened", null]);
  });

  it("of people who may not decide change nothing", () => {
    const [a, b] = pair();
    const heads = [a.answer("any", "yes"), b.answer("any", "no")];
    b.write("resolve", { item: "any", how: "value", value: "no", reason: "复核" }, heads);
    expect(state([a, b])).toBe("conflict");
  });

  it("that differ and do not know of each other are an open question", () => {
    const [a, b] = pair();
    const heads = [a.answer("any", "yes"), b.answer("any", "no")];
    const office = new Log(CHEN, OFFICE);
    office.write("resolve", { item: "any", how: "value", value: "no", reason: "甲" }, heads);
    a.write("resolve", { item: "any", how: "value", value: "yes", reason: "乙" }, heads);
    expect(state([a, b, office])).toBe("rulings_differ");
  });

  it("admit what did not count, and exclude what did", () => {
    const [a, b] = pair();
    const late = a.answer("any", "yes");
    const uncounted = { [late.hash]: ["certificate-expired"] };
    expect(point(told([a, b], {}, uncounted)).state).toBe("open");
    expect(point(told([a, b], {}, uncounted)).own?.uncounted).toEqual(["certificate-expired"]);
    const office = new Log(CHEN, OFFICE);
    office.write("admit", { targets: [late.hash], reason: "核实" });
    expect(point(told([a, b, office], {}, uncounted)).state).toBe("single");
    office.write("exclude", { targets: [late.hash], reason: "核实" });
    expect(point(told([a, b, office], {}, uncounted)).state).toBe("open");
  });
});

describe("what the party signed", () => {
  it("stays as it was signed: a later correction does not count", () => {
    const log = new Log(ANNE);
    const said = log.answer("any", "yes");
    log.sign("representative");
    expect(point(told([log])).signed).toBe(true);
    log.answer("any", "no", [said]);
    const one = point(told([log]));
    expect([one.own?.value, one.statements.map((each) => each.uncounted)]).toEqual(["yes", [[], ["signed-part"]]]);
  });

  it("may be corrected where the leader sent the point back", () => {
    const log = new Log(ANNE);
    const said = log.answer("any", "yes");
    log.sign("representative");
    log.answer("any", "no", [said]);
    const returned = [{ checklist: "fire", item: "any", remark: "请改", through: 2 }];
    const one = point(told([log], { state: "returned", returned }));
    expect([one.own?.value, one.remark, one.signed]).toEqual(["no", "请改", false]);
  });

  it("is stale as soon as something is stated that was not shown, and not by the second signature", () => {
    const log = new Log(ANNE);
    log.answer("any", "yes");
    log.sign("representative");
    log.sign("inspector");
    expect(told([log]).signatures.map((one) => one.stale)).toEqual([false, false]);
    log.answer("each", "yes");
    expect(told([log]).signatures.map((one) => one.stale)).toEqual([true, true]);
    expect(keys(told([log]))).toContain("record.signature_stale");
  });

  it("and its refusal to sign contradict each other until somebody decides", () => {
    const [a, b] = pair();
    a.sign("representative");
    b.refuse("signature");
    expect(keys(told([a, b]))).toContain("record.signature_contradicted");
  });
});

describe("the end of the own part", () => {
  it("is kept up by what this inspector alone can mend: arrival, points each must answer, a remark on no", () => {
    const log = new Log(ANNE);
    log.answer("proof", "no");
    expect(keys(alone(log), true)).toEqual(["record.not_arrived", "record.each_unanswered", "record.comment_missing"]);
    log.write("arrive", { no_fix: "室内" });
    log.answer("each", "yes");
    log.write("note.add", { text: "说明", item: "proof" });
    expect(keys(alone(log), true)).toEqual([]);
    expect(keys(alone(log), false)).toContain("record.photo_missing");
  });

  it("is only warned of what the partner's tablet may hold already", () => {
    const record = alone(new Log(ANNE));
    expect(keys(record, false)).toEqual(
      expect.arrayContaining(["record.unanswered", "record.notice_not_served", "record.signature_due"]),
    );
  });

  it("counts from the submission that stands", () => {
    const log = new Log(ANNE);
    const submit = log.submit();
    expect(alone(log).submitted).toBe(submit.hash);
    log.write("withdraw", { reason: "还要改" }, [submit]);
    expect(alone(log).submitted).toBeNull();
  });

  it("asks for a returned point until something of it was written again", () => {
    const log = new Log(ANNE);
    const said = log.answer("any", "yes");
    const back = {
      state: "returned" as const,
      returned: [{ checklist: "fire", item: "any", remark: "请改", through: 1 }],
    };
    expect(keys(told([log], back))).toContain("record.returned_unmended");
    log.answer("any", "no", [said]);
    expect(keys(told([log], back))).not.toContain("record.returned_unmended");
  });
});

describe("what is not the server's yet", () => {
  it("counts on this tablet, in the order of the log", () => {
    const log = new Log(ANNE);
    log.answer("any", "yes");
    expect(point(alone(log)).state).toBe("single");
    expect(alone(log).shown.set).toBe(log.shown().set);
  });

  it("and was refused is shown with the reason and stands in no set", () => {
    const log = new Log(ANNE);
    log.answer("any", "yes");
    const record = alone(log, "refused", ["bad-signature"]);
    expect(point(record).own?.uncounted).toEqual(["bad-signature"]);
    expect([point(record).state, record.shown.count]).toEqual(["open", 0]);
  });

  it("breaks nothing when it cannot be read", () => {
    const lines = ["", "{}", "null", '{"p":"[]"}', JSON.stringify({ p: "{}", b: "{", k: "", a: "", s: "" })];
    const heard = lines.map((line, at) => ({ hash: `h${at}`, vseq: at + 1, line, uncounted: [] }));
    const record = recordOf({ card: card(), checklists: [], own: [], heard, me: ANNE, device: "" });
    expect([record.points, keys(record, false)]).toEqual([[], expect.arrayContaining(["record.checklist_lacking"])]);
  });
});
