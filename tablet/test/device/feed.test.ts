// @vitest-environment node
/** The read side: applied page by page with its cursor, never half, and never more than what was signed. */
import type { EntryBlock, FeedItem, GivenEntry, PinnedChecklist, PullAnswer, VisitCard } from "@contract";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Device, UntrustedAnswerError, type Draft } from "../../src/device";
import { feedDigest, readPull, entrySetDigest, type ParsedEntry, parseEntry } from "../../src/wire";
import { MemoryStore } from "../support/memory-store";
import { freshKey, inTurn, Office, OTHER, tablet, VISIT, World, DEVICE } from "../support/office";
import { example } from "../support/vectors";

const EXAMPLE = example<{ answer: PullAnswer }>("pull").answer;
const PINNED = example<PinnedChecklist>("checklist");
const CARD = EXAMPLE.items.find((item) => item.card)?.card as VisitCard;
const note = (text: string): Draft => ({ type: "note.add", body: { text }, visit: VISIT });

function put(seq: number, visit = VISIT): FeedItem {
  return { topic: `visit:${visit}`, seq, op: "put", card: { ...CARD, id: visit } };
}

function gone(seq: number, topic = `visit:${VISIT}`): FeedItem {
  return { topic, seq, op: "remove", reason: "reassigned" };
}

function block(seq: number, after: number, through: number, entries: readonly GivenEntry[]): FeedItem {
  const told: EntryBlock = { visit: VISIT, after, through, entries };
  return { topic: `entries:${VISIT}`, seq, op: "put", entries: told };
}

/** Another inspector's tablet, and what the server tells of its entries. */
async function partner(count: number, from = 1): Promise<{ device: Device; told: GivenEntry[]; read: ParsedEntry[] }> {
  const device = new Device(new MemoryStore(), await freshKey(), new World("partner"), inTurn());
  const { store } = device;
  await store.step(async () => {
    for (const [name, value] of [
      ["device", OTHER],
      ["inspector", OTHER],
    ])
      await store.remember(name ?? "", value ?? null);
  });
  const told: GivenEntry[] = [];
  for (let at = 0; at < count; at += 1) {
    const { line } = await device.capture(note(`partner ${at}`));
    told.push({ vseq: from + at, line: JSON.parse(line) as GivenEntry["line"] });
  }
  return { device, told, read: told.map((one) => parseEntry(one.line)) };
}

test("the published page is read, applied and complete", async () => {
  const device = await tablet();
  const page = readPull(EXAMPLE);
  expect(await device.apply(page)).toBe(true);
  expect(await device.needsSnapshot()).toBe(false);
  expect([...(await device.visits()).keys()]).toEqual([VISIT]);
  expect(await device.visit(VISIT)).toEqual(CARD);
  expect(await device.visit(OTHER)).toBeNull();
  expect(await device.checklists(CARD)).toEqual([PINNED]);
  expect(await device.known(VISIT)).toHaveLength(page.items.flatMap((item) => item.entries?.entries ?? []).length);
});

describe("a page is applied", () => {
  test("only behind the own cursor", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    expect(await device.apply(await office.page("elsewhere", "c1", { items: [put(1)] }))).toBe(false);
    expect(await device.apply(await office.page(null, "c1", { items: [put(1)] }))).toBe(true);
    expect(await device.apply(await office.page(null, "c9", { items: [put(2)] }))).toBe(false);
    expect([await device.cursor(), ...(await device.visits()).keys()]).toEqual(["c1", VISIT]);
    expect(await device.apply(await office.page("c1", "c2", { items: [gone(2)] }))).toBe(true);
    expect([await device.cursor(), (await device.visits()).size]).toEqual(["c2", 0]);
  });

  test("with its cursor or not at all", async () => {
    const store = new MemoryStore();
    const [office, device] = [await Office.open(), await tablet(store)];
    const page = await office.page(null, "c1", { items: [put(1), gone(2, `visit:${OTHER}`)] });
    store.fails = (what) => {
      if (what === "dropTopic") throw new Error("disk full");
    };
    await expect(device.apply(page)).rejects.toThrow("disk full");
    expect([await device.cursor(), (await device.visits()).size]).toEqual([null, 0]);
    store.fails = null;
    expect(await device.apply(page)).toBe(true);
  });

  test("once, though two copies of it come at the same time", async () => {
    const store = new MemoryStore();
    const [office, device] = [await Office.open(), await tablet(store)];
    const page = await office.page(null, "c1", { items: [put(1)] });
    expect((await Promise.all([device.apply(page), device.apply(page)])).filter(Boolean)).toHaveLength(1);
  });

  test("only when the server of the enrolment signed its anchor", async () => {
    const [office, stranger, device] = [await Office.open(), await Office.open(new Uint8Array(32)), await tablet()];
    const page = await office.page(null, "c1", { items: [put(1)], anchor: await stranger.anchor() });
    await expect(device.apply(page)).rejects.toThrow(UntrustedAnswerError);
    expect([await device.cursor(), (await device.visits()).size]).toEqual([null, 0]);
  });

  test("only when its checklists have their digests", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const changed = { ...PINNED, checklist: { ...PINNED.checklist, title: { zh: "改了" } } };
    const item: FeedItem = { topic: "checklist:commerce.prepaid-card@1", seq: 2, op: "put", checklist: changed };
    await expect(device.apply(await office.page(null, "c1", { items: [put(1), item] }))).rejects.toThrow(
      UntrustedAnswerError,
    );
    expect((await device.visits()).size).toBe(0);
  });

  test("only when its entries have the bodies that they name", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const { told } = await partner(2);
    const bent = told.map((one) => ({
      ...one,
      line: { ...one.line, b: (one.line.b ?? "").replace("partner", "Partner") },
    }));
    const mute = told.map((one) => ({ ...one, line: { ...one.line, p: "not a header" } }));
    for (const entries of [bent, mute]) {
      const page = await office.page(null, "c1", { items: [block(1, 0, 2, entries)] });
      await expect(device.apply(page)).rejects.toThrow(UntrustedAnswerError);
    }
    expect(await device.known(VISIT)).toEqual([]);
  });

  test("without bodies that the law had erased", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const { told, read } = await partner(1);
    const erased = told.map(({ vseq, line: { p, k, a, s } }) => ({ vseq, line: { p, k, a, s } }));
    expect(await device.apply(await office.page(null, "c1", { items: [block(1, 0, 1, erased)] }))).toBe(true);
    const [known] = await device.known(VISIT);
    expect(known?.hash).toBe(read[0]?.hash);
    expect(known?.line.b).toBeUndefined();
  });
});

describe("entries of a visit", () => {
  test("follow on what is known, or ask for a snapshot and change nothing", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const { told } = await partner(4);
    await device.apply(await office.page(null, "c1", { items: [block(1, 0, 2, told.slice(0, 2))] }));
    expect(await device.apply(await office.page("c1", "c2", { items: [put(2), block(3, 3, 4, told.slice(3))] }))).toBe(
      false,
    );
    expect(await device.needsSnapshot()).toBe(true);
    expect([await device.cursor(), (await device.visits()).size]).toEqual(["c1", 0]);
    expect((await device.known(VISIT)).map((one) => one.vseq)).toEqual([1, 2]);
  });

  test("replace what was told of the same numbers, also where there are fewer", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const { told, read } = await partner(4);
    const renumbered = [{ ...told[3], vseq: 2 } as GivenEntry];
    await device.apply(await office.page(null, "c1", { items: [block(1, 0, 3, told.slice(0, 3))] }));
    await device.apply(await office.page("c1", "c2", { items: [block(2, 1, 3, renumbered)] }));
    expect((await device.known(VISIT)).map((one) => one.hash)).toEqual([read[0]?.hash, read[3]?.hash]);
  });

  test("are known once, own ones with their number and what is not told yet behind them", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const mine = [await device.capture(note("a")), await device.capture(note("b"))];
    const { told, read } = await partner(1, 2);
    const line = JSON.parse(mine[0]?.line ?? "") as GivenEntry["line"];
    const entries: GivenEntry[] = [{ vseq: 1, line, uncounted: ["not-bound"] }, ...told];
    await device.apply(await office.page(null, "c1", { items: [block(1, 0, 2, entries)] }));
    const known = await device.known(VISIT);
    expect(known.map((one) => [one.vseq, one.hash, one.own?.seq ?? null])).toEqual([
      [1, mine[0]?.hash, 1],
      [2, read[0]?.hash, null],
      [null, mine[1]?.hash, 2],
    ]);
    expect(known[0]?.uncounted).toEqual(["not-bound"]);
  });

  test("are shown as one set with the ends of their logs; what the server refused stands in no set", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const mine = [await device.capture(note("a")), await device.capture(note("b"))];
    await device.store.settle(mine[1]?.hash ?? "", "refused", "refused", []);
    const { told, read } = await partner(2);
    await device.apply(await office.page(null, "c1", { items: [block(1, 0, 2, told)] }));
    expect(await device.shown(VISIT)).toEqual({
      set: entrySetDigest([mine[0]?.hash ?? "", ...read.map((one) => one.hash)]),
      count: 3,
      heads: [
        { dev: OTHER, ep: 1, seq: 2, hash: read[1]?.hash },
        { dev: DEVICE, ep: 1, seq: 1, hash: mine[0]?.hash },
      ],
    });
  });

  test("whose signature does not hold are told to people, and kept", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const { told, read, device: other } = await partner(2);
    await device.capture(note("own"));
    const own = JSON.parse((await device.store.entries())[0]?.line ?? "") as GivenEntry["line"];
    const swapped = { ...told[1], line: { ...told[1]?.line, s: told[0]?.line.s } } as GivenEntry;
    const entries = [told[0] as GivenEntry, swapped, { vseq: 3, line: own }];
    await device.apply(await office.page(null, "c1", { items: [put(1), block(2, 0, 3, entries)] }));
    expect([...(await device.doubtful(VISIT))]).toEqual(read.map((one) => [one.hash, "unknown-key"]));
    const team = CARD.team.map((member) => ({ ...member, keys: [...(member.keys ?? []), other.key.jwk] }));
    const card: FeedItem = { ...put(3), card: { ...CARD, team } };
    await device.apply(await office.page("c1", "c2", { items: [card] }));
    expect([...(await device.doubtful(VISIT))]).toEqual([[read[1]?.hash, "bad-signature"]]);
    expect(await device.known(VISIT)).toHaveLength(3);
  });
});

describe("a topic that leaves the feed", () => {
  test("takes what others wrote, and nothing of one's own", async () => {
    const store = new MemoryStore();
    const [office, device] = [await Office.open(), await tablet(store)];
    const own = await device.capture(note("own"));
    const { told } = await partner(2);
    await device.apply(await office.page(null, "c1", { items: [put(1), block(2, 0, 2, told)] }));
    await device.apply(await office.page("c1", "c2", { items: [gone(3), gone(4, `entries:${VISIT}`)] }));
    expect((await device.known(VISIT)).map((one) => one.hash)).toEqual([own.hash]);
    expect((await device.outbox()).map((one) => one.hash)).toEqual([own.hash]);
    expect((await store.topics()).size).toBe(0);
  });

  test("takes what was shown at the door, and copies of pictures that others took", async () => {
    const store = new MemoryStore();
    const [office, device] = [await Office.open(), await tablet(store)];
    const [theirs, ours, face] = ["1", "2", "3"].map((digit) => digit.repeat(64)) as [string, string, string];
    const mine = await store.keepFile(new Blob(["mine"]), { mime: "image/jpeg", visit: VISIT, name: null });
    const { device: other } = await partner(0);
    const lines: GivenEntry[] = [];
    for (const digest of [theirs, mine.digest]) {
      const body = { digest, bytes: 4, mime: "image/jpeg" };
      const { line } = await other.capture({ type: "photo.add", body, visit: VISIT });
      lines.push({ vseq: lines.length + 1, line: JSON.parse(line) as GivenEntry["line"] });
    }
    for (const digest of [theirs, ours, face, mine.digest]) await store.putCopy(digest, "small", new Blob(["c"]));
    const credential = { photo: face } as never;
    await device.keepCredentials(VISIT, { credentials: [credential], code: "AAAA-BBBB", door: null });
    await device.apply(await office.page(null, "c1", { items: [put(1), block(2, 0, 2, lines)] }));
    await device.apply(await office.page("c1", "c2", { items: [gone(3), gone(4, `entries:${VISIT}`)] }));
    const left = await Promise.all([theirs, ours, face, mine.digest].map((one) => store.copy(one, "small")));
    expect(left.map((one) => one !== null)).toEqual([false, true, false, true]);
    expect(await device.credentials(VISIT)).toBeNull();
  });
});

describe("a snapshot", () => {
  test("replaces what is read and nothing that was written", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    await device.keepCredentials(VISIT, { credentials: [], code: "AAAA-BBBB", door: null });
    await device.keepCredentials(OTHER, { credentials: [], code: "AAAA-BBBB", door: null });
    await device.apply(await office.page(null, "c1", { items: [put(1), put(2, OTHER)] }));
    const own = await device.capture(note("x"));
    await device.applySnapshot([
      { cursor: "s", next: "p", items: [put(1)] },
      { cursor: "later", next: null, items: [] },
    ]);
    expect([await device.cursor(), ...(await device.visits()).keys()]).toEqual(["s", VISIT]);
    expect((await device.outbox()).map((entry) => entry.hash)).toEqual([own.hash]);
    expect(await device.credentials(VISIT)).not.toBeNull();
    expect(await device.credentials(OTHER)).toBeNull();
  });

  test("is asked for by a wrong digest, and puts it right", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const items = [put(1)];
    const digest = feedDigest([[`visit:${VISIT}`, 2]]);
    expect(await device.apply(await office.page(null, "c1", { items, digest }))).toBe(true);
    expect(await device.needsSnapshot()).toBe(true);
    await device.applySnapshot([{ cursor: "s", next: null, items: [put(2)] }]);
    expect(await device.needsSnapshot()).toBe(false);
    expect(await device.replica.digest()).toBe(digest);
  });

  test("with an entry that is not what it names changes nothing", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const { told } = await partner(1);
    await device.apply(await office.page(null, "c1", { items: [put(1), block(2, 0, 1, told)] }));
    const bent = told.map((one) => ({ ...one, line: { ...one.line, b: "{}" } }));
    const pages = [{ cursor: "s", next: null, items: [block(3, 0, 1, bent)] }];
    await expect(device.applySnapshot(pages)).rejects.toThrow(UntrustedAnswerError);
    expect([await device.cursor(), (await device.known(VISIT)).length]).toEqual(["c1", 1]);
  });
});

test("a kind of topic that nobody here knows counts in the digest, and is read by nobody", async () => {
  const [office, device] = [await Office.open(), await tablet()];
  const weather: FeedItem = { topic: "weather:today", seq: 2, op: "put" };
  const digest = feedDigest([
    [`visit:${VISIT}`, 1],
    ["weather:today", 2],
  ]);
  expect(await device.apply(await office.page(null, "c1", { items: [put(1), weather], digest }))).toBe(true);
  expect([await device.needsSnapshot(), (await device.visits()).size]).toEqual([false, 1]);
});

test("whatever is told, the feed has the digest of the topics that stand in it, or asks for a snapshot", async () => {
  const visits = [VISIT, OTHER, "019a0000-0000-7000-8000-0000000000aa"];
  const deed = fc.record({ visit: fc.constantFrom(...visits), put: fc.boolean(), honest: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 12 }), async (deeds) => {
      const [office, device] = [await Office.open(), await tablet()];
      const standing = new Map<string, number>();
      for (const [at, told] of deeds.entries()) {
        const topic = `visit:${told.visit}`;
        if (told.put) standing.set(topic, at + 1);
        else standing.delete(topic);
        const digest = feedDigest(told.honest ? standing : [...standing, ["visit:lost", 1]]);
        const items = [told.put ? put(at + 1, told.visit) : gone(at + 1, topic)];
        await device.apply(await office.page(at === 0 ? null : `c${at}`, `c${at + 1}`, { items, digest }));
      }
      expect(new Map(await device.store.topicNumbers())).toEqual(standing);
      expect(await device.needsSnapshot()).toBe(deeds.some((told) => !told.honest));
    }),
    { numRuns: 20 },
  );
});
