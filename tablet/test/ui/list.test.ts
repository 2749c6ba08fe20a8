/** The check points of a visit, over an invented tablet. */
import { cleanup, fireEvent, screen, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { get } from "svelte/store";
import { afterEach, describe, expect, test, vi } from "vitest";
import { NotKept } from "../../src/app/tablet";
import type { Tablet } from "../../src/app/tablet";
import type { PointView } from "../../src/record/view";
import List from "../../src/ui/screens/list/List.svelte";
import PointSheet from "../../src/ui/screens/list/PointSheet.svelte";
import { Keeping } from "../../src/ui/screens/list/keeping.svelte";
import { negated, tidied } from "../../src/ui/screens/list/numbers";
import { generalFor, learn, ofGuidance, ownPhrases, withPhrase } from "../../src/ui/screens/list/phrases";
import { countsOf, nextOpen, sectionsOf, steady } from "../../src/ui/screens/list/points";
import { fakeTablet } from "../support/fake-tablet";
import { fakeVisits, ME } from "../support/fake-visits";
import { objections, show } from "./stage";

Element.prototype.scrollIntoView ??= () => undefined;
afterEach(cleanup);

const [, RESTAURANT, SHOP] = fakeVisits().map((one) => one.card.id) as [string, string, string];

function shown(visit: string, change: Partial<ReturnType<typeof fakeVisits>[number]> = {}) {
  const visits = fakeVisits().map((one) => (one.card.id === visit ? { ...one, ...change } : one));
  const fake = fakeTablet({ visits });
  const answer = vi.fn<Tablet["answer"]>((...told) => fake.answer(...told));
  const tablet: Tablet = { ...fake, answer };
  show(tablet, List, { visit });
  return { tablet, answer };
}

const card = (code: string) => screen.getByText(new RegExp(`^${code}`)).closest("article") as HTMLElement;
const button = (within_: HTMLElement, name: string | RegExp) => within(within_).getByRole("radio", { name });
const pressed = (within_: HTMLElement) =>
  within(within_)
    .getAllByRole("radio")
    .filter((one) => one.getAttribute("aria-checked") === "true")
    .map((one) => one.textContent?.trim());
/** Until what was pressed is kept and the record was read again. */
const settled = async () => {
  for (let round = 0; round < 6; round += 1) await Promise.resolve().then(tick);
};

function pointsOf(visit: string): readonly PointView[] {
  const view = get(fakeTablet().visit(visit));
  if (!view) throw new Error("no such visit");
  return view.record.points;
}

test("a tap is shown as pressed at once and as recorded only when it is kept", async () => {
  let keep: () => void = () => undefined;
  const { answer } = shown(SHOP);
  answer.mockImplementationOnce(() => new Promise((resolve) => (keep = resolve)));
  const point = card("SP-01");
  await fireEvent.click(button(point, "是"));
  expect(pressed(point)).toEqual(["是"]);
  expect(within(point).queryByText("已记下")).toBeNull();
  expect(within(point).getByText("正在记下……")).toBeTruthy();
  keep();
});

test("a tap writes once, and a double tap writes once", async () => {
  const { answer } = shown(SHOP);
  const point = card("SP-01");
  await fireEvent.click(button(point, "是"));
  await fireEvent.click(button(point, "是"));
  await settled();
  await fireEvent.click(button(point, "是"));
  await settled();
  expect(answer).toHaveBeenCalledTimes(1);
  expect(answer.mock.calls[0]?.slice(0, 3)).toEqual([
    SHOP,
    expect.objectContaining({ item: "SP-01" }),
    expect.objectContaining({ value: "yes" }),
  ]);
  expect(within(point).getByText("已记下")).toBeTruthy();
});

test("what could not be kept is said, and the button is up again", async () => {
  const { answer } = shown(SHOP);
  answer.mockRejectedValueOnce(new NotKept("list.not_kept"));
  const point = card("SP-01");
  await fireEvent.click(button(point, "否"));
  await settled();
  expect(within(point).getByRole("alert").textContent).toContain("没有记下，请再试一次");
  expect(pressed(point)).toEqual([]);
});

test("a correction leaves what was said before in the history, and its remark where remarks are written", async () => {
  const { tablet } = shown(RESTAURANT);
  await fireEvent.click(button(card("SP-05"), "是"));
  await settled();
  const point = get(tablet.visit(RESTAURANT))?.record.points.find((one) => one.item.code === "SP-05");
  expect(point?.history.map((one) => [one.value, one.replacedBy !== null])).toEqual([
    ["no", true],
    ["yes", false],
  ]);
  expect(await tablet.draft(`comment:${RESTAURANT}:${point?.key}`)).toBe("三文鱼一批未能提供进货票据。");
});

test.each([
  ["41", /比上限 40 ℃ 还大/],
  ["-30.1", /比下限 -30 ℃ 还小/],
  ["4.55", /最多 1 位小数/],
  ["四度", /不是一个数/],
])("a number that cannot be stated (%s) is not written and is explained", async (typed, why) => {
  const { answer } = shown(SHOP);
  const point = card("SP-06");
  await fireEvent.input(within(point).getByRole("textbox"), { target: { value: typed } });
  await fireEvent.click(within(point).getByRole("button", { name: "记下" }));
  expect(within(point).getByRole("alert").textContent).toMatch(why);
  expect(answer).not.toHaveBeenCalled();
});

test("a number is written as the contract spells it", async () => {
  const { answer } = shown(SHOP);
  const point = card("SP-06");
  await fireEvent.input(within(point).getByRole("textbox"), { target: { value: "０4。5 " } });
  await fireEvent.click(within(point).getByRole("button", { name: "记下" }));
  expect(answer.mock.calls[0]?.[2]).toMatchObject({ value: "4.5" });
});

test.each([
  ["yes", "no"],
  ["no", "yes"],
])("a conflict is shown to both inspectors with both values (own %s, partner's %s)", (own, theirs) => {
  const said = (fakeVisits()[1]?.said ?? [])
    .filter((one) => one.type !== "dispute")
    .map((one) =>
      one.body?.item === "SP-08" && one.type === "answer.set"
        ? { ...one, body: { ...one.body, value: one.inspector === ME ? own : theirs } }
        : one,
    );
  shown(RESTAURANT, { said });
  const point = card("SP-08");
  const word = (value: string) => (value === "yes" ? "是" : "否");
  expect(pressed(point)).toEqual([word(own)]);
  expect(within(point).getByText(`林晓岚：${word(theirs)}`)).toBeTruthy();
  expect(within(point).getByText("两人不一致")).toBeTruthy();
  expect(within(point).getByText(/请当面核对/)).toBeTruthy();
});

test("what the leader sent back stands at its point", () => {
  shown(RESTAURANT);
  expect(within(card("SP-05")).getByText(/票据照片缺11月上旬/)).toBeTruthy();
});

test("a filter keeps what it showed until it is chosen again: nothing vanishes under the thumb", async () => {
  shown(SHOP);
  await fireEvent.click(screen.getByRole("button", { name: /^未查/ }));
  await fireEvent.click(button(card("SP-01"), "是"));
  await settled();
  expect(card("SP-01")).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: /^未查/ }));
  expect(screen.queryByText(/^SP-01/)).toBeNull();
});

test("the points of every task of the visit are there, under their headings", () => {
  shown(SHOP);
  expect(screen.getAllByRole("article").length).toBe(pointsOf(SHOP).length);
  for (const title of ["企业登记事项抽查", "餐饮服务食品安全抽查"]) expect(screen.getByText(title)).toBeTruthy();
});

test("nothing can be written once the visit is closed", () => {
  shown(RESTAURANT, { closed: "published" });
  const writing = [...screen.getAllByRole("radio"), ...screen.getAllByRole("button", { name: /^写说明/ })];
  expect(writing.every((one) => (one as HTMLButtonElement).disabled)).toBe(true);
});

test("the list and an opened point satisfy axe", async () => {
  shown(RESTAURANT);
  await fireEvent.click(screen.getByRole("button", { name: /^详情：.*生熟|详情：生熟/ }));
  await settled();
  expect(await objections(document.body)).toEqual([]);
}, 30_000);

describe("an opened point", () => {
  function opened(change: Partial<PointView> = {}, write = vi.fn(() => Promise.resolve(true))) {
    const point = { ...(pointsOf(RESTAURANT).find((one) => one.item.code === "SP-08") as PointView), ...change };
    const fake = fakeTablet();
    const tablet: Tablet = {
      ...fake,
      concur: vi.fn(fake.concur),
      dispute: vi.fn(fake.dispute),
      withdrawAnswer: vi.fn(fake.withdrawAnswer),
    };
    const restate = vi.fn(() => Promise.resolve(true));
    const given = {
      point,
      visit: RESTAURANT,
      names: new Map(),
      source: "文号",
      disabled: false,
      at: "top" as const,
      write,
      restate,
      close: () => undefined,
    };
    show(tablet, PointSheet, given);
    return { tablet, restate, point };
  }

  test("lets one agree with the partner, or dispute with a reason and not without", async () => {
    const { tablet, point } = opened();
    const theirs = point.statements.find((one) => !one.own)?.hash;
    await fireEvent.click(screen.getByRole("button", { name: "我有异议" }));
    const keep = screen.getByRole("button", { name: "记下异议" }) as HTMLButtonElement;
    expect(keep.disabled).toBe(true);
    await fireEvent.input(screen.getByRole("textbox", { name: /异议的理由/ }), { target: { value: "温度是72℃" } });
    await fireEvent.click(keep);
    await settled();
    expect(tablet.dispute).toHaveBeenCalledExactlyOnceWith(RESTAURANT, [theirs], "温度是72℃");
    expect(screen.getByText("已记下：有异议")).toBeTruthy();
  });

  test("puts phrases of the answer together with what is typed, and writes them with the answer", async () => {
    const { restate } = opened();
    await fireEvent.click(screen.getByRole("button", { name: "现场查看，符合要求" }));
    await fireEvent.click(screen.getByRole("button", { name: "现场测试，功能正常" }));
    await fireEvent.click(screen.getByRole("button", { name: "记下说明" }));
    await settled();
    expect(restate).toHaveBeenCalledExactlyOnceWith(expect.anything(), {
      comment: "现场查看，符合要求；现场测试，功能正常",
    });
  });

  test("takes an answer back with a reason only", async () => {
    const { tablet } = opened();
    await fireEvent.click(screen.getByRole("button", { name: "收回我的回答" }));
    await fireEvent.input(screen.getByRole("textbox", { name: /为什么收回/ }), { target: { value: "看错了" } });
    await fireEvent.click(screen.getByRole("button", { name: "收回" }));
    await settled();
    expect(tablet.withdrawAnswer).toHaveBeenCalledExactlyOnceWith(
      RESTAURANT,
      expect.objectContaining({ item: "SP-08" }),
      "看错了",
    );
  });
});

describe("what was pressed", () => {
  test("is written once while it is on its way, and another answer pressed meanwhile follows", async () => {
    const keeping = new Keeping();
    const written: string[] = [];
    const write = (value: string) => Promise.resolve(written.push(value)).then(() => true);
    await Promise.all([keeping.press("yes", write), keeping.press("yes", write), keeping.press("no", write)]);
    await settled();
    expect(written).toEqual(["yes", "no"]);
  });

  test("goes up again when nothing was written", async () => {
    const keeping = new Keeping();
    await keeping.press("yes", () => Promise.resolve(false));
    expect([keeping.wanted, keeping.trouble]).toEqual([null, null]);
  });
});

describe("the list", () => {
  test("goes to the next point without an answer, and round again at the end", () => {
    const points = pointsOf(SHOP);
    const open = points.filter((one) => one.missing.includes("answer"));
    expect(nextOpen(points, null)?.key).toBe(open[0]?.key);
    expect(nextOpen(points, open[0]?.key ?? "")?.key).toBe(open[1]?.key);
    expect(nextOpen(points, open.at(-1)?.key ?? "")?.key).toBe(open[0]?.key);
    expect(nextOpen([], null)).toBeNull();
  });

  test("counts under each heading all points, shown or not", () => {
    const points = pointsOf(RESTAURANT);
    const sections = sectionsOf(points, (one) => one.item.code === "SP-05");
    expect(sections.map((one) => [one.points.length, one.asked])).toEqual([[1, 2]]);
    expect(countsOf(points).all).toBe(points.length);
  });

  test("keeps the objects of points that did not change, and takes new ones of those that did", () => {
    const before = pointsOf(RESTAURANT);
    const known = new Map(before.map((one) => [one.key, one]));
    const [first, ...rest] = before.map((one) => ({ ...one })) as [PointView, ...PointView[]];
    const now = steady([{ ...first, state: "conflict" }, ...rest], known);
    expect(now[0]).not.toBe(before[0]);
    expect(now.slice(1).every((one, at) => one === before[at + 1])).toBe(true);
  });
});

describe("numbers and phrases", () => {
  test.each([
    ["05", "5"],
    ["．5", "0.5"],
    ["5.", "5"],
    ["−3,50", "-3.50"],
    ["1e5", "1e5"],
  ])("%s is read as %s", (typed, read) => expect(tidied(typed)).toBe(read));

  test("the sign is turned both ways", () => expect([negated("3"), negated("-3")]).toEqual(["-3", "3"]));

  test("phrases are those of the answer and short sentences of the guidance", () => {
    const item = { code: "a", text: { zh: "a" }, guidance: "查看证照；询问负责人。" + "长".repeat(50) };
    expect(generalFor("no", item)[0]).toBe("list.phrase_no_1");
    expect(generalFor(null, item)).toEqual([]);
    expect(ofGuidance(item)).toEqual(["查看证照", "询问负责人"]);
    expect(withPhrase("已查。", "现场未见")).toBe("已查。现场未见");
  });

  test("what was written lately comes back, first of the same point, and a broken draft breaks nothing", async () => {
    const tablet = fakeTablet();
    await learn(tablet, { text: "甲", point: "a", value: "no" });
    await learn(tablet, { text: "乙", point: "b", value: "no" });
    await learn(tablet, { text: "丙", point: "c", value: "yes" });
    expect(await ownPhrases(tablet, "a", "no")).toEqual(["甲", "乙"]);
    await tablet.putDraft("list:phrases", "{");
    expect(await ownPhrases(tablet, "a", "no")).toEqual([]);
  });
});
