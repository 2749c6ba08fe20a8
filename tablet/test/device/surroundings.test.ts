/** What a device takes from the browser. */
import { expect, test, vi } from "vitest";
import { browserSurroundings, LOG_LOCK, logTurn } from "../../src/device";

test("each start of the app is a life of the clock of its own", () => {
  const [one, other] = [browserSurroundings(), browserSurroundings()];
  const [first, second] = [one.time(), one.time()];
  expect(first.boot).toBe(second.boot);
  expect(other.time().boot).not.toBe(first.boot);
  expect(first.boot.length).toBeLessThanOrEqual(40);
  expect(second.mono).toBeGreaterThanOrEqual(first.mono);
  expect(Number.isSafeInteger(first.mono) && first.mono >= 0).toBe(true);
  expect(one.entropy(16)).toHaveLength(16);
  expect(one.entropy(16)).not.toEqual(one.entropy(16));
});

test("without locks, one piece of work follows another, also behind one that failed", async () => {
  vi.stubGlobal("navigator", {});
  const turn = logTurn();
  const told: string[] = [];
  const work = (name: string) => async () => {
    told.push(`${name} begins`);
    await Promise.resolve();
    told.push(`${name} ends`);
    if (name === "bad") throw new Error(name);
    return name;
  };
  const all = await Promise.allSettled([turn(work("one")), turn(work("bad")), turn(work("two"))]);
  vi.unstubAllGlobals();
  expect(all.map((one) => one.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(told).toEqual(["one begins", "one ends", "bad begins", "bad ends", "two begins", "two ends"]);
});

test("with locks, the turn is one for all windows", async () => {
  const request = vi.fn((_name: string, work: () => Promise<unknown>) => work());
  vi.stubGlobal("navigator", { locks: { request } });
  expect(await logTurn()(async () => 7)).toBe(7);
  vi.unstubAllGlobals();
  expect(request).toHaveBeenCalledWith(LOG_LOCK, expect.any(Function));
});
