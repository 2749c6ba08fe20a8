// @vitest-environment node
/** The device on the sealed database that a tablet has: transactions that end by themselves are the hard part. */
import type { NoticeNumbersAnswer, PullAnswer } from "@contract";
import { expect, test } from "vitest";
import { Device, NotEnrolledError, type Draft } from "../../src/device";
import type { LocalStore } from "../../src/store/ports";
import { entrySigned, parseEntry, parseLine, readPull } from "../../src/wire";
import { freshStore, openAgain } from "../store/open-store";
import { inTurn, Office, OTHER, RESTORED, tablet, VISIT, World } from "../support/office";
import { example } from "../support/vectors";

const note = (text: string): Draft => ({ type: "note.add", body: { text }, visit: VISIT });
const serve = (number: string): Draft => ({ type: "notice.serve", body: { number, how: "shown" }, visit: VISIT });
const NUMBERS: NoticeNumbersAnswer = {
  ...{ year: 2026, before: "告〔2026〕", after: "号", digits: 6 },
  blocks: [{ first: 1, last: 50 }],
};

/** Two windows of one tablet. */
async function windows(): Promise<{ one: Device; other: Device; store: LocalStore }> {
  const { name, store } = await freshStore();
  const one = await tablet(store);
  const again = await openAgain(name);
  return { one, other: new Device(again.store, one.key, new World("other"), inTurn()), store };
}

test("two windows that write at once leave one log, and every number of a notice is given out once", async () => {
  const { one, other, store } = await windows();
  await one.keepNumbers(NUMBERS);
  const written = await Promise.all([
    ...[one, other, one, other].map((device) => device.captureNumbered(serve).then(({ number }) => number)),
    ...[one, other, one, other].map((device) => device.capture(note("x")).then(({ seq }) => seq)),
  ]);
  expect(new Set(written).size).toBe(8);
  const entries = (await store.entries()).map((entry) => parseEntry(parseLine(entry.line)));
  expect(entries.map((entry) => entry.header.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(entries.map((entry) => entry.header.prev ?? null)).toEqual([
    null,
    ...entries.slice(0, -1).map((entry) => entry.hash),
  ]);
  for (const entry of entries) expect(await entrySigned(one.key.jwk, entry.line)).toBe(true);
  expect(await other.numbersLeft()).toBe(46);
});

test("the published page is applied with its cursor, and a snapshot replaces it", async () => {
  const { one, other } = await windows();
  const page = readPull(example<{ answer: PullAnswer }>("pull").answer);
  expect((await Promise.all([one.apply(page), other.apply(page)])).filter(Boolean)).toHaveLength(1);
  expect([await other.cursor(), ...(await other.visits()).keys()]).toEqual([page.to, VISIT]);
  const known = (await other.known(VISIT)).length;
  expect(known).toBeGreaterThan(0);
  const office = await Office.open();
  const gone = [{ topic: `visit:${VISIT}`, seq: 9, op: "remove" as const }];
  await other.apply(await office.page(page.to, "c2", { items: gone }));
  expect((await one.visits()).size).toBe(0);
  await one.applySnapshot([{ cursor: "s", next: null, items: page.items.filter((item) => item.op === "put") }]);
  expect(await other.known(VISIT)).toHaveLength(known);
});

test("verdicts, a restore, a fork and the comparison of logs are kept", async () => {
  const { one, other } = await windows();
  const office = await Office.open();
  for (const text of ["1", "2", "3"]) await one.capture(note(text));
  const batch = await one.outbox();
  expect(await one.settle(batch, await office.took(batch))).toBe(3);
  office.history = RESTORED;
  await other.keepAnchor(await office.anchor(9));
  expect(await one.serverWasRestored()).toBe(true);
  const state = { seq: 1, hash: batch[0]?.hash ?? null };
  expect(await one.offerAgain(office.inventory(state, [{ first: 2, last: 3 }]))).toBe(2);
  expect((await other.outbox()).map((entry) => entry.seq)).toEqual([2, 3]);
  expect(await one.offerAgain(office.inventory({ ...state, forked: true }))).toBe(1);
  expect(await other.capture(note("behind the fork"))).toMatchObject({ ep: 2, seq: 2 });
});

test("an entry whose companion changes its mind is not kept, and leaves no trace", async () => {
  const { one, store } = await windows();
  let tries = 0;
  const alongside = async (): Promise<boolean> => {
    tries += 1;
    await store.remember("companion", String(tries));
    return tries > 2;
  };
  await one.captureWith(async () => ({ draft: note("x"), alongside }));
  expect([await store.count("own"), await store.recall("companion")]).toEqual([1, "3"]);
});

test("an erased tablet says so after a restart, and writes nothing any more", async () => {
  const { one, other, store } = await windows();
  await one.capture(note("x"));
  await one.erase({ order: OTHER, ordered_at: "2026-03-02T01:00:00Z", also_unsent: true });
  expect(await other.acknowledgement()).not.toBeNull();
  await expect(other.capture(note("y"))).rejects.toThrow(NotEnrolledError);
  expect(await store.entries()).toEqual([]);
  await other.forgetAll();
  expect(await one.acknowledgement()).toBeNull();
});
