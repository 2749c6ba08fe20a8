/** What was drawn on the pad, as the contract writes ink (mobile_contract/ink.py). Pure. */
import { MAX_POINTS, MIN_POINTS } from "@contract";
import type { Ink } from "@contract";

/** One point of a stroke: CSS pixels from the pad's corner, pressure 0 to 1, the tablet's clock in ms. */
export interface DrawnPoint {
  readonly x: number;
  readonly y: number;
  readonly pressure: number;
  readonly time: number;
}

/** From pen down to pen up. */
export interface DrawnStroke {
  readonly points: readonly DrawnPoint[];
}

/** The pad: CSS pixels, device pixels for each of them, and what drew. */
export interface Pad {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
  readonly pointer: Ink["pointer"];
}

/** Why a drawing is no signature. */
export type NoInk = "blank" | "short" | "strokes";

type InkPoint = readonly [x: number, y: number, dt: number, pressure: number];

const MOST_STROKES = 40;
/** Total length in tenths of a pixel below which a drawing is a dot. */
const LEAST_INK = 300;
const DAY_MS = 86_400_000;
/** A body has 64 KiB, and heads of logs stand beside the ink. */
const MOST_BYTES = 45_000;

/** The ink, or why the drawing is none: nothing of what was drawn is left out but points that a line does not need. */
export function inkOf(drawn: readonly DrawnStroke[], pad: Pad): Ink | NoInk {
  const width = within(Math.round(pad.width), 50, 10_000);
  const height = within(Math.round(pad.height), 20, 10_000);
  let strokes = drawn.filter((one) => one.points.length > 0).map((one) => converted(one, width, height));
  if (strokes.length === 0) return "blank";
  if (strokes.length > MOST_STROKES) return "strokes";
  if (countOf(strokes) < MIN_POINTS || lengthOf(strokes) < LEAST_INK) return "short";
  while (countOf(strokes) > MAX_POINTS || JSON.stringify(strokes).length > MOST_BYTES) {
    const fewer = strokes.map(thinned);
    if (countOf(fewer) === countOf(strokes)) break;
    strokes = fewer;
  }
  return {
    width,
    height,
    dpr_percent: within(Math.round(pad.ratio * 100), 50, 1_000),
    pointer: pad.pointer,
    pressure: pad.pointer !== "mouse" && varies(strokes),
    strokes,
  };
}

/** The drawing on a pad of another size: not distorted, and nothing of it outside. */
export function fitted<T extends DrawnStroke>(drawn: readonly T[], from: Box, to: Box): T[] {
  const scale = Math.min(to.width / from.width, to.height / from.height);
  if (!Number.isFinite(scale) || scale <= 0) return [...drawn];
  return drawn.map((one) => ({
    ...one,
    points: one.points.map((point) => ({ ...point, x: point.x * scale, y: point.y * scale })),
  }));
}

interface Box {
  readonly width: number;
  readonly height: number;
}

/** The path of a stroke in an SVG of `0 0 width*10 height*10`. */
export function pathOf(stroke: readonly InkPoint[]): string {
  const [first, ...rest] = stroke;
  if (!first) return "";
  // A dot is a line of no length: with round ends it shows.
  if (rest.length === 0) return `M${first[0]} ${first[1]}h0`;
  return `M${first[0]} ${first[1]}${rest.map(([x, y]) => `L${x} ${y}`).join("")}`;
}

function converted(stroke: DrawnStroke, width: number, height: number): InkPoint[] {
  let before: number | null = null;
  return stroke.points.map(({ x, y, pressure, time }) => {
    // The tablet's clock may have been set while somebody wrote: time never runs backwards.
    const dt = before === null ? 0 : within(Math.round(time - before), 0, DAY_MS);
    before = time;
    return [
      // A finger may leave the pad by a tenth.
      within(Math.round(x * 10), -width, 11 * width),
      within(Math.round(y * 10), -height, 11 * height),
      dt,
      within(Math.round(pressure * 255), 0, 255),
    ] as const;
  });
}

/** Every second point between the first and the last, with the time of those that went. */
function thinned(stroke: readonly InkPoint[]): InkPoint[] {
  const kept: InkPoint[] = [];
  let passed = 0;
  stroke.forEach(([x, y, dt, pressure], n) => {
    if (n % 2 === 1 && n < stroke.length - 1) {
      passed += dt;
      return;
    }
    kept.push([x, y, within(dt + passed, 0, DAY_MS), pressure]);
    passed = 0;
  });
  return kept;
}

function countOf(strokes: readonly (readonly InkPoint[])[]): number {
  return strokes.reduce((sum, one) => sum + one.length, 0);
}

function lengthOf(strokes: readonly (readonly InkPoint[])[]): number {
  let length = 0;
  for (const stroke of strokes)
    stroke.forEach(([x, y], n) => {
      const before = stroke[n - 1];
      if (before) length += Math.hypot(x - before[0], y - before[1]);
    });
  return length;
}

function varies(strokes: readonly (readonly InkPoint[])[]): boolean {
  const first = strokes[0]?.[0]?.[3];
  return strokes.some((one) => one.some((point) => point[3] !== first));
}

function within(value: number, least: number, most: number): number {
  // Not a number comes from a pad that is not laid out yet.
  return Number.isNaN(value) ? Math.max(0, least) : Math.min(most, Math.max(least, value));
}
