/** Locks the app when nobody touches it. */

/** What counts as a touch. */
const TOUCHES = ["pointerdown", "keydown", "wheel", "touchmove"] as const;
/** How often it is looked at, in milliseconds. */
const LOOK = 5000;

let held = 0;

/** Keeps the app open without a touch, while something is recorded or read out; until the returned function is called. */
export function stayOpen(): () => void {
  held += 1;
  let over = false;
  return () => {
    if (!over) held -= 1;
    over = true;
  };
}

interface Watched {
  /** Milliseconds without a touch. */
  readonly after: () => number;
  readonly lock: () => void;
}

/**
 * Calls `lock` once nothing was touched for so long, also when the app lay in the background meanwhile. A tablet that
 * slept may have stopped its clock of ticks but not its clock of days: whichever went further counts. Ends with what is
 * returned.
 */
export function watchIdle({ after, lock }: Watched): () => void {
  let ticks = performance.now();
  let wall = Date.now();
  const touch = () => {
    ticks = performance.now();
    wall = Date.now();
  };
  const look = () => {
    if (held > 0) return touch();
    if (Math.max(performance.now() - ticks, Date.now() - wall) >= after()) lock();
  };
  const seen = () => {
    if (!document.hidden) look();
  };
  for (const one of TOUCHES) addEventListener(one, touch, { passive: true, capture: true });
  document.addEventListener("visibilitychange", seen);
  const timer = setInterval(look, LOOK);
  return () => {
    for (const one of TOUCHES) removeEventListener(one, touch, { capture: true });
    document.removeEventListener("visibilitychange", seen);
    clearInterval(timer);
  };
}
