// @vitest-environment node
/** A poke of the server makes the tablet pull; a stream that breaks is opened again, later and later. */
import { get } from "svelte/store";
import { expect, test } from "vitest";
import { FakeServer, VISIT } from "../support/fake-server";
import { enrolledTablet } from "../support/whole-tablet";

async function turns(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** As long as it takes: the end of the test is the only clock. */
async function until(good: () => boolean): Promise<void> {
  while (!good()) await new Promise((resolve) => setImmediate(resolve));
}

const EVENT = new TextEncoder().encode("event: feed\nid: 9\nda");
const REST = new TextEncoder().encode('ta: {"head":9}\n\n: still here\n\n');

test("a poke, also one that comes in two pieces, makes the tablet pull", async () => {
  const server = await FakeServer.open();
  let stream: ReadableStreamDefaultController<Uint8Array> | null = null;
  server.fails = (_, path) => {
    if (path !== "/v1/sync/events" || stream) return null;
    return new Response(new ReadableStream<Uint8Array>({ start: (made) => void (stream = made) }));
  };
  const whole = await enrolledTablet(server);
  await until(() => stream !== null);
  const card = server.feed.get(`visit:${VISIT}`);
  if (!card?.card) throw new Error("no card");
  server.put({ ...card, card: { ...card.card, state: "returned", returned_because: "请补拍" } });
  const open = stream as ReadableStreamDefaultController<Uint8Array> | null;
  open?.enqueue(EVENT);
  await turns();
  whole.timers.move(0);
  await turns();
  expect(get(whole.tablet.visits)[0]?.stage).toBe("not_begun");
  open?.enqueue(REST);
  await until(() => whole.timers.next <= whole.timers.now);
  whole.timers.move(0);
  await until(() => get(whole.tablet.visits)[0]?.stage === "returned");
  expect(get(whole.tablet.visits)[0]?.card.returned_because).toBe("请补拍");
});

test("a stream that breaks is opened again after a pause, and none while the tablet is revoked", async () => {
  const server = await FakeServer.open();
  server.fails = (_, path) => (path === "/v1/sync/events" ? 503 : null);
  const whole = await enrolledTablet(server);
  const opened = () => server.asked.filter((one) => one.endsWith("/events")).length;
  await until(() => whole.timers.next <= 10_000);
  const before = opened();
  whole.timers.move(9_999);
  await turns();
  expect(opened()).toBe(before);
  whole.timers.move(1);
  await until(() => opened() > before);
  await until(() => whole.timers.next < 60_000);
  server.self = { revoked: true };
  await whole.tablet.syncNow();
  whole.timers.move(60_000);
  await turns();
  expect(opened()).toBe(before + 1);
});
