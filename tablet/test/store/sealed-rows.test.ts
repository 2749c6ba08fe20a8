// @vitest-environment node
import { expect, test } from "vitest";
import { Damaged } from "../../src/store/errors";
import type { EntryRow, TextRow } from "../../src/store/schema";
import { Sealer } from "../../src/store/seal";
import { freshStore, openAgain } from "./open-store";
import { rawPut, rawRows, rawText } from "./raw";

const SECRET = "灶台油污 kitchen grease";

test("nothing that a person wrote, and no token, can be read in the database", async () => {
  const { name, safe, store } = await freshStore();
  await store.remember("token", SECRET);
  await store.putDraft("visit/1/note", SECRET);
  await store.append({ hash: "h1", ep: 1, seq: 1, visit: "v1", type: SECRET, line: SECRET });
  await store.settle("h1", "refused", "refused", ["unknown-visit"]);
  await store.putTopic("visit:v1", 1, SECRET);
  await store.hear("v1", [{ hash: SECRET, vseq: 1, line: SECRET, uncounted: [] }]);
  const file = await store.keepFile(new Blob([SECRET]), { mime: "text/x-secret", visit: "v1", name: SECRET });
  await store.noteUpload(file.digest, { address: "https://example.test/secret-address", sent: 1, complete: false });
  await store.putCopy(file.digest, "small", new Blob([SECRET], { type: "image/jpeg" }));
  safe.lock();

  const text = await rawText(name);
  for (const piece of ["灶台", "kitchen", "grease", "text/x-secret", "secret-address", "unknown-visit"])
    expect(text).not.toContain(piece);
  // The search itself would find it: what may stand in the clear is found.
  expect(text).toContain("visit:v1");

  const again = await openAgain(name);
  expect(await again.store.recall("token")).toBe(SECRET);
  expect(new TextDecoder().decode(await again.store.bytes(file.digest, 0, file.length))).toBe(SECRET);
});

test("a row that is moved to another key does not open", async () => {
  const { name, store } = await freshStore();
  await store.remember("one", "1");
  await store.remember("other", "2");
  const [one] = (await rawRows<TextRow>(name, "memory")).filter((row) => row.name === "one");
  await rawPut(name, "memory", { name: "other", sealed: one?.sealed });
  await expect(store.recall("other")).rejects.toThrow(Damaged);
  await rawPut(name, "drafts", one);
  await expect(store.draft("one")).rejects.toThrow(Damaged);
  expect(await store.recall("one")).toBe("1");
});

test("an entry whose number, visit or custody was changed in the database does not open", async () => {
  const { name, store } = await freshStore();
  await store.append({ hash: "h1", ep: 1, seq: 1, visit: "v1", type: "note", line: "l" });
  await store.settle("h1", "server", "accepted", []);
  const [row] = await rawRows<EntryRow>(name, "entries");
  for (const change of [{ seq: 2 }, { ep: 2 }, { visit: null }, { visit: "v2" }, { custody: 2 }]) {
    await rawPut(name, "entries", { ...row, ...change });
    await expect(store.entries()).rejects.toThrow(Damaged);
  }
  await rawPut(name, "entries", row);
  expect(await store.entries()).toHaveLength(1);
});

test("every changed bit of a sealed value is found, and so is a cut one", () => {
  const sealer = new Sealer(new Uint8Array(32).fill(7));
  const sealed = sealer.seal(["memory", "a"], "text");
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const changed = Uint8Array.from(sealed);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(() => sealer.unseal(["memory", "a"], changed)).toThrow(Damaged);
  }
  for (let length = 0; length < sealed.length; length += 1)
    expect(() => sealer.unseal(["memory", "a"], sealed.subarray(0, length))).toThrow(Damaged);
  expect(sealer.unseal(["memory", "a"], sealed)).toBe("text");
});

test("the same value is never sealed to the same bytes, and a forgotten key seals nothing", () => {
  const sealer = new Sealer(new Uint8Array(32));
  expect(sealer.seal(["memory", "a"], "x")).not.toEqual(sealer.seal(["memory", "a"], "x"));
  sealer.forget();
  expect(() => sealer.seal(["memory", "a"], "x")).toThrow("locked");
});
