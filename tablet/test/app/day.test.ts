// @vitest-environment node
/** A whole day with the tablet, with something failing at each point of it: nothing written is ever lost. */
import { get } from "svelte/store";
import { describe, expect, test } from "vitest";
import { NotKept, type Tablet, type VisitView } from "../../src/app/tablet";
import { StorageFull } from "../../src/store/errors";
import { sha, shaHex, utf8 } from "../../src/wire";
import { FakeServer, VISIT, type Failure } from "../support/fake-server";
import { MemoryStore } from "../support/memory-store";
import { CODE, PIN, wholeTablet, type Whole } from "../support/whole-tablet";

const SMALL = new Uint8Array(2_000).fill(7);
const LARGE = new Uint8Array((1 << 20) + 70_000).map((_, at) => at % 251);
/** In place of the large one, where its size is not what is tried. */
const SMALL_TOO = new Uint8Array(3_000).fill(9);
const jpeg = (bytes: Uint8Array<ArrayBuffer>) => new Blob([bytes], { type: "image/jpeg" });
const MOST_TRIES = 40;
/** Hundreds of days, on machines that have other things to do. */
const PATIENT = { timeout: 120_000 };

/** As a person does: tries again until it is kept. What fails must be `NotKept`. */
async function insisting<T>(verb: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await verb();
    } catch (error) {
      expect(error).toBeInstanceOf(NotKept);
      if (tries === MOST_TRIES) throw error;
    }
  }
}

function viewOf(tablet: Tablet): Promise<VisitView> {
  return new Promise((resolve) => {
    const end = tablet.visit(VISIT).subscribe((view) => {
      if (view === null) return;
      resolve(view);
      queueMicrotask(() => end());
    });
  });
}

/** From the enrolment to the submission. */
async function day({ tablet }: Whole, large: Uint8Array<ArrayBuffer>): Promise<void> {
  await insisting(() => tablet.enrol({ code: CODE, name: "平板一", pin: PIN }));
  for (let tries = 0; get(tablet.visits).length === 0 && tries < MOST_TRIES; tries += 1) await tablet.syncNow();
  const view = await viewOf(tablet);
  const [task] = view.card.tasks;
  if (!task) throw new Error("no task");
  const point = (item: string) => ({ task, item });
  await insisting(() => tablet.open(VISIT));
  await insisting(() => tablet.arrive(VISIT, { no_fix: "indoors" }));
  await insisting(() => tablet.serveNotice(VISIT, { how: "shown", lang: "zh", number: "示检告〔2026〕0007号" }));
  await insisting(() => tablet.answer(VISIT, point("pc.01"), { value: "no", comment: "未备案" }));
  const photo = await insisting(() => tablet.photo(VISIT, jpeg(SMALL), { point: point("pc.02"), caption: "章程" }));
  await insisting(() => tablet.answer(VISIT, point("pc.02"), { value: "yes", media: [photo] }));
  await tablet.syncNow();
  await insisting(() => tablet.answer(VISIT, point("pc.01"), { value: "yes", comment: "当场出示" }));
  await insisting(() => tablet.photo(VISIT, jpeg(large), {}));
  await insisting(() => tablet.note(VISIT, "现场秩序良好"));
  const ink = {
    width: 300,
    height: 100,
    pointer: "pen",
    pressure: false,
    strokes: [Array.from({ length: 9 }, (_, at) => [100 * at, 50 * at, at, 0])],
  };
  await insisting(() => tablet.sign(VISIT, { role: "representative", name: "李四", ink, doc: shaHex(SMALL) }));
  await insisting(() => tablet.leave(VISIT, { no_fix: "indoors" }));
  await insisting(() => tablet.submit(VISIT));
}

async function untilSent({ tablet, store }: Whole): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    await tablet.syncNow();
    const alone = (await store.entries("own")).length + (await store.files({ incomplete: true })).length;
    if (alone === 0) return;
  }
  throw new Error("something is still only here");
}

const WRITTEN = [
  ...["visit.open", "arrive", "notice.serve", "answer.set", "photo.add", "answer.set", "answer.set", "photo.add"],
  ...["note.add", "signature", "leave", "submit"],
];

/** Everything is there, byte for byte, once. */
async function allArrived(server: FakeServer, { store }: Whole, large: Uint8Array): Promise<void> {
  const own = await store.entries();
  expect(own.map((one) => one.type)).toEqual(WRITTEN);
  expect(own.map((one) => one.custody)).toEqual(own.map(() => "server"));
  expect([...server.entries.values()].map((one) => one.line).sort()).toEqual(own.map((one) => one.line).sort());
  for (const bytes of [SMALL, large])
    expect(Buffer.compare(server.media.get(shaHex(bytes)) ?? SMALL.subarray(1), bytes)).toBe(0);
  expect((await store.files()).every((one) => one.complete)).toBe(true);
}

async function lived(fails: (request: number) => Failure, { store = new MemoryStore(), large = LARGE } = {}) {
  const server = await FakeServer.open();
  server.fails = fails;
  const whole = await wholeTablet(server, store);
  await day(whole, large);
  await untilSent(whole);
  await allArrived(server, whole, large);
  return { server, whole };
}

describe("a day", PATIENT, () => {
  test("ends with everything at the server, and nothing that failed", async () => {
    const { server, whole } = await lived(() => null);
    expect(whole.troubles).toEqual([]);
    expect(get(whole.tablet.sync)).toMatchObject({
      entries: 0,
      files: 0,
      bytes: 0,
      refused: 0,
      trouble: null,
      standing: "good",
    });
    expect(get(whole.tablet.visits)[0]).toMatchObject({
      stage: "submitted",
      answered: 2,
      asked: 2,
      unsent: { entries: 0, files: 0 },
    });
    expect(server.asked.length).toBeGreaterThan(20);
  });

  test.each(["lost", "unheard", 500] as const)("survives each of its requests being %s", async (how) => {
    const { server } = await lived(() => null);
    const requests = server.asked.length + 2;
    for (let n = 1; n <= requests; n += 1) await lived((request) => (request === n ? how : null));
  });

  test("survives a network on which half of all requests fail", async () => {
    for (let seed = 0; seed < 12; seed += 1) {
      const dice = (request: number) => sha(utf8(`${seed} ${request}`))[0] ?? 0;
      const ways: readonly Failure[] = ["lost", "unheard", 503, null];
      await lived((request) => (dice(request) < 128 ? (ways[dice(request) % 4] ?? null) : null));
    }
  });

  test("survives a store that fails at every second of its writes", async () => {
    let writes = 0;
    const counted = new MemoryStore();
    counted.fails = () => void (writes += 1);
    await lived(() => null, { store: counted, large: SMALL_TOO });
    for (let n = 1; n <= writes; n += 2) {
      const store = new MemoryStore();
      let at = 0;
      store.fails = () => {
        at += 1;
        if (at === n) throw new StorageFull();
      };
      await lived(() => null, { store, large: SMALL_TOO });
    }
  });
});
