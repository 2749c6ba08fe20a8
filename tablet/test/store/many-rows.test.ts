// @vitest-environment node
import { beforeAll, expect, test } from "vitest";
import type { LocalStore } from "../../src/store/ports";
import { CUSTODY, type EntryRow, type Sealed } from "../../src/store/schema";
import { freshStore, PATIENT } from "./open-store";
import { countReads, rawDatabase, rawPut } from "./raw";

/** How many rows are read does not depend on it: ten times as many are read as seldom. */
const ENTRIES = 10_000;
const OWN = 30;
const VISITS = 1000;

let store: LocalStore;

/** An index whose rows cannot be found but by it shows by how many rows are handed out, not by how long it takes. */
async function rowsRead(ask: () => Promise<unknown>): Promise<Record<string, number>> {
  const end = countReads();
  await ask();
  return end();
}

beforeAll(async () => {
  const fresh = await freshStore();
  store = fresh.store;
  await store.append({ hash: "model", ep: 3, seq: 1, visit: null, type: "note", line: "l" });
  await store.settle("model", "own", "held", []);
  for (let vseq = 1; vseq <= 40; vseq += 1) {
    await store.hear("visit 7", [{ hash: "h", vseq, line: "l", uncounted: [] }]);
    await store.hear("visit 8", [{ hash: "h", vseq, line: "l", uncounted: [] }]);
  }
  await store.step(async () => {
    for (let at = 0; at < 20; at += 1)
      for (const kind of ["visit", "entries", "checklist"]) await store.putTopic(`${kind}:${String(at)}`, at, "card");
  });
  const db = await rawDatabase(fresh.name);
  const table = db.transaction("entries", "readwrite").objectStore("entries");
  // What is never unsealed here need not be sealed.
  const sealed: Sealed = new Uint8Array(1);
  for (let at = 0; at < ENTRIES; at += 1) {
    const custody = at >= ENTRIES - OWN ? CUSTODY.own : CUSTODY.server;
    const row: EntryRow = {
      hash: `h${String(at)}`,
      ep: 1 + (at % 2),
      seq: 1 + (at >> 1),
      visit: `visit ${String(at % VISITS)}`,
      custody,
      sealed,
      told: null,
    };
    table.add(row);
  }
  await new Promise((resolve) => (table.transaction.oncomplete = resolve));
  db.close();
  const tallies = [
    { custody: CUSTODY.own, entries: OWN + 1 },
    { custody: CUSTODY.server, entries: ENTRIES - OWN },
  ];
  await rawPut(fresh.name, "tallies", ...tallies);
}, PATIENT.timeout);

test("counts read no entry at all", async () => {
  let counts: number[] = [];
  const read = await rowsRead(async () => {
    counts = [await store.count("own"), await store.count("server"), await store.count("own", "visit 999")];
  });
  expect(counts).toEqual([OWN + 1, ENTRIES - OWN, 1]);
  expect(read).toEqual({ tallies: 2 });
});

test("the outbox, the newest and the incarnations read as many rows as they tell", async () => {
  const failing = async (ask: Promise<unknown>) => ask.catch(() => "unsealed bytes of this test");
  expect(await rowsRead(() => failing(store.entries("own", 10)))).toEqual({ entries: 10 });
  expect(await rowsRead(() => failing(store.entries("own")))).toEqual({ entries: OWN + 1 });
  expect(await rowsRead(() => failing(store.entriesOf("visit 5")))).toEqual({ entries: ENTRIES / VISITS });
  expect(await rowsRead(() => failing(store.newest(1)))).toEqual({ entries: 1 });
  expect(await rowsRead(() => failing(store.newest(2, 400)))).toEqual({ entries: 1 });
  expect(await rowsRead(() => store.inCustody(1, 77))).toEqual({ entries: 1 });
  expect(await rowsRead(() => store.epochs())).toEqual({ entries: 3 });
  expect(await store.epochs()).toEqual([1, 2, 3]);
  expect(await rowsRead(() => store.settle("model", "own", "held", []))).toEqual({ entries: 1 });
  expect(await rowsRead(() => store.append({ hash: "new", ep: 3, seq: 2, visit: null, type: "t", line: "l" }))).toEqual(
    {
      tallies: 1,
    },
  );
});

test("what the server lacks after all is found by its numbers", async () => {
  expect(await rowsRead(() => store.reclaim(1, 101, 105))).toEqual({ entries: 5, tallies: 2 });
  expect(await store.count("own")).toBe(OWN + 2 + 5);
});

test("topics by the beginning of their name, and a visit's entries, read nothing else", async () => {
  expect(await rowsRead(() => store.topics("checklist:"))).toEqual({ topicTexts: 20 });
  expect(await rowsRead(() => store.topics("visit:1"))).toEqual({ topicTexts: 11 });
  expect(await rowsRead(() => store.topicNumbers())).toEqual({ topics: 60 });
  expect(await rowsRead(() => store.heard("visit 7"))).toEqual({ heard: 40 });
  expect(await rowsRead(() => store.forgetHeard("visit 7", 10, 20))).toEqual({});
  expect(await rowsRead(() => store.heard("visit 7"))).toEqual({ heard: 30 });
});
