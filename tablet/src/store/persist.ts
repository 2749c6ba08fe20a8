/** Whether the browser may throw away what it keeps, and how much room there is. */

/** Bytes are estimates: browsers do not tell exactly. */
export interface StorageRoom {
  readonly persisted: boolean;
  readonly used: number;
  readonly quota: number;
}

/** Asks that nothing be evicted when the device runs out of room; whether that is promised. Ask after installing. */
export async function askToPersist(): Promise<boolean> {
  const storage = manager();
  if (!storage) return false;
  return (await storage.persisted()) || (await storage.persist());
}

/** Null where the browser does not tell. */
export async function storageRoom(): Promise<StorageRoom | null> {
  const storage = manager();
  if (!storage) return null;
  const [persisted, { usage = 0, quota = 0 }] = await Promise.all([storage.persisted(), storage.estimate()]);
  return { persisted, used: usage, quota };
}

/** Absent outside of secure contexts. */
function manager(): StorageManager | undefined {
  return (navigator as { storage?: StorageManager }).storage;
}
