/** Where this tablet is, as its browser tells it, and the reasons why it cannot. */
import type { Whereabouts } from "../../../app/tablet";

/** One fix of the browser. */
export interface Fix {
  /** Degrees, WGS 84. */
  readonly lat: number;
  readonly lon: number;
  /** Radius in metres. */
  readonly accuracy: number;
  /** When it was made, by the tablet's clock, in ms. */
  readonly at: number;
}

/** Why there is no fix: the tablet has no receiver, somebody forbade it, nothing was found, nothing came in time. */
export type Lack = "none" | "denied" | "unavailable" | "slow";

/** What the person may choose from when there is no position; `other` asks for words. */
export const EXCUSES = ["indoors", "underground", "denied", "none", "slow", "restricted", "other"] as const;
export type Excuse = (typeof EXCUSES)[number];

/** How long one try may take. Indoors a receiver needs most of it. */
const PATIENCE = 30_000;

/** The reason that fits what the browser said, as a proposal. */
export function excuseFor(lack: Lack): Excuse {
  return lack === "unavailable" ? "indoors" : lack;
}

/**
 * Tells every fix from now on, each better or newer one, until the returned function is called. A lack is told once and
 * does not end it: a fix may come later.
 */
export function follow(told: { fix: (fix: Fix) => void; lack: (lack: Lack) => void }): () => void {
  const finder = "geolocation" in navigator ? navigator.geolocation : undefined;
  if (!finder) {
    told.lack("none");
    return () => undefined;
  }
  const watch = finder.watchPosition(
    ({ coords, timestamp }) => {
      told.fix({ lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy, at: timestamp });
    },
    ({ code }) => told.lack(code === 1 ? "denied" : code === 3 ? "slow" : "unavailable"),
    { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 0 },
  );
  return () => finder.clearWatch(watch);
}

/** How old a fix is, in ms; never negative, also when the clock was set back in between. */
export function ageOf(fix: Fix, now: number): number {
  return Math.max(0, Math.round(now - fix.at));
}

/** Decimetres, the accuracy of a browser that tells none (or nonsense) is half the earth: it is never called exact. */
const UNKNOWN_DM = 200_000_000;

/** A fix as an entry says it. A browser does not tell which receiver it asked. */
export function whereabouts(fix: Fix, now: number): Whereabouts {
  const tenths = Math.ceil(fix.accuracy * 10);
  return {
    position: {
      lat_e7: Math.round(fix.lat * 1e7),
      lon_e7: Math.round(fix.lon * 1e7),
      acc_dm: Number.isFinite(tenths) && tenths >= 0 ? Math.min(tenths, UNKNOWN_DM) : UNKNOWN_DM,
      source: "fused",
      fix_age_ms: ageOf(fix, now),
    },
  };
}
