// @vitest-environment node
/** The log of a device: dense, chained, signed, and never shorter than what was written. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Device, LogBusyError, newId, NotEnrolledError, WrongEntryError, type Draft } from "../../src/device";
import type { Captured } from "../../src/store/ports";
import { entrySetDigest, entrySigned, parseEntry, parseLine, type ParsedEntry } from "../../src/wire";
import { MemoryStore } from "../support/memory-store";
import { anchorId, DEVICE, INSPECTOR, inTurn, Office, OTHER, tablet, VISIT, vectorKey, World } from "../support/office";

const note = (text: string, visit: string | null = VISIT): Draft => ({ type: "note.add", body: { text }, visit });

async function parsed(device: Device): Promise<ParsedEntry[]> {
  return (await device.store.entries()).map((entry) => parseEntry(parseLine(entry.line)));
}

/** No number twice, none left out, each chained to the one before and signed by the key of the device. */
async function expectWhole(device: Device): Promise<ParsedEntry[]> {
  const entries = await parsed(device);
  const ends = new Map<number, ParsedEntry>();
  for (const entry of entries) {
    const { ep, seq, prev, dev } = entry.header;
    expect([dev, seq, prev ?? null]).toEqual([DEVICE, (ends.get(ep)?.header.seq ?? 0) + 1, ends.get(ep)?.hash ?? null]);
    expect(await entrySigned(device.key.jwk, entry.line)).toBe(true);
    ends.set(ep, entry);
  }
  return entries;
}

test("a log is dense, chained and signed by its key, whatever people write", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }), { maxLength: 6 }),
      async (texts) => {
        const device = await tablet();
        for (const text of texts) await device.capture(note(text));
        const entries = await expectWhole(device);
        expect(entries.map((entry) => entry.body?.["text"])).toEqual(texts.map((text) => text.replaceAll("\0", "␀")));
        expect(new Set(entries.map((entry) => entry.body?.["salt"])).size).toBe(texts.length);
      },
    ),
    { numRuns: 10 },
  );
});

test("a header says who, where, when and under what it was written", async () => {
  const office = await Office.open();
  const device = await tablet();
  await device.keepAnchor(await office.anchor(7));
  await device.witness.saw(4, "A".repeat(43), office.history);
  const over = ["B".repeat(42) + "A"];
  const ck = ["commerce.prepaid-card", 1, "C".repeat(42) + "A"] as const;
  await device.capture({
    ...{ type: "answer.set", body: { item: "pc.01", value: "yes" }, visit: VISIT },
    ...{ tasks: [OTHER], over, asg: [OTHER, 2], ck, inspector: OTHER },
  });
  const [entry] = await parsed(device);
  expect(entry?.header).toMatchObject({
    ...{ v: 1, dev: DEVICE, ins: OTHER, visit: VISIT, tasks: [OTHER], over, asg: [OTHER, 2], ck },
    ...{ anchor: anchorId(7), sth: [4, "A".repeat(43)], boot: "boot-1" },
  });
  expect(entry?.header.wall).toBeGreaterThan(1_772_413_200_000);
});

test("an entry names what the store says, also where nobody told that it had changed", async () => {
  const office = await Office.open();
  const store = new MemoryStore();
  store.follow = () => () => undefined;
  const device = await tablet(store);
  await device.capture(note("一"));
  await new Device(store, await vectorKey(), new World(), inTurn()).capture(note("二"));
  await device.keepAnchor(await office.anchor(9));
  await device.capture(note("三"));
  const entries = await expectWhole(device);
  expect(entries.map((entry) => entry.body?.["text"])).toEqual(["一", "二", "三"]);
  expect(entries.at(-1)?.header.anchor).toBe(anchorId(9));
});

test("what has its default is left out of the signed bytes", async () => {
  const device = await tablet();
  const entry = await device.capture({ type: "log.epoch", body: { reason: "x", last: undefined } });
  const { p, b } = JSON.parse(entry.line) as { p: string; b: string };
  expect(Object.keys(JSON.parse(p) as object)).toEqual([
    ...["v", "id", "dev", "ep", "seq", "ins", "type", "wall", "mono", "boot", "anchor", "body", "blen"],
  ]);
  expect(Object.keys(JSON.parse(b) as object)).toEqual(["salt", "reason"]);
  expect(entry).toMatchObject({ seq: 1, visit: null, custody: "own", verdict: null });
});

test("the same surroundings write the same bytes but for the signature", async () => {
  const [one, same, other] = [await tablet(), await tablet(), await tablet(undefined, new World("other"))];
  const lines = await Promise.all([one, same, other].map(async (device) => (await device.capture(note("x"))).line));
  const texts = lines.map((line) => (JSON.parse(line) as { p: string }).p);
  expect(texts[0]).toBe(texts[1]);
  expect(texts[0]).not.toBe(texts[2]);
});

describe("nothing is written of", () => {
  const wrong: [string, Draft][] = [
    ["an answer without a value", { type: "answer.set", body: { item: "pc.01" } }],
    ["an empty note", note("")],
    ["a note that is too long", note("字".repeat(10_001))],
    ["a member that nobody knows", { type: "note.add", body: { text: "x", colour: "red" } }],
    [
      "a fraction",
      { type: "arrive", body: { position: { lat_e7: 0.5, lon_e7: 0, acc_dm: 0, source: "gnss", fix_age_ms: 0 } } },
    ],
    ["half a pair of surrogates", note("\ud800")],
    ["an arrival with neither position nor reason", { type: "arrive", body: {} }],
    ["a visit that is none", note("x", "visit")],
    ["a type that is no name", { type: "Note", body: {} }],
    ["a body beyond 64 KiB", { type: "something.new", body: { text: "字".repeat(30_000) } }],
    [
      "a header beyond 4 KiB",
      {
        ...note("x"),
        over: Array.from({ length: 64 }, () => "A".repeat(43)),
        tasks: Array.from({ length: 50 }, () => VISIT),
      },
    ],
    [
      "a signature without ink",
      {
        type: "signature",
        body: { role: "witness", name: "x", method: "drawn", doc: "0".repeat(64), set: "A".repeat(43) },
      },
    ],
  ];

  test.each(wrong)("%s", async (_, draft) => {
    const device = await tablet();
    await expect(device.capture(draft)).rejects.toThrow(WrongEntryError);
    expect(await device.store.entries()).toEqual([]);
    expect((await device.capture(note("good"))).seq).toBe(1);
  });
});

test("10,000 characters are a note, however many units of UTF-16 they take", async () => {
  const device = await tablet();
  await device.capture(note("🙂".repeat(10_000)));
  expect(await device.store.count("own")).toBe(1);
});

test("a device that was never enrolled writes nothing", async () => {
  const device = new Device(new MemoryStore(), await vectorKey(), new World(), inTurn());
  await expect(device.capture(note("x"))).rejects.toThrow(NotEnrolledError);
});

test("what is not kept is not written: neither the entry nor what goes with it", async () => {
  const store = new MemoryStore();
  const device = await tablet(store);
  await device.capture(note("one"));
  for (const broken of ["append", "commit"]) {
    store.fails = (what) => {
      if (what === broken) throw new Error("disk full");
    };
    const alongside = async () => {
      await store.putDraft("d", null);
      return true;
    };
    await expect(device.captureWith(async () => ({ draft: note("two"), alongside }))).rejects.toThrow("disk full");
    store.fails = null;
    expect(await store.count("own")).toBe(1);
  }
  expect((await device.capture(note("two"))).seq).toBe(2);
  await expectWhole(device);
});

test("a crash between signature and transaction leaves nothing", async () => {
  const store = new MemoryStore();
  const key = await vectorKey();
  const world = new World();
  const device = await tablet(store, world);
  const dies = { ...key, sign: () => new Promise<never>(() => undefined) };
  const gone = new Device(store, dies, world, inTurn());
  void gone.capture(note("never kept"));
  const kept = await device.capture(note("kept"));
  expect(kept.seq).toBe(1);
  expect((await parsed(device)).map((entry) => entry.body?.["text"])).toEqual(["kept"]);
});

test("windows that write at once leave one log without gap or fork", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 5 }), async (windows, each) => {
      const store = new MemoryStore();
      const first = await tablet(store);
      // Each window has a turn of its own: only the transaction keeps them apart, as in a browser without locks.
      const others = Array.from(
        { length: windows - 1 },
        (_, at) => new Device(store, first.key, new World(`w${at}`), inTurn()),
      );
      const all = [first, ...others];
      const written = await Promise.all(
        all.flatMap((device, window) =>
          Array.from({ length: each }, (_, at) => device.capture(note(`${window} ${at}`))),
        ),
      );
      expect(new Set(written.map((entry) => entry.seq)).size).toBe(windows * each);
      expect(await expectWhole(first)).toHaveLength(windows * each);
    }),
    { numRuns: 15 },
  );
});

test("a draft is made of the log that it follows on", async () => {
  const store = new MemoryStore();
  const [one, other] = [await tablet(store), await tablet(store, new World("other"))];
  const vouching = (device: Device) =>
    device.captureWith(async () => ({
      draft: { type: "attest", body: { ...(await device.attestation(VISIT)) }, visit: VISIT },
    }));
  await Promise.all([
    vouching(one),
    other.capture(note("x")),
    vouching(one),
    other.capture(note("y")),
    vouching(other),
  ]);
  const entries = await expectWhole(one);
  for (const [at, entry] of entries.entries()) {
    if (entry.header.type !== "attest") continue;
    const before = entries.slice(0, at).map((earlier) => earlier.hash);
    expect(entry.body).toMatchObject({ count: at, set: entrySetDigest(before) });
  }
});

test("a draft that is always out of date is given up, and nothing is written", async () => {
  const device = await tablet();
  const prepare = async () => ({ draft: note("x"), alongside: async () => false });
  await expect(device.captureWith(prepare)).rejects.toThrow(LogBusyError);
  expect(await device.store.count("own")).toBe(0);
});

test("a new incarnation starts at one and names the old head; both branches stay", async () => {
  const device = await tablet();
  const last = await device.capture(note("x"));
  const epoch = await device.startEpoch("restored");
  expect(epoch).toMatchObject({ ep: 2, seq: 1, type: "log.epoch", visit: null });
  const [, started] = await expectWhole(device);
  expect(started?.body).toMatchObject({ reason: "restored", last: { dev: DEVICE, ep: 1, seq: 1, hash: last.hash } });
  const next = await device.capture(note("y"));
  expect(next).toMatchObject({ ep: 2, seq: 2 });
  expect((await device.heads()).map(({ ep, seq, hash }) => [ep, seq, hash])).toEqual([
    [1, 1, last.hash],
    [2, 2, next.hash],
  ]);
});

test("an incarnation that could not be kept was not begun", async () => {
  const store = new MemoryStore();
  const device = await tablet(store);
  await device.capture(note("x"));
  store.fails = (what) => {
    if (what === "commit") throw new Error("disk full");
  };
  await expect(device.startEpoch("fork")).rejects.toThrow("disk full");
  store.fails = null;
  expect(await device.epoch()).toBe(1);
  expect(await device.capture(note("y"))).toMatchObject({ ep: 1, seq: 2 });
});

test("an attestation names the own entries of the visit, and where the own log stands", async () => {
  const device = await tablet();
  const mine: Captured[] = [];
  for (const text of ["1", "2", "3"]) mine.push(await device.capture(note(text)));
  const last = await device.capture(note("elsewhere", OTHER));
  const told = await device.attestation(VISIT);
  expect(told).toEqual({
    set: entrySetDigest(mine.map((entry) => entry.hash)),
    heads: [{ dev: DEVICE, ep: 1, seq: 4, hash: last.hash }],
    count: 3,
  });
  expect(await device.capture({ type: "submit", body: { ...told }, visit: VISIT })).toMatchObject({ seq: 5 });
});

test("ids are version 7, by the device's clock, also where that is wrong", () => {
  for (const wall of [0, -5, 1_772_413_200_000, 2 ** 52]) {
    const world = new World();
    world.wall = wall - 1;
    const id = newId(world);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(Math.max(0, wall) % 2 ** 48);
  }
});

test("the inspector of the enrolment acts unless another one does", async () => {
  const device = await tablet();
  await device.capture(note("x"));
  await device.capture({ ...note("y"), inspector: OTHER });
  expect((await parsed(device)).map((entry) => entry.header.ins)).toEqual([INSPECTOR, OTHER]);
});
