import { cleanup, fireEvent, screen, within } from "@testing-library/svelte";
import { readable, writable } from "svelte/store";
import { tick } from "svelte";
import { afterEach, expect, test, vi } from "vitest";
import type { VisitSummary } from "../../src/app/tablet";
import Today from "../../src/ui/screens/today/Today.svelte";
import { fakeTablet } from "../support/fake-tablet";
import { objections, show } from "./stage";
import { summary, type Given } from "./summaries";

afterEach(async () => {
  // The list remembers how it was left: the next test begins with an empty field.
  const field = screen.queryByRole("searchbox");
  if (field) await fireEvent.input(field, { target: { value: "" } });
  const all = screen.queryByRole("button", { name: /^全部/ });
  if (all) await fireEvent.click(all);
  cleanup();
});

function listed(all: readonly Given[]) {
  const visits: readonly VisitSummary[] = all.map((given, n) => summary(n, given));
  const syncNow = vi.fn(() => Promise.resolve());
  show({ ...fakeTablet(), visits: readable(visits), syncNow }, Today, {});
  return { syncNow };
}

const rows = () => [...document.querySelectorAll("main li a")].map((row) => row.textContent ?? "");

test("a returned visit stands first, under the words that say so", () => {
  listed([{ name: "甲店", daysLeft: -3 }, { name: "乙店", stage: "returned", daysLeft: 9 }, { name: "丙店" }]);
  expect(rows()[0]).toContain("乙店");
  const [first] = screen.getAllByRole("heading", { level: 2 });
  expect(first?.textContent).toContain("组长退回");
});

test("a row tells deadline, partner, conflicts and what is only on this tablet", () => {
  listed([{ name: "甲店", daysLeft: -3, conflicts: 2, unsent: 7, stage: "checking", metres: 1240 }]);
  for (const words of ["已过期 3 天", "同组：林晓岚", "2 处不一致", "7 条未上传", "检查中", "1.2 公里"]) {
    expect(rows()[0]).toContain(words);
  }
});

test("typing leaves what was looked for; what is not there says so and leads back to all", async () => {
  listed([{ name: "老渔港" }, { name: "海陵湾" }]);
  const field = screen.getByRole("searchbox");
  await fireEvent.input(field, { target: { value: "渔" } });
  expect(rows()).toHaveLength(1);
  await fireEvent.input(field, { target: { value: "山上" } });
  expect(rows()).toHaveLength(0);
  expect(screen.getByText("没有找到“山上”")).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "看全部" }));
  expect(rows()).toHaveLength(2);
});

test("of ten thousand visits a page of rows is on the screen, and the last one is found by its code", async () => {
  listed(Array.from({ length: 10_000 }, (_, n) => ({ code: `9144${String(n).padStart(6, "0")}` })));
  expect(rows()).toHaveLength(30);
  expect(screen.getByText("显示 30 个，共 10000 个")).toBeTruthy();
  await fireEvent.input(screen.getByRole("searchbox"), { target: { value: "9144009999" } });
  expect(rows()).toHaveLength(1);
  await fireEvent.input(screen.getByRole("searchbox"), { target: { value: "" } });
  await fireEvent.click(screen.getByRole("button", { name: "再显示一些" }));
  expect(rows()).toHaveLength(60);
});

test("as a route visits stand under their areas", async () => {
  listed([{ address: "江城市海陵区一路1号" }, { address: "江城市江北区二路2号" }]);
  await fireEvent.click(screen.getByRole("button", { name: "按路线" }));
  const headings = screen.getAllByRole("heading", { level: 2 }).map((one) => one.textContent?.trim());
  expect(headings).toEqual(["海陵区 1", "江北区 1"]);
  await fireEvent.click(screen.getByRole("button", { name: "按路线" }));
});

test("filters show only what they say", async () => {
  listed([{ name: "甲店", unsent: 2 }, { name: "乙店" }]);
  await fireEvent.click(screen.getByRole("button", { name: /^未上传/ }));
  expect(rows()).toHaveLength(1);
  expect(rows()[0]).toContain("甲店");
});

test("without visits it says what will come and from where; sync is one press away", async () => {
  const { syncNow } = listed([]);
  expect(screen.getByText("现在没有检查任务")).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "同步" }));
  expect(syncNow).toHaveBeenCalledOnce();
});

test("a visit that comes with a sync appears without anything being pressed", async () => {
  const visits = writable<readonly VisitSummary[]>([]);
  show({ ...fakeTablet(), visits }, Today, {});
  visits.set([summary(1, { name: "新来的店" })]);
  await tick();
  expect(within(screen.getByRole("main")).getByText("新来的店")).toBeTruthy();
});

test("axe has no objection", async () => {
  listed([{ stage: "returned" }, { daysLeft: 0, conflicts: 1, unsent: 2 }, { stage: "submitted" }]);
  expect(await objections(document.body)).toEqual([]);
});
