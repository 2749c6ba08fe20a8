/**
 * Checks of what came from outside: a value either has the members that are used, with their types and limits, or is not
 * believed. Members that nobody here knows are passed over. Hand-written: a schema library would be larger than all of it.
 */

/** Throws WrongShapeError unless the value is what it should be; `at` names the place. */
export type Check = (value: unknown, at: string) => void;

/** What came is not what the contract says; `at` names the member. */
export class WrongShapeError extends Error {
  constructor(readonly at: string) {
    super(`not what the contract says: ${at || "the whole"}`);
  }
}

/** A check for each member of a type of the contract: the compiler counts them. */
export type Members<T> = { readonly [Name in keyof Required<T>]: Check };

const LONE = /\p{Surrogate}/u;

/** An object with these members. */
export function shape<T>(members: Members<T>, also?: (value: T) => boolean): Check {
  const checks = Object.entries<Check>(members);
  return (value, at) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new WrongShapeError(at);
    const given = value as Record<string, unknown>;
    for (const [name, check] of checks) {
      check(Object.hasOwn(given, name) ? given[name] : undefined, at ? `${at}.${name}` : name);
    }
    if (also && !also(value as T)) throw new WrongShapeError(at);
  };
}

/** Like `shape`, without any other member: for what this device writes itself. */
export function exactly<T>(members: Members<T>, also?: (value: T) => boolean): Check {
  const inside = shape<T>(members, also);
  return (value, at) => {
    inside(value, at);
    const foreign = Object.keys(value as object).find((name) => !Object.hasOwn(members, name));
    if (foreign !== undefined) throw new WrongShapeError(at ? `${at}.${foreign}` : foreign);
  };
}

/** A text of so many characters (code points), without U+0000 and lone surrogates. */
export function text(most: number, least = 0, pattern?: RegExp): Check {
  return (value, at) => {
    if (typeof value !== "string") throw new WrongShapeError(at);
    // No character takes more than two units: what is far too long is refused before anybody looks at it.
    if (value.length > 2 * most || value.includes("\u0000") || LONE.test(value)) throw new WrongShapeError(at);
    const long = value.length > most ? [...value].length : value.length;
    if (long > most || long < least || (pattern && !pattern.test(value))) throw new WrongShapeError(at);
  };
}

/** A text of this form. */
export function form(pattern: RegExp, most = 10_000): Check {
  return text(most, 0, pattern);
}

/** A whole number within these limits. */
export function whole(least: number, most: number = Number.MAX_SAFE_INTEGER): Check {
  return (value, at) => {
    if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) {
      throw new WrongShapeError(at);
    }
  };
}

/** true or false. */
export const flag: Check = (value, at) => {
  if (typeof value !== "boolean") throw new WrongShapeError(at);
};

/** Exactly one of these values. */
export function one<T extends string | number>(...values: readonly T[]): Check {
  return (value, at) => {
    if (!values.some((allowed) => allowed === value)) throw new WrongShapeError(at);
  };
}

/** A list. */
export function list(of: Check, most: number, least = 0): Check {
  return (value, at) => {
    if (!Array.isArray(value) || value.length > most || value.length < least) throw new WrongShapeError(at);
    value.forEach((member, place) => of(member, `${at}[${place}]`));
  };
}

/** A list of exactly these, in this order. */
export function tuple(...of: readonly Check[]): Check {
  return (value, at) => {
    if (!Array.isArray(value) || value.length !== of.length) throw new WrongShapeError(at);
    of.forEach((check, place) => check(value[place], `${at}[${place}]`));
  };
}

/** The same, or nothing. */
export function maybe(of: Check): Check {
  return (value, at) => {
    if (value !== undefined && value !== null) of(value, at);
  };
}

/** The same, or absent: a member with a default that is not null. */
export function absent(of: Check): Check {
  return (value, at) => {
    if (value !== undefined) of(value, at);
  };
}

/** Reads a value as `T` once it was checked; WrongShapeError. */
export function reader<T>(check: Check): (value: unknown) => T {
  return (value) => {
    check(value, "");
    return value as T;
  };
}

export const uuid = form(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
/** 32 bytes, base64url. */
export const bytes32 = form(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/);
/** 64 bytes, base64url. */
export const bytes64 = form(/^[A-Za-z0-9_-]{85}[AQgw]$/);
/** SHA-256, lower-case hex. */
export const mediaDigest = form(/^[0-9a-f]{64}$/);
export const count = whole(0);
export const position = whole(1);
export const safeInteger = whole(-Number.MAX_SAFE_INTEGER);
export const shortText = text(200, 1);
export const longText = text(10_000);
export const instant: Check = (value, at) => {
  form(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/)(value, at);
  if (Number.isNaN(Date.parse(value as string))) throw new WrongShapeError(at);
};
export const day = form(/^\d{4}-\d\d-\d\d$/);
/** A reason or another word of an open list: unknown ones are shown as they are. */
export const word = text(100, 1);
