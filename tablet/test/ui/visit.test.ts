import { cleanup, fireEvent, screen } from "@testing-library/svelte";
import { get } from "svelte/store";
import { afterEach, describe, expect, test } from "vitest";
import type { EntryShown, VisitView } from "../../src/app/tablet";
import { words } from "../../src/i18n";
import { visitAddress } from "../../src/ui/router";
import { closedKey } from "../../src/ui/screens/visit/closed";
import { detailOf, fateOf, kindOf } from "../../src/ui/screens/visit/history";
import { nextStep, stepsOf } from "../../src/ui/screens/visit/steps";
import Visit from "../../src/ui/screens/visit/Visit.svelte";
import { fakeTablet } from "../support/fake-tablet";
import { fakeVisits, ME } from "../support/fake-visits";
import { objections, show } from "./stage";

afterEach(cleanup);

const [HOTEL, RESTAURANT, SHOP] = fakeVisits().map((one) => one.card.id) as [string, string, string];

function shown(visit: string, change: Partial<ReturnType<typeof fakeVisits>[number]> = {}) {
  const visits = fakeVisits().map((one) => (one.card.id === visit ? { ...one, ...change } : one));
  const tablet = fakeTablet({ visits });
  show(tablet, Visit, { visit });
  return tablet;
}

function viewOf(visit: string): VisitView {
  const view = get(fakeTablet().visit(visit));
  if (!view) throw new Error("no such visit");
  return view;
}

function entry(given: Partial<EntryShown>): EntryShown {
  return {
    hash: "h",
    type: "note.add",
    inspector: ME,
    own: true,
    wall: 0,
    body: {},
    over: [],
    custody: "server",
    verdict: "accepted",
    reasons: [],
    ...given,
  };
}

const goingOn = () => document.querySelector("#steps ~ a.primary");

test("the object is told with all that the registry has, and its number can be dialled", () => {
  shown(HOTEL);
  for (const said of ["91440000MA51XK8T1Q", "黄国栋", "江城市市场监督管理局"])
    expect(screen.getByText(said)).toBeTruthy();
  expect(screen.getByText("打电话：0662-555 0100").closest("a")?.getAttribute("href")).toBe("tel:06625550100");
});

test("what the leader sent back stands above everything, with its remarks and a way to each point", () => {
  shown(RESTAURANT);
  expect(screen.getByText("两处结论与照片不一致，请核实后重新提交。")).toBeTruthy();
  expect(screen.getByText("票据照片缺11月上旬，请补拍或说明。")).toBeTruthy();
  const point = screen.getByText(/SP-05 落实进货查验制度/, { selector: "a" });
  const { key } = viewOf(RESTAURANT).record.points.find((one) => one.item.code === "SP-05") ?? {};
  expect(point.getAttribute("href")).toBe(visitAddress(RESTAURANT, "list", key));
  expect(key).toBeTruthy();
});

test.each(["reassigned", "recused", "closed", "published", "erased", "something-new"])(
  "a visit that is over (%s) says why and that own work is kept, and offers nothing to go on with",
  (closed) => {
    shown(HOTEL, { closed });
    expect(screen.getByText(words("zh", closedKey(closed), { reason: closed }))).toBeTruthy();
    expect(screen.getByText(/您写过的都还在：.*还没有上传/)).toBeTruthy();
    expect(goingOn()).toBeNull();
  },
);

test("a visit that this tablet does not have is said to be unknown, with a way back", () => {
  show(fakeTablet(), Visit, { visit: "019b4000-0000-7000-8000-00000000dead" });
  expect(screen.getByText("这台平板上没有这项检查")).toBeTruthy();
  expect(screen.getByText("回到我的检查").closest("a")?.getAttribute("href")).toBe("#/today");
});

test("a visit in work leads to the step that is next", () => {
  shown(SHOP);
  expect(goingOn()?.getAttribute("href")).toBe(`#/visit/${SHOP}/door`);
});

test("the history shows the newest first and the rest on request; nothing of it is left out", async () => {
  shown(RESTAURANT);
  const all = viewOf(RESTAURANT).history;
  const listed = () => document.querySelectorAll("section ol[reversed] > li");
  expect(listed()).toHaveLength(8);
  expect(listed()[0]?.textContent).toContain("消毒柜");
  await fireEvent.click(screen.getByText(/看更早的/));
  expect(listed()).toHaveLength(all.length);
});

test("axe has no objection", async () => {
  shown(RESTAURANT);
  expect(await objections(document.body)).toEqual([]);
});

describe("steps", () => {
  test("of a fresh visit begin at the door, and everything is missing there", () => {
    const steps = stepsOf(viewOf(SHOP));
    expect(steps.map((step) => step.state)).toEqual(["open", "open", "open", "open"]);
    expect(steps[0]?.missing.map((one) => one.key)).toEqual([
      "arrival",
      "certificates",
      "recording",
      "recusal",
      "notice",
    ]);
    expect(nextStep(steps, "open")).toBe("door");
  });

  test("count what is not checked and what conflicts", () => {
    const [, list] = stepsOf(viewOf(HOTEL));
    expect(list?.missing).toContainEqual({ key: "answers", count: 363 });
    const [, returned] = stepsOf(viewOf(RESTAURANT));
    expect(returned?.missing.map((one) => one.key)).toContain("conflicts");
  });

  test("of a returned visit lead to the check points first", () => {
    expect(nextStep(stepsOf(viewOf(RESTAURANT)), "returned")).toBe("list");
  });

  test("never take a stale signature for one", () => {
    const view = viewOf(SHOP);
    const signature = { role: "representative", name: "苏文", hash: "h", stale: true, counts: true };
    const end = (stale: boolean) =>
      stepsOf({ ...view, record: { ...view.record, signatures: [{ ...signature, stale }] } })[3]?.missing.map(
        (one) => one.key,
      );
    expect(end(true)).toContain("party");
    expect(end(false)).not.toContain("party");
  });
});

describe("an entry in plain words", () => {
  const view = viewOf(RESTAURANT);

  test("what people wrote is shown as it is, also when it looks like a key of the catalogue", () => {
    const detail = detailOf(view, entry({ body: { text: "common.yes" } }));
    expect(detail).toEqual({ key: "visit.said_text", given: { text: "common.yes" } });
  });

  test("a value that this app does not know is shown as it came", () => {
    const detail = detailOf(view, entry({ type: "answer.set", body: { item: "SP-06", value: "4.5" } }));
    expect(detail?.given.value).toBe("4.5");
    expect(detail?.keys).toEqual([]);
  });

  test("a type that this app does not know is shown by its name", () => {
    expect(kindOf(entry({ type: "drone.fly" }))).toEqual({ key: "visit.did_unknown", given: { type: "drone.fly" } });
  });

  test("an erased body is said to be erased", () => {
    expect(detailOf(view, entry({ body: null }))?.key).toBe("visit.said_erased");
  });

  test.each([
    [{ custody: "own", verdict: null }, "visit.fate_own"],
    [{ custody: "server", verdict: "accepted" }, "visit.fate_kept"],
    [{ custody: "server", verdict: "duplicate" }, "visit.fate_kept"],
    [{ custody: "server", verdict: "held" }, "visit.fate_held"],
    [{ custody: "server", verdict: "flagged", reasons: ["signed-part"] }, "visit.fate_flagged"],
    [{ custody: "server", verdict: null, reasons: ["not-bound"] }, "visit.fate_flagged"],
    [{ custody: "refused", verdict: "refused" }, "visit.fate_refused"],
  ] as const)("what became of it is told: %j", (given, key) => expect(fateOf(entry(given)).key).toBe(key));
});
