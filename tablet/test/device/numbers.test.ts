// @vitest-environment node
/** Numbers of notices on the tablet: each given out once, over restarts, crashes and answers in any order. */
import { BLOCK_SIZE, type NoticeNumbersAnswer } from "@contract";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Device, NoNumberLeftError, type Draft } from "../../src/device";
import { parseEntry, parseLine } from "../../src/wire";
import { MemoryStore } from "../support/memory-store";
import { inTurn, tablet, VISIT, World } from "../support/office";

function told(blocks: readonly (readonly [number, readonly number[]])[], year = 2026): NoticeNumbersAnswer {
  const ranges = blocks.map(([first, used]) => ({ first, last: first + BLOCK_SIZE - 1, used }));
  return { year, before: `商务检告〔${year}〕`, after: "号", digits: 6, blocks: ranges };
}

const serve = (number: string): Draft => ({ type: "notice.serve", body: { number, how: "shown" }, visit: VISIT });

async function next(device: Device): Promise<string> {
  return (await device.captureNumbered(serve)).number;
}

test("without reserved numbers there is none, and nothing is written", async () => {
  const device = await tablet();
  expect(await device.numbersLeft()).toBe(0);
  await expect(next(device)).rejects.toThrow(NoNumberLeftError);
  await device.keepNumbers(told([]));
  await expect(next(device)).rejects.toThrow(NoNumberLeftError);
  expect(await device.store.count("own")).toBe(0);
});

test("the smallest number that is left is printed as the server says, and stands in the entry", async () => {
  const device = await tablet();
  await device.keepNumbers(
    told([
      [999_951, [999_951, 999_953]],
      [51, Array.from({ length: 50 }, (_, at) => 51 + at)],
    ]),
  );
  const given = [await next(device), await next(device), await next(device)];
  expect(given).toEqual(["999952", "999954", "999955"].map((digits) => `商务检告〔2026〕${digits}号`));
  await device.keepNumbers(told([[1_000_001, []]]));
  const { entry, number } = await device.captureNumbered(serve);
  expect(number).toBe("商务检告〔2026〕1000001号");
  expect(parseEntry(parseLine(entry.line)).body).toMatchObject({ number });
});

test("a number whose entry was not kept is given out again", async () => {
  const store = new MemoryStore();
  const device = await tablet(store);
  await device.keepNumbers(told([[1, []]]));
  store.fails = (what) => {
    if (what === "append") throw new Error("disk full");
  };
  await expect(next(device)).rejects.toThrow("disk full");
  store.fails = null;
  expect(await next(device)).toBe("商务检告〔2026〕000001号");
  expect(await device.numbersLeft()).toBe(BLOCK_SIZE - 1);
});

test("another year begins with its own numbers, and a late copy of an old answer brings none back", async () => {
  const device = await tablet();
  await device.keepNumbers(told([[1, []]]));
  await next(device);
  await device.keepNumbers(told([[1, []]], 2027));
  expect(await next(device)).toBe("商务检告〔2027〕000001号");
  await device.keepNumbers(told([[1, []]]));
  expect(await next(device)).toBe("商务检告〔2026〕000002号");
});

test("the number in the entry is the one that is taken, also when the server answers in between", async () => {
  const device = await tablet();
  await device.keepNumbers(told([[1, []]]));
  const asked: string[] = [];
  const { entry, number } = await device.captureNumbered(async (next) => {
    asked.push(next);
    if (asked.length === 1) await device.keepNumbers(told([[101, []]], 2027));
    return serve(next);
  });
  expect(asked).toEqual(["商务检告〔2026〕000001号", "商务检告〔2027〕000101号"]);
  expect(parseEntry(parseLine(entry.line)).body).toMatchObject({ number });
  expect(number).toBe(asked[1]);
  await device.keepNumbers(told([[1, []]]));
  expect(await next(device)).toBe(asked[0]);
});

test("two windows never give out one number", async () => {
  const store = new MemoryStore();
  const one = await tablet(store);
  const other = new Device(store, one.key, new World("other"), inTurn());
  await one.keepNumbers(told([[1, []]]));
  const given = await Promise.all([one, other, one, other, one, other].map(next));
  expect(new Set(given).size).toBe(6);
  expect(await one.numbersLeft()).toBe(BLOCK_SIZE - 6);
});

test("no number is given out twice whatever the server answers in between", async () => {
  const deeds = fc.array(fc.option(fc.uniqueArray(fc.nat(3), { maxLength: 4 })), { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(deeds, async (all) => {
      const device = await tablet();
      const given: string[] = [];
      for (const deed of all) {
        const left = await device.numbersLeft();
        if (deed !== null) {
          // An answer of any day: with blocks that came later or are used up, with and without what was served.
          await device.keepNumbers(told(deed.map((block) => [1 + BLOCK_SIZE * block, [2 + BLOCK_SIZE * block]])));
        } else if (left) {
          given.push(await next(device));
          expect(await device.numbersLeft()).toBe(left - 1);
        }
      }
      expect(new Set(given).size).toBe(given.length);
      expect(given.filter((number) => /0000(02|52)|000102|000152/.test(number))).toEqual([]);
    }),
    { numRuns: 25 },
  );
});
