/** The database as somebody sees it who has the device and not the PIN; and a disk that fails when a test says so. */

/** A connection of one's own. */
export function rawDatabase(name: string): Promise<IDBDatabase> {
  return asked(indexedDB.open(name));
}

export function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error("failed"));
    };
  });
}

/** All rows of a table. */
export async function rawRows<T>(name: string, table: string): Promise<T[]> {
  const db = await rawDatabase(name);
  try {
    return await asked<T[]>(db.transaction(table).objectStore(table).getAll());
  } finally {
    db.close();
  }
}

/** Writes rows as they are. */
export async function rawPut(name: string, table: string, ...rows: unknown[]): Promise<void> {
  const db = await rawDatabase(name);
  try {
    const store = db.transaction(table, "readwrite").objectStore(table);
    await Promise.all(rows.map((row) => asked(store.put(row))));
  } finally {
    db.close();
  }
}

/** How many rows every table holds. */
export async function rawCounts(name: string): Promise<Record<string, number>> {
  const db = await rawDatabase(name);
  try {
    const tables = [...db.objectStoreNames];
    const transaction = db.transaction(tables);
    const counts = tables.map(async (table) => [table, await asked(transaction.objectStore(table).count())] as const);
    return Object.fromEntries(await Promise.all(counts));
  } finally {
    db.close();
  }
}

/** Every byte and every letter that stands anywhere in the database, as one text. */
export async function rawText(name: string): Promise<string> {
  const db = await rawDatabase(name);
  const found: string[] = [];
  for (const table of db.objectStoreNames)
    for (const row of await asked(db.transaction(table).objectStore(table).getAll())) gather(row, found);
  db.close();
  return found.join("\n");
}

function gather(value: unknown, found: string[]): void {
  if (value instanceof Uint8Array) found.push(new TextDecoder("latin1").decode(value), new TextDecoder().decode(value));
  else if (typeof value === "object" && value !== null && !(value instanceof CryptoKey))
    for (const [name, part] of Object.entries(value)) {
      found.push(name);
      gather(part, found);
    }
  else found.push(String(value));
}

const WRITES = ["put", "add", "delete", "clear"] as const;

/** What happens at a write, and to all that follow. */
export type Fault = "kill" | "full";

/**
 * Lets the n-th write (from 1) fail: `full` is a disk without room at this write, and with room again afterwards; after
 * `kill` nothing is written any more, as when the app is gone. Returns how to mend it, which tells how many writes
 * there were.
 */
export function failAt(n: number, fault: Fault): () => number {
  const proto = IDBObjectStore.prototype;
  const kept = WRITES.map((name) => [name, Reflect.get(proto, name) as (...args: unknown[]) => unknown] as const);
  let writes = 0;
  for (const [name, real] of kept)
    Reflect.set(proto, name, function (this: IDBObjectStore, ...args: unknown[]) {
      writes += 1;
      if (fault === "full" && writes === n) throw new DOMException("no room", "QuotaExceededError");
      if (fault === "kill" && writes >= n) {
        this.transaction.abort();
        throw new DOMException("gone", "AbortError");
      }
      return real.apply(this, args);
    });
  return () => {
    for (const [name, real] of kept) Reflect.set(proto, name, real);
    return writes;
  };
}

/** Counts the rows that are handed out from now on, by table; returns how to end that. */
export function countReads(): () => Record<string, number> {
  const read: Record<string, number> = {};
  const undo: (() => void)[] = [];
  const count = (table: string, rows: number) => (read[table] = (read[table] ?? 0) + rows);
  for (const proto of [IDBObjectStore.prototype, IDBIndex.prototype])
    for (const name of ["get", "getAll", "openCursor", "openKeyCursor", "getAllKeys"]) {
      const real = Reflect.get(proto, name) as (...args: unknown[]) => IDBRequest<unknown>;
      Reflect.set(proto, name, function (this: IDBObjectStore | IDBIndex, ...args: unknown[]) {
        const request = real.apply(this, args);
        const table = "objectStore" in this ? this.objectStore.name : this.name;
        request.addEventListener("success", () => {
          const { result } = request;
          count(table, Array.isArray(result) ? result.length : result === undefined || result === null ? 0 : 1);
        });
        return request;
      });
      undo.push(() => Reflect.set(proto, name, real));
    }
  return () => {
    for (const one of undo) one();
    return read;
  };
}
