/** Marks drawn over a photo: arrows, boxes, strokes, in parts of the picture's width and height (0 to 1). Pure but `paint`. */

export type Tool = "arrow" | "box" | "stroke";
export type Colour = "red" | "yellow" | "white";

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Mark {
  readonly tool: Tool;
  readonly colour: Colour;
  /** Where it began, and where it ends; a stroke goes through all of them. */
  readonly places: readonly Place[];
}

/** What is seen on any photo: bright, with a dark edge around it. */
export const COLOURS: Readonly<Record<Colour, string>> = { red: "#e5241b", yellow: "#ffd21f", white: "#ffffff" };
const EDGE = "rgb(0 0 0 / 70%)";
/** Of the shorter side. */
const WIDTH = 0.008;
const HEAD = 0.045;

/** Longer than a touch by mistake; parts of the picture. */
const LEAST = 0.01;

/** A mark that goes on to a place; nothing outside of the picture. */
export function drawnTo(mark: Mark, place: Place): Mark {
  const inside = { x: Math.min(1, Math.max(0, place.x)), y: Math.min(1, Math.max(0, place.y)) };
  const [begin = inside] = mark.places;
  return { ...mark, places: mark.tool === "stroke" ? [...mark.places, inside] : [begin, inside] };
}

/** Whether somebody drew it, and did not only touch the picture. */
export function isDrawn(mark: Mark): boolean {
  const [begin] = mark.places;
  return begin !== undefined && mark.places.some((one) => Math.hypot(one.x - begin.x, one.y - begin.y) >= LEAST);
}

/** The line of a mark on a picture of so many pixels, as an SVG path: what is shown and what is kept are the same. */
export function pathOf(mark: Mark, width: number, height: number): string {
  const points = mark.places.map(({ x, y }) => ({ x: x * width, y: y * height }));
  const [begin] = points;
  const end = points.at(-1);
  if (!begin || !end) return "";
  if (mark.tool === "box") return `M${xy(begin)}H${num(end.x)}V${num(end.y)}H${num(begin.x)}Z`;
  const line = `M${points.map(xy).join("L")}`;
  return mark.tool === "stroke" ? line : `M${xy(begin)}L${xy(end)}${head(begin, end, Math.min(width, height) * HEAD)}`;
}

/** How wide its line is on such a picture, in pixels. */
export function widthOf(width: number, height: number): number {
  return Math.max(2, Math.min(width, height) * WIDTH);
}

/** Draws all marks. */
export function paint(pen: CanvasRenderingContext2D, marks: readonly Mark[], width: number, height: number): void {
  pen.lineCap = "round";
  pen.lineJoin = "round";
  for (const mark of marks) {
    const path = new Path2D(pathOf(mark, width, height));
    const line = widthOf(width, height);
    for (const [style, wide] of [
      [EDGE, line * 1.8],
      [COLOURS[mark.colour], line],
    ] as const) {
      pen.strokeStyle = style;
      pen.lineWidth = wide;
      pen.stroke(path);
    }
  }
}

/** The marks as a transparent PNG of so many pixels; null where the browser cannot make one. */
export function overlayOf(marks: readonly Mark[], width: number, height: number): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const pen = canvas.getContext("2d");
  if (!pen) return Promise.resolve(null);
  paint(pen, marks, width, height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function head(begin: Point, end: Point, length: number): string {
  const angle = Math.atan2(end.y - begin.y, end.x - begin.x);
  const side = (turn: number) => ({
    x: end.x - length * Math.cos(angle + turn),
    y: end.y - length * Math.sin(angle + turn),
  });
  return `M${xy(side(0.5))}L${xy(end)}L${xy(side(-0.5))}`;
}

function xy(point: Point): string {
  return `${num(point.x)} ${num(point.y)}`;
}

function num(value: number): string {
  return String(Math.round(value * 10) / 10);
}
