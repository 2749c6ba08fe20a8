/** What can go wrong here, as types: the rooms above decide by them what people are told. */

/** The device has no room left; nothing of what was to be kept was kept. `cause`: what the browser said. */
export class StorageFull extends Error {
  constructor(options?: ErrorOptions) {
    super("no room left on this device", options);
  }
}

/** Something kept does not read as it was written: changed, moved or partly gone. */
export class Damaged extends Error {
  /** `table`: where; `key`: the row's key, or the digest of a file. */
  constructor(
    readonly table: string,
    readonly key: string,
    options?: ErrorOptions,
  ) {
    super(`${table} ${key} does not read as it was written`, options);
  }
}

/** The app was locked: nothing can be read or written until it is open again. */
export class Locked extends Error {
  constructor(options?: ErrorOptions) {
    super("locked", options);
  }
}

/** No bytes of this file are on this tablet. */
export class NoSuchFile extends Error {
  constructor(readonly digest: string) {
    super(`no bytes of ${digest}`);
  }
}

const FULL = "QuotaExceededError";
const CLOSED = "DatabaseClosedError";

/** The same failure, as a type of this room if it is one that people must be told of. */
export function named(error: unknown): unknown {
  // The database was closed under it: locked here, burned or made newer by another window.
  if (error instanceof Error && error.name === CLOSED) return new Locked({ cause: error });
  return !(error instanceof StorageFull) && isFull(error, 0) ? new StorageFull({ cause: error }) : error;
}

/** Dexie wraps what the browser says, more than once when a whole transaction fails. */
function isFull(error: unknown, depth: number): boolean {
  if (typeof error !== "object" || error === null || depth > 4) return false;
  if ("name" in error && error.name === FULL) return true;
  return (
    ("inner" in error && isFull(error.inner, depth + 1)) ||
    ("cause" in error && isFull(error.cause, depth + 1)) ||
    ("failures" in error && Array.isArray(error.failures) && error.failures.some((one) => isFull(one, depth + 1)))
  );
}
