/** What a browser has and jsdom lacks for a pad: a size, a canvas that takes everything, and somebody who writes on it. */
import { fireEvent } from "@testing-library/dom";
import { vi } from "vitest";

/** Until `vi.unstubAllGlobals` and `vi.restoreAllMocks`. */
export function layPad(): void {
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(240);
  const pen = new Proxy({}, { get: () => () => undefined, set: () => true });
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(pen as never);
}

/** Writes a line of so many points. */
export async function write(canvas: Element, points = 30): Promise<void> {
  const at = (n: number) => ({
    clientX: 40 + n * 8,
    clientY: 100 + (n % 5) * 6,
    pointerId: 1,
    pointerType: "pen",
    buttons: 1,
  });
  await fireEvent.pointerDown(canvas, at(0));
  for (let n = 1; n < points; n += 1) {
    vi.advanceTimersByTime(20);
    await fireEvent.pointerMove(canvas, at(n));
  }
  vi.advanceTimersByTime(20);
  await fireEvent.pointerUp(canvas, { ...at(points), buttons: 0 });
}
