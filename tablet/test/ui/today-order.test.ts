import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { VisitSummary } from "../../src/app/tablet";
import { areaOf } from "../../src/ui/screens/today/area";
import { byNeed, byRoute, counts, FILTERS, groupOf, GROUPS, passes } from "../../src/ui/screens/today/order";
import { firstOf, narrowed, sizeOf } from "../../src/ui/screens/today/search";
import { summary } from "./summaries";

afterEach(() => vi.useRealTimers());

const STAGES = ["not_begun", "at_the_door", "checking", "signed", "submitted", "returned", "over"] as const;
const PLACES = ["江城市海陵区滨海大道188号", "江城市江北区渔港路66号", "", "沈阳市和平区南湖街道文化路3号"];
const one = fc.record({
  stage: fc.constantFrom(...STAGES),
  daysLeft: fc.option(fc.integer({ min: -20, max: 40 })),
  metres: fc.option(fc.integer({ min: 0, max: 90_000 })),
  address: fc.constantFrom(...PLACES),
  opens: fc.constantFrom("2026-11-01", "2026-11-20", "2026-12-05"),
  conflicts: fc.nat(2),
  unsent: fc.nat(3),
});
const visits = fc.array(one, { maxLength: 40 }).map((all) => all.map((given, n) => summary(n, given)));
const flat = (sections: readonly { visits: readonly VisitSummary[] }[]) => sections.flatMap((each) => each.visits);

describe("by what matters", () => {
  test("every visit stands exactly once, under its own heading, and headings stand in their order", () => {
    fc.assert(
      fc.property(visits, (all) => {
        const sections = byNeed(all);
        expect(
          flat(sections)
            .map((each) => each.card.id)
            .sort(),
        ).toEqual(all.map((each) => each.card.id).sort());
        for (const section of sections) {
          expect(section.visits.length).toBeGreaterThan(0);
          for (const each of section.visits) expect(groupOf(each)).toBe(section.name);
        }
        const places = sections.map((section) => GROUPS.findIndex((group) => group === section.name));
        expect(places).toEqual([...places].sort((a, b) => a - b));
      }),
    );
  });

  test("what the leader sent back stands before everything else, also before what is late", () => {
    const sections = byNeed([
      summary(1, { stage: "not_begun", daysLeft: -9 }),
      summary(2, { stage: "checking", daysLeft: 0 }),
      summary(3, { stage: "returned", daysLeft: 12 }),
    ]);
    expect(sections.map((section) => section.name)).toEqual(["returned", "begun", "late"]);
  });

  test("under a heading fewer days come first, and what no proven time tells comes last", () => {
    fc.assert(
      fc.property(visits, (all) => {
        for (const section of byNeed(all)) {
          const days = section.visits.map((each) => each.daysLeft ?? Number.POSITIVE_INFINITY);
          expect(days).toEqual([...days].sort((a, b) => a - b || 0));
        }
      }),
    );
  });

  test("the tablet's clock moves nothing: in 1970 and in 2040 the list is the same", () => {
    fc.assert(
      fc.property(visits, (all) => {
        vi.useFakeTimers({ now: 0 });
        const early = byNeed(all);
        vi.setSystemTime(Date.UTC(2040, 0, 1));
        expect(byNeed(all)).toEqual(early);
      }),
      { numRuns: 20 },
    );
  });

  test("a visit whose window has not opened by proven time is coming, not due", () => {
    const later = { opens: "2026-11-23", closes: "2026-11-24", stage: "not_begun" as const };
    expect(groupOf(summary(1, { ...later, daysLeft: 2 }))).toBe("coming");
    expect(groupOf(summary(1, { ...later, daysLeft: 1 }))).toBe("due");
    expect(groupOf(summary(1, { ...later, daysLeft: -1 }))).toBe("late");
    expect(groupOf(summary(1, { ...later, daysLeft: null }))).toBe("open");
  });
});

describe("as a route", () => {
  test("what is not done stands exactly once, in the area of its address", () => {
    fc.assert(
      fc.property(visits, (all) => {
        const sections = byRoute(all);
        const todo = all.filter((each) => groupOf(each) !== "done");
        expect(
          flat(sections)
            .map((each) => each.card.id)
            .sort(),
        ).toEqual(todo.map((each) => each.card.id).sort());
        for (const { name, visits: inside } of sections) {
          for (const each of inside) expect(areaOf(each.card.object.address)).toBe(name);
        }
      }),
    );
  });

  test("the nearest area comes first, the nearest visit first in it, and areas that nobody knows last", () => {
    const sections = byRoute([
      summary(1, { address: "", metres: 10 }),
      summary(2, { address: "江城市海陵区滨海大道188号", metres: 4000 }),
      summary(3, { address: "江城市江北区渔港路66号", metres: 900 }),
      summary(4, { address: "江城市海陵区东风路2号", metres: 500 }),
    ]);
    expect(sections.map((each) => each.name)).toEqual(["海陵区", "江北区", ""]);
    expect(sections[0]?.visits.map((each) => each.metres)).toEqual([500, 4000]);
  });

  test.each([
    ["辽宁省沈阳市和平区南湖街道文化路3号", "和平区 南湖街道"],
    ["江城市高新区科技二路9号A座1203", "高新区"],
    ["浙江省湖州市安吉县递铺街道胜利路1号", "安吉县 递铺街道"],
    ["内蒙古自治区锡林郭勒盟苏尼特左旗满都拉图镇", "苏尼特左旗 满都拉图镇"],
    ["广东省中山市小榄镇新华路8号", "中山市"],
    ["江西省鹰潭市余江区邓埠镇", "余江区 邓埠镇"],
    ["上海市浦东新区张江镇", "浦东新区 张江镇"],
    ["中山市石岐路阳光小区3号", "中山市"],
    ["海陵路阳光小区3号", ""],
    ["滨海大道188号", ""],
    ["", ""],
  ])("%s lies in %s", (address, area) => expect(areaOf(address)).toBe(area));
});

describe("narrowing", () => {
  test("keeps the order and leaves exactly what passes and bears every word", () => {
    fc.assert(
      fc.property(
        visits,
        fc.constantFrom(...FILTERS),
        fc.constantFrom("", "海陵", "渔港 66", "没有这个"),
        (all, filter, typed) => {
          const sections = byNeed(all);
          const wanted = flat(sections).filter(
            (each) =>
              passes(each, filter) && typed.split(" ").every((word) => each.card.object.address?.includes(word)),
          );
          expect(flat(narrowed(sections, typed, filter))).toEqual(wanted);
        },
      ),
    );
  });

  test("finds names, codes, addresses, tasks and people, in letters and digits of any width and case", () => {
    const sections = byNeed([summary(1, { name: "老渔港海鲜酒楼", code: "91440000MA52XK8T2Q" }), summary(2, {})]);
    for (const typed of ["渔港", "ma52xk", "９１４４００００ＭＡ５２", "海鲜 91440000", "  渔港  "]) {
      expect(sizeOf(narrowed(sections, typed, "all")), typed).toBe(1);
    }
    expect(sizeOf(narrowed(sections, "林晓岚", "all"))).toBe(2);
    expect(sizeOf(narrowed(sections, "渔港 林晓岚 没有", "all"))).toBe(0);
  });

  test("without words and filter nothing is made anew", () => {
    const sections = byNeed([summary(1, {})]);
    expect(narrowed(sections, "  ", "all")).toBe(sections);
  });

  test("what is put on the screen is the beginning of the list, and headings tell how many there are", () => {
    fc.assert(
      fc.property(visits, fc.integer({ min: 0, max: 50 }), (all, most) => {
        const sections = byNeed(all);
        expect(flat(firstOf(sections, most))).toEqual(flat(sections).slice(0, most));
        for (const shown of firstOf(sections, most)) {
          expect(shown.size).toBe(sections.find((each) => each.name === shown.name)?.visits.length);
        }
      }),
    );
  });

  test("filters count what they show", () => {
    fc.assert(
      fc.property(visits, (all) => {
        const tally = counts(all);
        for (const filter of FILTERS) expect(tally[filter]).toBe(sizeOf(narrowed(byNeed(all), "", filter)));
      }),
    );
  });
});
