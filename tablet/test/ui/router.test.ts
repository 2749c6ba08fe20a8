// @vitest-environment node
import { expect, test } from "vitest";
import { addressOf, parentOf, routeOf, visitAddress, VISIT_STEPS, type Route } from "../../src/ui/router";

const ID = "019a0000-0000-7000-8000-000000000005";

test("every place has an address, and the address leads back to it", () => {
  const places: readonly Route[] = [
    { at: "today" },
    { at: "sync" },
    { at: "settings" },
    ...VISIT_STEPS.map((step): Route => ({ at: "visit", visit: ID, step })),
  ];
  for (const place of places) expect(routeOf(addressOf(place))).toEqual(place);
});

test("an address that means nothing leads to today", () => {
  for (const hash of [
    "",
    "#",
    "#/",
    "#/nowhere",
    "#/visit",
    "#/visit/",
    "#/visit/../x",
    `#/visit/${ID}/door/more/still`,
  ]) {
    expect(routeOf(hash)).toEqual({ at: "today" });
  }
});

test("an address names a check point whatever its key looks like", () => {
  const place = { at: "visit", visit: ID, step: "list", point: "消防/XF-081 a%" } as const;
  expect(addressOf(place).split("/")).toHaveLength(5);
  expect(routeOf(addressOf(place))).toEqual(place);
  expect(routeOf(`#/visit/${ID}/list/%E0%A4%A`)).toEqual({ at: "visit", visit: ID, step: "list" });
});

test("a step nobody knows leads to the overview of its visit", () => {
  expect(routeOf(`#/visit/${ID}/dance`)).toEqual({ at: "visit", visit: ID, step: "overview" });
});

test("the arrow leads from a step to its visit, from there to today, and from today nowhere", () => {
  const overview = parentOf(routeOf(visitAddress(ID, "end")));
  expect(overview).toEqual({ at: "visit", visit: ID, step: "overview" });
  expect(parentOf(routeOf(visitAddress(ID)))).toEqual({ at: "today" });
  expect(parentOf(routeOf("#/settings"))).toEqual({ at: "today" });
  expect(parentOf({ at: "today" })).toBeNull();
});
