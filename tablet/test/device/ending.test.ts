// @vitest-environment node
/** How a tablet is erased, and what it hands out when nothing else is left. */
import type { ExportManifest, WipedStatement, WipeOrder } from "@contract";
import { unzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { Device, ExportTooLargeError, NotEnrolledError, StillNeededError, writeExport } from "../../src/device";
import { es256Holds, purposeMessage, shaHex, utf8, type Bytes } from "../../src/wire";
import { MemoryStore } from "../support/memory-store";
import { DEVICE, INSPECTOR, inTurn, OTHER, tablet, VISIT, World } from "../support/office";

const ORDER: WipeOrder = { order: OTHER, ordered_at: "2026-03-02T01:00:00Z", also_unsent: true };
const note = (text: string) => ({ type: "note.add", body: { text }, visit: VISIT }) as const;
const PHOTO = { mime: "image/jpeg", visit: VISIT, name: null };

async function busy(): Promise<{ store: MemoryStore; device: Device }> {
  const store = new MemoryStore();
  const device = await tablet(store);
  for (const text of ["one", "two", "three"]) await device.capture(note(text));
  const [first, second] = await store.entries();
  await store.settle(first?.hash ?? "", "server", "accepted", []);
  await store.settle(second?.hash ?? "", "refused", "refused", ["malformed"]);
  const sent = await store.keepFile(new Blob(["sent"]), PHOTO);
  await store.noteUpload(sent.digest, { address: null, sent: 4, complete: true });
  await store.keepFile(new Blob(["not sent"]), PHOTO);
  await store.putDraft("d", "typed");
  return { store, device };
}

describe("a wipe", () => {
  test("counts what goes with it, signs it, and leaves nothing else", async () => {
    const { store, device } = await busy();
    await device.erase(ORDER);
    const said = await device.acknowledgement();
    const told = JSON.parse(said?.p ?? "") as WipedStatement;
    expect(told).toEqual({ v: 1, device: DEVICE, order: OTHER, lost_entries: 2, lost_files: 1 });
    expect(await es256Holds(device.key.jwk, purposeMessage("insp/wiped/v1", said?.p ?? ""), said?.s ?? "")).toBe(true);
    expect([await store.entries(), await store.files(), await store.draft("d")]).toEqual([[], [], null]);
    expect(await store.recall("anchor")).toBeNull();
    expect([await device.id(), await device.isEnrolled()]).toEqual([DEVICE, false]);
  });

  test("waits as long as the order does not give up what nobody else has", async () => {
    const { store, device } = await busy();
    await expect(device.erase({ ...ORDER, also_unsent: false })).rejects.toThrow(StillNeededError);
    expect(await store.entries()).toHaveLength(3);
    expect(await device.acknowledgement()).toBeNull();
    for (const entry of await store.entries()) await store.settle(entry.hash, "server", "accepted", []);
    await expect(device.erase({ ...ORDER, also_unsent: false })).rejects.toThrow(StillNeededError);
    for (const file of await store.files())
      await store.noteUpload(file.digest, { address: null, sent: 8, complete: true });
    await device.erase({ ...ORDER, also_unsent: false });
    expect(await store.entries()).toEqual([]);
  });

  test("happens whole or not at all", async () => {
    const { store, device } = await busy();
    store.fails = (what) => {
      if (what === "commit") throw new Error("killed");
    };
    await expect(device.erase(ORDER)).rejects.toThrow("killed");
    store.fails = null;
    expect(await device.acknowledgement()).toBeNull();
    expect(await store.entries()).toHaveLength(3);
  });

  test("is the end of writing, also of what was begun before", async () => {
    const { store, device } = await busy();
    const window = new Device(store, device.key, new World("other"), inTurn());
    let begun = (): void => undefined;
    const started = new Promise<void>((resolve) => (begun = resolve));
    let go = (): void => undefined;
    const signing = new Promise<void>((resolve) => (go = resolve));
    const late = window.captureWith(async () => {
      begun();
      await signing;
      return { draft: note("late") };
    });
    await started;
    await device.erase(ORDER);
    go();
    await expect(late).rejects.toThrow(NotEnrolledError);
    await expect(device.capture(note("later"))).rejects.toThrow(NotEnrolledError);
    expect(await store.entries()).toEqual([]);
  });

  test("is said again until somebody heard it, and then nothing is remembered", async () => {
    const { store, device } = await busy();
    await device.erase(ORDER);
    const again = new Device(store, device.key, new World(), inTurn());
    expect(await again.acknowledgement()).toEqual(await device.acknowledgement());
    expect(await again.token()).toBe("example-token");
    await again.forgetAll();
    expect(await device.acknowledgement()).toBeNull();
    await expect(device.id()).rejects.toThrow(NotEnrolledError);
  });
});

test("what is held is what nobody else has", async () => {
  const { device, store } = await busy();
  const told = await device.holding("tablet/1");
  expect(told).toMatchObject({ entries: 2, files: 1, bytes: 8, app: "tablet/1" });
  const empty = await (await tablet()).holding();
  expect(empty).toEqual({ entries: 0, files: 0, bytes: 0, oldest_wall: null, app: null });
  expect((await store.entries("own")).length).toBe(1);
});

describe("an export", () => {
  async function opened(blob: Blob): Promise<Record<string, Uint8Array>> {
    return unzipSync(new Uint8Array(await blob.arrayBuffer()));
  }

  const text = (raw: Uint8Array | undefined) => new TextDecoder().decode(raw);

  test("has every line ever written and the files that the server lacks, under a signed manifest", async () => {
    const { store, device } = await busy();
    const files = await opened(await device.exportAll("tablet/1"));
    const missing = shaHex(utf8("not sent"));
    expect(Object.keys(files)).toEqual(["manifest.json", "manifest.sig", "entries.ndjson", `media/${missing}`]);
    const lines = (await store.entries()).map((entry) => `${entry.line}\n`).join("");
    expect(text(files["entries.ndjson"])).toBe(lines);
    expect(text(files[`media/${missing}`])).toBe("not sent");
    const manifest = JSON.parse(text(files["manifest.json"])) as ExportManifest;
    expect(manifest).toMatchObject({
      ...{ v: 1, device: DEVICE, kid: device.key.kid, inspector: INSPECTOR, entries: 3, app: "tablet/1" },
      ...{ entries_sha256: shaHex(utf8(lines)), media: [{ sha256: missing, bytes: 8, mime: "image/jpeg" }] },
    });
    const message = purposeMessage("insp/export/v1", text(files["manifest.json"]));
    expect(await es256Holds(device.key.jwk, message, text(files["manifest.sig"]))).toBe(true);
  });

  test("changes nothing, and of an empty tablet is an export still", async () => {
    const device = await tablet();
    const files = await opened(await device.exportAll());
    expect(text(files["entries.ndjson"])).toBe("");
    expect(JSON.parse(text(files["manifest.json"]))).toMatchObject({ entries: 0, media: [], app: null });
    expect(await device.heads()).toEqual([]);
  });

  test("packs nothing: every line and file stands in it as it is", async () => {
    const { device } = await busy();
    const raw = text(new Uint8Array(await (await device.exportAll()).arrayBuffer()));
    for (const { line } of await device.store.entries()) expect(raw).toContain(line);
  });

  test("of a large file is written piece by piece, each when the one before was taken", async () => {
    const store = new MemoryStore();
    const device = await tablet(store);
    const large = new Uint8Array(3 * 2 ** 20 + 17).map((_, at) => (at * 31) % 251);
    const row = await store.keepFile(new Blob([large]), PHOTO);
    const pieces: Bytes[] = [];
    let writing = 0;
    const from = { store, key: device.key, wall: 0, app: null };
    await writeExport(from, 0, async (piece) => {
      writing += 1;
      expect(writing).toBe(1);
      await Promise.resolve();
      pieces.push(piece);
      writing -= 1;
    });
    expect(Math.max(...pieces.map((piece) => piece.length))).toBe(2 ** 20);
    const files = await opened(new Blob(pieces));
    expect(shaHex(files[`media/${row.digest}`] ?? new Uint8Array())).toBe(row.digest);
  });

  test("that one file cannot carry comes in parts, and none of them leaves an entry out", async () => {
    const store = new MemoryStore();
    const device = await tablet(store);
    await device.capture(note("x"));
    const rows = [];
    for (const letter of "abcde") rows.push(await store.keepFile(new Blob([letter.repeat(40)]), PHOTO));
    const { exportAll, exportPart, exportParts } = await import("../../src/device/export");
    const from = { store, key: device.key, wall: 0, app: null, most: 100 };
    expect(await exportParts(from)).toBe(3);
    await expect(exportAll(from)).rejects.toThrow(ExportTooLargeError);
    const found: string[] = [];
    for (let part = 0; part < 3; part += 1) {
      const files = await opened(await exportPart(from, part));
      expect(text(files["entries.ndjson"]).split("\n")).toHaveLength(2);
      found.push(...Object.keys(files).filter((name) => name.startsWith("media/")));
    }
    expect(found).toEqual(rows.map((row) => `media/${row.digest}`));
    expect(await exportParts({ ...from, most: 10 })).toBe(5); // one each, and none that is empty
    expect(await device.exportParts()).toBe(1);
  });
});
