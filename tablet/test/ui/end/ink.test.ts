// @vitest-environment node
/** Whatever was drawn: ink is within the limits of the contract (mobile_contract/ink.py), or it is told why there is none. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_POINTS, MIN_POINTS, type Ink } from "@contract";
import { fitted, inkOf, pathOf } from "../../../src/ui/screens/end/ink";
import type { DrawnStroke, Pad } from "../../../src/ui/screens/end/ink";

const PAD: Pad = { width: 600, height: 240, ratio: 2, pointer: "pen" };
const point = fc.record({
  x: fc.double({ min: -3000, max: 12_000 }),
  y: fc.double({ min: -3000, max: 12_000 }),
  pressure: fc.double({ min: -1, max: 2 }),
  time: fc.integer({ min: 0, max: 2 ** 43 }),
});
const strokes = fc.array(fc.record({ points: fc.array(point, { maxLength: 60 }) }), { maxLength: 45 });
const pads = fc.record({
  width: fc.double({ min: 0, max: 20_000 }),
  height: fc.double({ min: 0, max: 20_000 }),
  ratio: fc.double({ min: 0, max: 20 }),
  pointer: fc.constantFrom("pen" as const, "touch" as const, "mouse" as const),
});

function lengthOf(ink: Ink): number {
  return ink.strokes.reduce(
    (sum, stroke) =>
      sum +
      stroke.reduce((line, [x, y], n) => {
        const before = stroke[n - 1];
        return before ? line + Math.hypot(x - before[0], y - before[1]) : line;
      }, 0),
    0,
  );
}

function line(count: number, step = 3): DrawnStroke {
  return {
    points: Array.from({ length: count }, (_, n) => ({ x: 20 + n * step, y: 100, pressure: 0.5, time: 1000 + n * 8 })),
  };
}

test("what is taken for ink keeps every limit of the contract", () => {
  fc.assert(
    fc.property(strokes, pads, (drawn, pad) => {
      const ink = inkOf(drawn, pad);
      if (typeof ink === "string") return;
      expect(Number.isInteger(ink.width) && ink.width >= 50 && ink.width <= 10_000).toBe(true);
      expect(Number.isInteger(ink.height) && ink.height >= 20 && ink.height <= 10_000).toBe(true);
      expect(ink.dpr_percent).toBeGreaterThanOrEqual(50);
      expect(ink.dpr_percent).toBeLessThanOrEqual(1_000);
      expect(ink.strokes.length >= 1 && ink.strokes.length <= 40).toBe(true);
      const points = ink.strokes.flat();
      expect(points.length >= MIN_POINTS && points.length <= MAX_POINTS).toBe(true);
      for (const [x, y, dt, pressure] of points) {
        expect([x, y, dt, pressure].every(Number.isInteger)).toBe(true);
        expect(x >= -ink.width && x <= 11 * ink.width && y >= -ink.height && y <= 11 * ink.height).toBe(true);
        expect(dt >= 0 && dt <= 86_400_000 && pressure >= 0 && pressure <= 255).toBe(true);
      }
      for (const stroke of ink.strokes) expect(stroke[0]?.[2]).toBe(0);
      expect(lengthOf(ink)).toBeGreaterThanOrEqual(300);
      expect(JSON.stringify(ink).length).toBeLessThan(50_000);
    }),
    { numRuns: 200 },
  );
});

test("nothing drawn is blank; a dot and a short line are no signature; forty-one strokes are too many", () => {
  expect(inkOf([], PAD)).toBe("blank");
  expect(inkOf([{ points: [] }], PAD)).toBe("blank");
  expect(inkOf([line(MIN_POINTS, 0)], PAD)).toBe("short");
  expect(inkOf([line(MIN_POINTS - 1, 50)], PAD)).toBe("short");
  expect(
    inkOf(
      Array.from({ length: 41 }, () => line(10)),
      PAD,
    ),
  ).toBe("strokes");
  expect(
    inkOf(
      Array.from({ length: 40 }, () => line(10)),
      PAD,
    ),
  ).not.toBe("strokes");
});

test("thirty pixels of eight points are enough, and nothing of them is lost", () => {
  const ink = inkOf([line(MIN_POINTS, 30 / 7)], PAD);
  expect(ink).toMatchObject({ width: 600, height: 240, dpr_percent: 200, pointer: "pen", pressure: false });
  expect((ink as Ink).strokes[0]).toHaveLength(MIN_POINTS);
  expect((ink as Ink).strokes[0]?.slice(0, 2)).toEqual([
    [200, 1000, 0, 128],
    [243, 1000, 8, 128],
  ]);
});

test("a clock that was set back in the middle of a stroke gives no negative time", () => {
  const drawn = line(20);
  const back = { points: drawn.points.map((one, n) => (n > 9 ? { ...one, time: one.time - 1e9 } : one)) };
  expect((inkOf([back], PAD) as Ink).strokes.flat().every(([, , dt]) => dt >= 0)).toBe(true);
});

test("a very long signature is thinned until it fits into an entry: ends and time of every stroke stay", () => {
  const drawn = Array.from({ length: 30 }, (_, n) => ({
    points: Array.from({ length: 900 }, (_, m) => ({
      x: 10 + n * 15 + Math.sin(m / 9) * 8,
      y: 40 + m / 6,
      pressure: (m % 100) / 100,
      time: m * 4,
    })),
  }));
  const ink = inkOf(drawn, PAD) as Ink;
  expect(JSON.stringify(ink).length).toBeLessThan(50_000);
  expect(ink.strokes).toHaveLength(30);
  for (const stroke of ink.strokes) {
    expect(stroke.reduce((sum, [, , dt]) => sum + dt, 0)).toBe(899 * 4);
    expect(stroke.at(-1)?.[1]).toBe(Math.round((40 + 899 / 6) * 10));
  }
});

test("pressure is told of a pen that has some, never of a mouse", () => {
  const pressed = { points: line(20).points.map((one, n) => ({ ...one, pressure: n / 20 })) };
  expect((inkOf([pressed], PAD) as Ink).pressure).toBe(true);
  expect((inkOf([pressed], { ...PAD, pointer: "mouse" }) as Ink).pressure).toBe(false);
  expect((inkOf([line(20)], PAD) as Ink).pressure).toBe(false);
});

test("turning the tablet loses nothing of what was drawn: it fits into the other pad, in the same shape", () => {
  const inside = fc.record({
    x: fc.double({ min: 0, max: 600, noNaN: true }),
    y: fc.double({ min: 0, max: 240, noNaN: true }),
    pressure: fc.constant(0.5),
    time: fc.nat(),
  });
  const box = fc.record({ width: fc.integer({ min: 50, max: 2000 }), height: fc.integer({ min: 50, max: 2000 }) });
  fc.assert(
    fc.property(fc.array(inside, { minLength: 1 }), box, (points, to) => {
      const [moved] = fitted([{ points }], PAD, to);
      const scale = Math.min(to.width / 600, to.height / 240);
      moved?.points.forEach((one, n) => {
        expect(one.x).toBeCloseTo((points[n]?.x ?? 0) * scale, 6);
        expect(one.x <= to.width + 1e-6 && one.y <= to.height + 1e-6).toBe(true);
      });
    }),
  );
});

test("a stroke is drawn through all of its points, and a dot is seen", () => {
  expect(pathOf([])).toBe("");
  expect(pathOf([[10, 20, 0, 1]])).toBe("M10 20h0");
  expect(
    pathOf([
      [10, 20, 0, 1],
      [30, 40, 5, 1],
    ]),
  ).toBe("M10 20L30 40");
});
