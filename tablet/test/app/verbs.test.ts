// @vitest-environment node
/** Each verb writes what the contract wants of it: tasks, assignment, checklist, and what it replaces. */
import type { EntryHeader, EntryLine } from "@contract";
import { get } from "svelte/store";
import { beforeEach, describe, expect, test } from "vitest";
import type { TaskCard } from "@contract";
import { NotKept } from "../../src/app/tablet";
import { entrySetDigest } from "../../src/wire";
import { FakeServer, VISIT } from "../support/fake-server";
import { enrolledTablet, type Whole } from "../support/whole-tablet";

let server: FakeServer;
let whole: Whole;
let task: TaskCard;
const at = (item: string) => ({ task, item });
const INK = {
  ...{ width: 300, height: 100, pointer: "pen", pressure: false },
  strokes: [Array.from({ length: 9 }, (_, n) => [100 * n, 50 * n, n, 0])],
};

beforeEach(async () => {
  server = await FakeServer.open();
  whole = await enrolledTablet(server);
  const [found] = get(whole.tablet.visits)[0]?.card.tasks ?? [];
  if (!found) throw new Error("no task");
  task = found;
});

async function written() {
  return (await whole.store.entries()).map(({ hash, line }) => {
    const { p, b } = JSON.parse(line) as EntryLine;
    return { hash, header: JSON.parse(p) as EntryHeader, body: JSON.parse(b ?? "{}") as Record<string, unknown> };
  });
}

describe("an answer", () => {
  test("names its task, its assignment and the checklist that was seen", async () => {
    await whole.tablet.answer(VISIT, at("pc.01"), { value: "no", comment: "x", basis: "document" });
    const [{ header, body } = { header: null, body: null }] = await written();
    expect(header).toMatchObject({ type: "answer.set", visit: VISIT, tasks: [task.id] });
    expect(header?.asg).toEqual([task.assignment, task.assignment_version]);
    expect(header?.ck?.slice(0, 2)).toEqual(["commerce.prepaid-card", 1]);
    expect(header?.over).toBeUndefined();
    expect(body).toMatchObject({ item: "pc.01", value: "no", comment: "x", basis: "document" });
  });

  test("that corrects names the own one before, also when both are written at once", async () => {
    const { tablet } = whole;
    const values = ["yes", "no", "not_applicable"];
    await Promise.all(values.map((value) => tablet.answer(VISIT, at("pc.01"), { value, comment: "x" })));
    const [first, second, third] = await written();
    expect(second?.header.over).toEqual([first?.hash]);
    expect(third?.header.over).toEqual([second?.hash]);
    await tablet.answer(VISIT, at("pc.02"), { value: "yes" });
    expect((await written())[3]?.header.over).toBeUndefined();
  });

  test("is withdrawn by naming it, and only where there is one", async () => {
    const { tablet } = whole;
    const nothing = tablet.withdrawAnswer(VISIT, at("pc.01"), "x");
    await expect(nothing).rejects.toMatchObject({ key: "trouble.nothing_to_withdraw" });
    await tablet.answer(VISIT, at("pc.01"), { value: "yes" });
    await tablet.withdrawAnswer(VISIT, at("pc.01"), "误点");
    const [said, taken] = await written();
    expect(taken?.header).toMatchObject({ type: "answer.withdraw", over: [said?.hash] });
  });

  test("to a point that the checklist lacks, or in a visit nobody knows, is not kept", async () => {
    const { tablet } = whole;
    await expect(tablet.answer(VISIT, at("pc.99"), { value: "yes" })).rejects.toMatchObject({
      key: "trouble.point_unknown",
    });
    await expect(tablet.note("019a0000-0000-7000-8000-00000000dead", "x")).rejects.toBeInstanceOf(NotKept);
    expect(await written()).toEqual([]);
  });

  test("that the contract does not allow is not kept, and the next one is", async () => {
    const { tablet } = whole;
    await expect(tablet.note(VISIT, "")).rejects.toMatchObject({ key: "trouble.wrong_entry" });
    await tablet.note(VISIT, "ok");
    expect((await written()).map((one) => one.header.seq)).toEqual([1]);
  });
});

describe("the end", () => {
  test("is signed over exactly what is known of the visit", async () => {
    const { tablet } = whole;
    await tablet.arrive(VISIT, { no_fix: "indoors" });
    await tablet.note(VISIT, "ok");
    await tablet.sign(VISIT, { role: "representative", name: "李四", idTail: "123X", ink: INK, doc: "a".repeat(64) });
    const [one, two, signed] = await written();
    expect(signed?.body).toMatchObject({
      method: "drawn",
      id_tail: "123X",
      set: entrySetDigest([one?.hash ?? "", two?.hash ?? ""]),
    });
    expect(signed?.body.heads).toMatchObject([{ ep: 1, seq: 2, hash: two?.hash }]);
  });

  test("that is refused says what was shown, and another refusal does not", async () => {
    const { tablet } = whole;
    const by = { unknown: true };
    await tablet.refuse(VISIT, { what: "access", reasonCode: "other", text: "不让进", by });
    await tablet.refuse(VISIT, { what: "signature", outcome: "absent", reasonCode: "absent", text: "无人", by });
    const [access, signature] = await written();
    expect(access?.body.set).toBeUndefined();
    expect(signature?.body).toMatchObject({ reason_code: "absent", set: entrySetDigest([access?.hash ?? ""]) });
  });

  test("is submitted anew over the submission before, and taken back by naming it", async () => {
    const { tablet } = whole;
    await tablet.note(VISIT, "ok");
    await tablet.submit(VISIT);
    await tablet.note(VISIT, "one more");
    await tablet.submit(VISIT);
    const [, first, , second] = await written();
    expect(second?.header.over).toEqual([first?.hash]);
    expect(second?.body.count).toBe(3);
    await tablet.withdrawSubmission(VISIT, "漏项");
    expect((await written())[4]?.header).toMatchObject({ type: "withdraw", over: [second?.hash] });
    const again = tablet.withdrawSubmission(VISIT, "x");
    await expect(again).rejects.toMatchObject({ key: "trouble.nothing_to_withdraw" });
  });
});

describe("a notice", () => {
  test("takes the next number with its entry, each once", async () => {
    const { tablet } = whole;
    const given = { how: "shown", lang: "zh" } as const;
    const numbers = await Promise.all([1, 2, 3].map(() => tablet.serveNotice(VISIT, given)));
    expect(numbers).toEqual(["示检告〔2026〕0051号", "示检告〔2026〕0052号", "示检告〔2026〕0053号"]);
    expect((await written()).map((one) => one.body.number)).toEqual(numbers);
  });

  test("takes no number when its entry is not kept", async () => {
    const { tablet, store } = whole;
    store.fails = (what) => {
      if (what === "append") throw new Error("disk");
    };
    await expect(tablet.serveNotice(VISIT, { how: "shown", lang: "zh" })).rejects.toBeInstanceOf(NotKept);
    store.fails = null;
    expect(await tablet.serveNotice(VISIT, { how: "shown", lang: "zh" })).toBe("示检告〔2026〕0051号");
  });

  test("says that there is no number left, and bears the office's", async () => {
    const { tablet, store } = whole;
    await store.remember("notice_numbers", null);
    const given = { how: "handed_over", lang: "zh" } as const;
    await expect(tablet.serveNotice(VISIT, given)).rejects.toMatchObject({ key: "trouble.no_number_left" });
    expect(await tablet.serveNotice(VISIT, { ...given, number: "示检告〔2026〕0001号" })).toBe("示检告〔2026〕0001号");
  });
});

describe("a photo", () => {
  test("is kept with its measures, its place and copies for the screen", async () => {
    const { tablet, store } = whole;
    const where = { position: { lat_e7: 1, lon_e7: 2, acc_dm: 3, source: "gnss", fix_age_ms: 4 } } as const;
    const picture = new Blob(["photo"], { type: "image/jpeg; x=y" });
    const digest = await tablet.photo(VISIT, picture, { point: at("pc.02"), caption: "章程", takenWall: 5.4, where });
    const [{ header, body } = { header: null, body: {} as Record<string, unknown> }] = await written();
    expect(header).toMatchObject({ type: "photo.add", tasks: [task.id] });
    expect(body).toMatchObject({
      digest,
      bytes: 5,
      mime: "image/jpeg",
      width: 4000,
      height: 3000,
      item: "pc.02",
      taken_wall: 5,
    });
    expect(body.position).toEqual(where.position);
    expect((await store.file(digest))?.visit).toBe(VISIT);
  });

  test("that finds no room leaves neither bytes nor entry", async () => {
    const { tablet, store } = whole;
    store.fails = (what) => {
      if (what === "keepFile") throw new DOMException("full", "QuotaExceededError");
    };
    await expect(tablet.photo(VISIT, new Blob(["x"]), {})).rejects.toBeInstanceOf(NotKept);
    expect([await written(), await store.files()]).toEqual([[], []]);
  });
});
