// @vitest-environment node
/** A tablet with many visits reads and counts only what changed; what may go goes, and nothing else. */
import type { FeedItem } from "@contract";
import { get } from "svelte/store";
import { describe, expect, test } from "vitest";
import { tidy } from "../../src/app/tidy";
import { Device } from "../../src/device";
import { FakeServer, VISIT } from "../support/fake-server";
import { MemoryStore } from "../support/memory-store";
import { inTurn, vectorKey, World } from "../support/office";
import { enrolledTablet, PIN, restarted } from "../support/whole-tablet";

const VISITS = 12;
const DAY_MS = 86_400_000;
const id = (n: number) => `019a0000-0000-7000-8000-0000000001${String(n).padStart(2, "0")}`;
/** So many turns of the loop that whatever was begun has ended: nothing here waits for time. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Counts which visits are read whole. */
class CountingStore extends MemoryStore {
  read: string[] = [];

  override entriesOf(visit: string) {
    this.read.push(visit);
    return super.entriesOf(visit);
  }
}

function another(item: FeedItem, n: number): FeedItem {
  if (!item.card) throw new Error("no card");
  return { ...item, topic: `visit:${id(n)}`, card: { ...item.card, id: id(n) } };
}

async function manyVisits() {
  const server = await FakeServer.open();
  const card = server.feed.get(`visit:${VISIT}`);
  if (!card) throw new Error("no card");
  for (let n = 0; n < VISITS; n += 1) server.put(another(card, n));
  const store = new CountingStore();
  const whole = await enrolledTablet(server, store);
  for (let n = 0; n < VISITS; n += 1) await whole.tablet.arrive(id(n), { no_fix: "indoors" });
  await whole.tablet.syncNow();
  await settled();
  store.read = [];
  return { server, whole, store };
}

describe("a tablet with many visits", () => {
  test("lists all of them, and reads one anew when one changed", async () => {
    const { whole, store } = await manyVisits();
    const stages = get(whole.tablet.visits).map((one) => one.stage);
    expect(stages.filter((one) => one === "at_the_door")).toHaveLength(VISITS);
    await whole.tablet.note(id(3), "one");
    await settled();
    expect(new Set(store.read)).toEqual(new Set([id(3)]));
  });

  test("reads none of them when it is opened and nothing changed", async () => {
    const { server, whole, store } = await manyVisits();
    whole.tablet.lock();
    await settled();
    store.read = [];
    const again = restarted(whole, server);
    await again.tablet.unlock(PIN);
    await settled();
    expect(store.read).toEqual([]);
    expect(get(again.tablet.visits).filter((one) => one.stage === "at_the_door")).toHaveLength(VISITS);
  });

  test("tells the days that are left by proven time, and none before any", async () => {
    const { whole } = await manyVisits();
    const [first] = get(whole.tablet.visits);
    const closes = Date.parse(`${first?.card.window.closes ?? ""}T00:00:00+08:00`);
    const today = Date.parse("2026-03-02T00:00:00+08:00");
    expect(first?.daysLeft).toBe(Math.round((closes - today) / DAY_MS));
  });
});

describe("what may be deleted", () => {
  async function published() {
    const server = await FakeServer.open();
    const whole = await enrolledTablet(server);
    await whole.tablet.photo(VISIT, new Blob(["sent"], { type: "image/jpeg" }), {});
    await whole.tablet.syncNow();
    await whole.store.keepFile(new Blob(["not sent"]), { mime: "image/jpeg", visit: VISIT, name: null });
    const device = new Device(whole.store, await vectorKey(), new World(), inTurn());
    const later = async (days: number) => {
      const anchor = { ...{ v: 1, id: `anchor_${String(days).padStart(23, "1")}`, history: server.office.history } };
      const time = new Date(Date.parse("2026-03-02T01:00:00Z") + days * DAY_MS).toISOString();
      await device.keepAnchor(await server.office.signed("insp/anchor/v1", { ...anchor, time }));
    };
    return { server, whole, device, later };
  }

  test("is nothing while the visit is open, however long ago it was", async () => {
    const { device, later } = await published();
    await later(400);
    expect(await tidy(device)).toBe(0);
  });

  test("are the bytes of files that the server has, thirty proven days after the publication", async () => {
    const { server, whole, device, later } = await published();
    server.fails = (_, path) => (path.startsWith("/v1/media") || path.startsWith("/v1/uploads") ? 503 : null);
    server.remove(`visit:${VISIT}`, "published");
    await whole.tablet.syncNow();
    await later(29);
    expect(await tidy(device)).toBe(0);
    await later(31);
    expect(await tidy(device)).toBe(1);
    expect((await whole.store.files()).map((one) => one.complete)).toEqual([false]);
    expect((await whole.store.entries()).map((one) => one.type)).toEqual(["photo.add"]);
  });
});

test("credentials are kept for the door, and asked for again when they are old", async () => {
  const server = await FakeServer.open();
  const whole = await enrolledTablet(server);
  const view = await new Promise<unknown>((resolve) => {
    whole.tablet.visit(VISIT).subscribe((one) => one?.credentials && resolve(one.credentials));
  });
  expect(view).toMatchObject({ code: "7KQ4-M2XD", credentials: [{ name: "王一" }] });
  const before = server.credentials;
  await whole.tablet.syncNow();
  expect(server.credentials).toBe(before + 1);
});
