/**
 * Draws the app's icons out of the same few numbers as `public/icon.svg`: `node build/icons.ts`. The pictures are
 * committed beside it, so that a build needs nothing that draws.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath, URL } from "node:url";
import { crc32, deflateSync } from "node:zlib";

type Point = readonly [x: number, y: number];
type Colour = readonly [red: number, green: number, blue: number];

/** In the 64 × 64 units of the SVG. */
const SIDE = 64;
const GREEN: Colour = [0x14, 0x53, 0x2d];
const WHITE: Colour = [255, 255, 255];
const MARK: readonly Point[] = [
  [18, 33],
  [28, 43],
  [47, 21],
];
const HALF_STROKE = 3;
const CORNER = 14;

interface Icon {
  readonly file: string;
  readonly pixels: number;
  /** Rounded and clear outside; else green to the edge, for systems that cut their own shape. */
  readonly rounded: boolean;
  /** Of the mark; a maskable icon keeps it inside the inner 80 %. */
  readonly scale: number;
}

const ICONS: readonly Icon[] = [
  { file: "icon-192.png", pixels: 192, rounded: true, scale: 1 },
  { file: "icon-512.png", pixels: 512, rounded: true, scale: 1 },
  { file: "icon-maskable-512.png", pixels: 512, rounded: false, scale: 0.85 },
  { file: "apple-touch-icon.png", pixels: 180, rounded: false, scale: 0.95 },
];

function toSegment([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

/** Below 0 inside the mark, above outside; units of the SVG. */
function toMark(at: Point): number {
  const distances = MARK.slice(1).map((end, index) => toSegment(at, MARK[index] ?? end, end));
  return Math.min(...distances) - HALF_STROKE;
}

function toPlate([x, y]: Point): number {
  const half = SIDE / 2 - CORNER;
  const [dx, dy] = [Math.max(0, Math.abs(x - SIDE / 2) - half), Math.max(0, Math.abs(y - SIDE / 2) - half)];
  return Math.hypot(dx, dy) - CORNER;
}

/** How much of a pixel lies inside, of a distance in pixels. */
const covered = (distance: number) => Math.min(1, Math.max(0, 0.5 - distance));

function pixel({ pixels, rounded, scale }: Icon, column: number, row: number): readonly number[] {
  const unit = SIDE / pixels;
  const at: Point = [(column + 0.5) * unit, (row + 0.5) * unit];
  const inner: Point = [SIDE / 2 + (at[0] - SIDE / 2) / scale, SIDE / 2 + (at[1] - SIDE / 2) / scale];
  const white = covered((toMark(inner) * scale) / unit);
  const colour = GREEN.map((green, index) => Math.round(green + ((WHITE[index] ?? 0) - green) * white));
  return [...colour, rounded ? Math.round(255 * covered(toPlate(at) / unit)) : 255];
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** A PNG of 8-bit RGBA, each row unfiltered. */
function png(icon: Icon): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(icon.pixels, 0);
  head.writeUInt32BE(icon.pixels, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const rows = Array.from({ length: icon.pixels }, (_, row) => [
    0,
    ...Array.from({ length: icon.pixels }, (_, column) => pixel(icon, column, row)).flat(),
  ]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(Buffer.from(rows.flat()), { level: 9 })),
    chunk("IEND", new Uint8Array()),
  ]);
}

for (const icon of ICONS) {
  writeFileSync(fileURLToPath(new URL(`../public/${icon.file}`, import.meta.url)), png(icon));
}
