// @vitest-environment node
import { expect, test } from "vitest";
import { freshStore, openAgain, PIECE } from "./open-store";
import { rawCounts, rawPut } from "./raw";

test("where the browser has locks, a window that opens leaves alone what another is writing", async () => {
  expect(navigator.locks).toBeDefined();
  const { name, store } = await freshStore();
  await rawPut(name, "loose", { bundle: "left behind" });
  await rawPut(name, "pieces", { bundle: "left behind", n: 0, sealed: new Uint8Array(9) });
  const parts = Array.from({ length: 6 }, (_, at) => new Uint8Array(PIECE).fill(at));
  const reading = new Blob(parts);
  const slice = reading.slice.bind(reading);
  let reads = 0;
  reading.slice = (from, to) => {
    reads += 1;
    return slice(from, to);
  };
  const keeping = store.keepFile(reading, { mime: "a/b", visit: null, name: null });
  const windows = await Promise.all(Array.from({ length: 4 }, () => openAgain(name)));
  await Promise.all(windows.map((one) => (one.store as typeof one.store & { swept: Promise<void> }).swept));
  const { digest, length } = await keeping;
  expect(await store.bytes(digest, 0, length)).toEqual(new Uint8Array(await new Blob(parts).arrayBuffer()));
  // Once through, not begun anew.
  expect(reads).toBe(parts.length);
  expect(await rawCounts(name)).toMatchObject({ pieces: parts.length, loose: 0 });
});
