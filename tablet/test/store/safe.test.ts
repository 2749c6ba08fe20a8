// @vitest-environment node
import { expect, test, vi } from "vitest";
import { Damaged, Locked } from "../../src/store/errors";
import type { LockRow, TriesRow } from "../../src/store/schema";
import { waitAfter } from "../../src/store/tries";
import { calibrated } from "../../src/store/wrap";
import { es256Holds } from "../../src/wire/keys";
import { b64url } from "../../src/wire/bytes";
import { freshName, freshStore, openAgain, PATIENT, PIECE, PIN, quickSafe } from "./open-store";
import { failAt, rawCounts, rawPut, rawRows } from "./raw";

const WRONG = "000000";

/** A clock that only the test moves. */
function handClock() {
  let now = 1000;
  return { read: () => now, pass: (seconds: number) => (now += seconds * 1000) };
}

async function wrongTimes(safe: ReturnType<typeof quickSafe>, times: number) {
  let last: unknown;
  for (let tried = 0; tried < times; tried += 1) last = await safe.open(WRONG);
  return last;
}

test("a tablet is empty, then open, then locked, and opens again with the same key", async () => {
  const safe = quickSafe({ name: freshName() });
  expect(await safe.state()).toBe("empty");
  const { key, store } = await safe.create(PIN);
  expect(await safe.state()).toBe("open");
  await store.remember("a", "1");
  safe.lock();
  expect(await safe.state()).toBe("locked");
  await expect(store.recall("a")).rejects.toThrow(Locked);
  await expect(key.sign(new Uint8Array(1))).rejects.toThrow(Locked);
  const opened = await safe.open(PIN);
  if ("wait" in opened) throw new Error("locked");
  expect(opened.key.kid).toBe(key.kid);
  expect(await opened.store.recall("a")).toBe("1");
  const message = new Uint8Array([1, 2, 3]);
  expect(await es256Holds(key.jwk, message, b64url(await opened.key.sign(message)))).toBe(true);
});

test("neither key can be taken out of the browser", async () => {
  const { name } = await freshStore();
  const [lock] = await rawRows<LockRow>(name, "lock");
  if (!lock) throw new Error("no lock");
  expect(lock.signing.extractable).toBe(false);
  expect(lock.device.extractable).toBe(false);
  await expect(crypto.subtle.exportKey("pkcs8", lock.signing)).rejects.toThrow();
  await expect(crypto.subtle.exportKey("raw", lock.device)).rejects.toThrow();
});

test("a tablet that is set up cannot be set up again over it", async () => {
  const { name, safe, store } = await freshStore();
  await store.remember("a", "1");
  await expect(safe.create("999999")).rejects.toThrow();
  expect(await (await openAgain(name)).store.recall("a")).toBe("1");
});

test("a PIN has six digits or more; digits of an input method are digits", async () => {
  const safe = quickSafe({ name: freshName() });
  for (const bad of ["", "12345", "12345a", "１２３４５", " ", "-123456", "12 3456"])
    await expect(safe.create(bad)).rejects.toThrow(RangeError);
  expect(await safe.state()).toBe("empty");
  await safe.create("１２３４５６");
  safe.lock();
  expect(await safe.open("123456")).toHaveProperty("store");
  await expect(safe.changePin("123456", "1")).rejects.toThrow(RangeError);
});

test("five wrong PINs are free, then the wait doubles from 30 s to an hour, and nothing is deleted", async () => {
  expect([1, 4, 5, 6, 7, 11, 12, 40].map((failed) => waitAfter(failed) / 1000)).toEqual([
    0, 0, 30, 60, 120, 1920, 3600, 3600,
  ]);
  const clock = handClock();
  const { name, safe: first, store } = await freshStore();
  await store.remember("a", "1");
  first.lock();
  const safe = quickSafe({ name, clock: clock.read });
  expect(await wrongTimes(safe, 4)).toEqual({ wait: 0, failed: 4 });
  expect(await safe.open(WRONG)).toEqual({ wait: 30, failed: 5 });
  for (const wait of [60, 120, 240, 480, 960, 1920, 3600, 3600]) {
    clock.pass(await safe.waiting());
    expect(await safe.open(WRONG)).toMatchObject({ wait });
  }
  // Not even the right one, before the time.
  clock.pass(3599);
  expect(await safe.open(PIN)).toEqual({ wait: 1, failed: 13 });
  clock.pass(1);
  const opened = await safe.open(PIN);
  if ("wait" in opened) throw new Error("locked");
  expect(await opened.store.recall("a")).toBe("1");
  expect(await safe.waiting()).toBe(0);
  safe.lock();
  expect(await safe.open(WRONG)).toEqual({ wait: 0, failed: 1 });
});

test("a wait goes on after a restart where it was, and no other clock shortens it", async () => {
  const clock = handClock();
  const { name } = await freshStore();
  const safe = quickSafe({ name, clock: clock.read });
  await wrongTimes(safe, 6);
  clock.pass(30);
  expect(await safe.open(WRONG)).toEqual({ wait: 60, failed: 6 });
  clock.pass(20);
  expect(await safe.waiting()).toBe(40);
  // A restart: the clock of the new life begins anywhere.
  for (const begin of [0, 5, 1e9]) {
    const restarted = quickSafe({ name, clock: () => begin });
    expect(await restarted.open(PIN)).toEqual({ wait: 40, failed: 6 });
    expect(await restarted.waiting()).toBe(40);
  }
  // A clock that goes back changes nothing either.
  clock.pass(-1000);
  expect(await safe.waiting()).toBe(40);
});

test("two windows that wait at the same time do not make the wait shorter", async () => {
  const clock = handClock();
  const { name } = await freshStore();
  const windows = [quickSafe({ name, clock: clock.read }), quickSafe({ name, clock: clock.read })] as const;
  await wrongTimes(windows[0], 5);
  for (let second = 30; second > 0; second -= 1) {
    for (const one of windows) expect(await one.waiting()).toBe(second);
    clock.pass(1);
  }
  for (const one of windows) expect(await one.waiting()).toBe(0);
});

test("a try counts even when the app is killed in the middle of it", async () => {
  const { name } = await freshStore();
  const mend = failAt(2, "kill");
  // The second write of a right try takes the count back: it never comes.
  await expect(quickSafe({ name }).open(PIN)).rejects.toThrow();
  mend();
  expect(await rawRows<TriesRow>(name, "tries")).toEqual([{ id: "tries", failed: 1, left: 0 }]);
  // And a try that could not be counted is not made.
  const full = failAt(1, "full");
  await expect(quickSafe({ name }).open(PIN)).rejects.toThrow();
  full();
  expect(await rawRows<TriesRow>(name, "tries")).toEqual([{ id: "tries", failed: 1, left: 0 }]);
});

test("many tries at once are each counted", async () => {
  const { name } = await freshStore();
  const tries = await Promise.all(Array.from({ length: 8 }, () => quickSafe({ name }).open(WRONG)));
  const [row] = await rawRows<TriesRow>(name, "tries");
  expect(row?.failed).toBe(5);
  expect(tries.every((one) => "wait" in one)).toBe(true);
});

test("another PIN changes no row, and the old one opens nothing any more", async () => {
  const { name, safe, store } = await freshStore();
  await store.remember("a", "1");
  await store.append({ hash: "h", ep: 1, seq: 1, visit: null, type: "note", line: "l" });
  const before = await Promise.all(["memory", "entries"].map((table) => rawRows(name, table)));
  expect(await safe.changePin(WRONG, "271828")).toBe(false);
  expect(await safe.changePin(PIN, "271828")).toBe(true);
  expect(await Promise.all(["memory", "entries"].map((table) => rawRows(name, table)))).toEqual(before);
  // Who is inside stays inside.
  expect(await store.recall("a")).toBe("1");
  safe.lock();
  expect(await safe.open(PIN)).toEqual({ wait: 0, failed: 1 });
  expect(await (await openAgain(name, "271828")).store.recall("a")).toBe("1");
});

test("guessing the old PIN by way of a change waits as well", async () => {
  const { safe } = await freshStore();
  for (let tried = 0; tried < 5; tried += 1) expect(await safe.changePin(WRONG, "271828")).toBe(false);
  expect(await safe.waiting()).toBeGreaterThan(0);
  expect(await safe.changePin(PIN, "271828")).toBe(false);
});

test("a kill while the PIN is changed leaves the old or the new one, with everything", PATIENT, async () => {
  for (let at = 1; ; at += 1) {
    const { name, safe, store } = await freshStore();
    await store.remember("a", "1");
    const mend = failAt(at, "kill");
    const changed = await safe.changePin(PIN, "271828").catch(() => false);
    const writes = mend();
    const again = await openAgain(name, changed ? "271828" : PIN);
    expect(await again.store.recall("a")).toBe("1");
    if (writes < at) break;
  }
});

test("a kill while a tablet is set up leaves it empty or whole", PATIENT, async () => {
  for (let at = 1; ; at += 1) {
    const name = freshName();
    const mend = failAt(at, "kill");
    const made = await quickSafe({ name })
      .create(PIN)
      .catch(() => null);
    const writes = mend();
    expect(await quickSafe({ name }).state()).toBe(made ? "locked" : "empty");
    if (!made) await quickSafe({ name }).create(PIN);
    if (writes < at) break;
  }
});

test("a lock of another browser is damage, not a wrong PIN", async () => {
  const [here, there] = [await freshStore(), await freshStore()];
  const [mine] = await rawRows<LockRow>(here.name, "lock");
  const [other] = await rawRows<LockRow>(there.name, "lock");
  await rawPut(here.name, "lock", { ...mine, device: other?.device });
  await expect(quickSafe({ name: here.name }).open(PIN)).rejects.toThrow(Damaged);
  expect(await rawCounts(here.name)).toMatchObject({ tries: 0 });
  // Fewer rounds or another salt make another key.
  await rawPut(here.name, "lock", { ...mine, rounds: 1 });
  await expect(quickSafe({ name: here.name }).open(PIN)).rejects.toThrow(Damaged);
});

test("burning leaves nothing, shuts the other windows, and lets a new tablet be set up", async () => {
  const { name, safe, store } = await freshStore();
  await store.remember("a", "1");
  const other = await openAgain(name);
  await safe.burn();
  expect(await safe.state()).toBe("empty");
  await expect(other.store.remember("a", "2")).rejects.toThrow(Locked);
  expect(await other.safe.state()).toBe("empty");
  expect(Object.values(await rawCounts(name)).every((count) => count === 0)).toBe(true);
  const { key, store: fresh } = await safe.create(PIN);
  expect(await fresh.recall("a")).toBeNull();
  expect(key.kid).toHaveLength(43);
});

test("what was begun before the lock is kept to its end", async () => {
  const { name, safe, store } = await freshStore();
  const bytes = new Blob([new Uint8Array(20 * PIECE)]);
  const writing = store.step(async () => {
    for (let at = 0; at < 20; at += 1) await store.remember(`text ${String(at)}`, "kept");
  });
  const keeping = store.keepFile(bytes, { mime: "a/b", visit: null, name: null });
  safe.lock();
  await expect(store.remember("late", "1")).rejects.toThrow(Locked);
  await expect(store.keepFile(bytes, { mime: "a/b", visit: null, name: null })).rejects.toThrow(Locked);
  await writing;
  const { digest } = await keeping;
  const again = await openAgain(name);
  expect(await again.store.recall("text 19")).toBe("kept");
  expect(await again.store.recall("late")).toBeNull();
  expect((await again.store.file(digest))?.length).toBe(bytes.size);
});

test("a PIN is stretched by 600,000 rounds at least, by more on a fast device, and not without end", async () => {
  const takes = (ms: number) => {
    let reads = 0;
    return () => (reads++ === 0 ? 0 : ms);
  };
  expect(await calibrated(takes(500))).toBe(600_000);
  expect(await calibrated(takes(20))).toBe(1_500_000);
  expect(await calibrated(takes(0))).toBe(4_000_000);
});

test("a wait is written down as it goes, also when nobody asks", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  try {
    const clock = handClock();
    const { name } = await freshStore();
    const safe = quickSafe({ name, clock: clock.read });
    await wrongTimes(safe, 5);
    clock.pass(10);
    vi.advanceTimersByTime(10_000);
    await vi.waitFor(async () => {
      expect(await rawRows<TriesRow>(name, "tries")).toEqual([{ id: "tries", failed: 5, left: 20_000 }]);
    });
  } finally {
    vi.useRealTimers();
  }
});
