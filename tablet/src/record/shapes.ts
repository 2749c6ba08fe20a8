/** Small checks of JSON values, as the contract's models make them: a member nobody knows, or of another type, is wrong. */

/** Whether a value is what it should be. */
export type Check = (value: unknown) => boolean;

type Members = Readonly<Record<string, unknown>>;

/** A text of `least` to `most` code points. */
export function text(least: number, most: number): Check {
  return (value) => {
    if (typeof value !== "string" || value.length < least) return false;
    // Code points, as the server counts; a text that is short in UTF-16 is short in these.
    return value.length <= most || (value.length <= most * 2 && [...value].length <= most);
  };
}

/** A text of this form. */
export function form(pattern: RegExp, most = Infinity): Check {
  return (value) => typeof value === "string" && value.length <= most && pattern.test(value);
}

/** An integer within these limits. */
export function whole(least: number, most: number = Number.MAX_SAFE_INTEGER): Check {
  return (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
}

export const flag: Check = (value) => typeof value === "boolean";

/** One of these words. */
export function word(...words: readonly string[]): Check {
  return (value) => typeof value === "string" && words.includes(value);
}

/** Absent, null, or as `check` says. */
export function maybe(check: Check): Check {
  return (value) => value === undefined || value === null || check(value);
}

/** Absent, or as `check` says: what has a default that is not null. */
export function unless(check: Check): Check {
  return (value) => value === undefined || check(value);
}

/** A list of `least` to `most`, each as `check` says. */
export function list(check: Check, most: number, least = 0): Check {
  return (value) => Array.isArray(value) && value.length >= least && value.length <= most && value.every(check);
}

/** An object of exactly these members; `fits` asks how they go together. */
export function shape(members: Readonly<Record<string, Check>>, fits?: (value: Members) => boolean): Check {
  const checks = Object.entries(members);
  return (value) => {
    if (!isObject(value)) return false;
    for (const name of Object.keys(value)) if (!Object.hasOwn(members, name)) return false;
    for (const [name, check] of checks) if (!check(value[name])) return false;
    return !fits || fits(value);
  };
}

/** Whether a value is an object with members. */
export function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
