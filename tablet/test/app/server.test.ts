// @vitest-environment node
/** What the server may do to a tablet: refuse, forget, revoke, take visits away, order it erased. Nothing written goes. */
import { get } from "svelte/store";
import { describe, expect, test } from "vitest";
import { NotKept } from "../../src/app/tablet";
import { FakeServer, problem, VISIT } from "../support/fake-server";
import { RESTORED } from "../support/office";
import { CODE, enrolledTablet, PIN, restarted, wholeTablet, type Whole } from "../support/whole-tablet";

const lines = async ({ store }: Whole) => (await store.entries()).map((one) => one.line).sort();
const there = (server: FakeServer) => [...server.entries.values()].map((one) => one.line).sort();
const settled = () => new Promise((resolve) => setTimeout(resolve));

async function wrote(server: FakeServer, count: number) {
  const whole = await enrolledTablet(server);
  for (let n = 0; n < count; n += 1) await whole.tablet.note(VISIT, `note ${n}`);
  return whole;
}

describe("an enrolment", () => {
  test("whose code is wrong says so, and a second try uses the same key", async () => {
    const server = await FakeServer.open();
    const whole = await wholeTablet(server);
    const wrong = { code: "AAAAAAAAAAAAAAAA", name: "x", pin: PIN };
    await expect(whole.tablet.enrol(wrong)).rejects.toMatchObject({ key: "trouble.enrolment_code" });
    expect(get(whole.tablet.phase)).toBe("new");
    await whole.tablet.enrol({ code: CODE, name: "x", pin: "271828" });
    expect(get(whole.tablet.phase)).toBe("open");
    whole.tablet.lock();
    await settled();
    expect(await whole.tablet.unlock(PIN)).toEqual({ wait: 0, failed: 1 });
    expect(await whole.tablet.unlock("271828")).toBe(true);
  });

  test("that was not heard goes on after a restart", async () => {
    const server = await FakeServer.open();
    const whole = await wholeTablet(server);
    server.fails = () => "unheard";
    await expect(whole.tablet.enrol({ code: CODE, name: "x", pin: PIN })).rejects.toBeInstanceOf(NotKept);
    server.fails = () => null;
    const again = restarted(whole, server);
    await settled();
    expect(get(again.tablet.phase)).toBe("locked");
    expect(await again.tablet.unlock(PIN)).toBe(true);
    expect(get(again.tablet.phase)).toBe("new");
    await again.tablet.enrol({ code: CODE, name: "x", pin: PIN });
    expect(get(again.tablet.me)).toMatchObject({ inspector: "019a0000-0000-7000-8000-000000000003" });
  });
});

describe("verdicts", () => {
  test("are shown with their reasons, and no refusal stops what is behind it", async () => {
    const server = await FakeServer.open();
    const whole = await enrolledTablet(server);
    server.verdictOf = (_, type) => {
      if (type === "arrive") return { verdict: "refused", reasons: ["too-large"] };
      return type === "leave" ? { verdict: "flagged", reasons: ["clock-suspect"] } : { verdict: "accepted" };
    };
    await whole.tablet.arrive(VISIT, { no_fix: "indoors" });
    await whole.tablet.leave(VISIT, { no_fix: "indoors" });
    await whole.tablet.note(VISIT, "ok");
    await whole.tablet.syncNow();
    expect((await whole.store.entries()).map((one) => one.custody)).toEqual(["refused", "server", "server"]);
    expect(get(whole.tablet.sync)).toMatchObject({ entries: 0, refused: 1 });
    expect(get(whole.tablet.visits)[0]).toMatchObject({ remarked: 2 });
    const refused = get(whole.tablet.log("refused", 10));
    expect(refused.total).toBe(0);
    const found = await new Promise((resolve) => {
      whole.tablet.log("refused", 10).subscribe((log) => log.total > 0 && resolve(log));
    });
    expect(found).toMatchObject({
      total: 1,
      entries: [{ type: "arrive", reasons: ["too-large"], verdict: "refused" }],
    });
  });

  test("of later are asked for again", async () => {
    const server = await FakeServer.open();
    const whole = await wrote(server, 2);
    server.verdictOf = () => ({ verdict: "later", reasons: ["busy"] });
    await whole.tablet.syncNow();
    expect(get(whole.tablet.sync).entries).toBe(2);
    server.verdictOf = () => ({ verdict: "accepted" });
    await whole.tablet.syncNow();
    expect(there(server)).toEqual(await lines(whole));
  });

  test("on a push that is too large for something in between come in smaller ones", async () => {
    const server = await FakeServer.open();
    const whole = await wrote(server, 5);
    let tries = 0;
    server.fails = (_, path) => (path === "/v1/sync/push" && (tries += 1) < 3 ? problem(413, "too-large") : null);
    await whole.tablet.syncNow();
    expect(there(server)).toEqual(await lines(whole));
  });
});

describe("a server that was restored", () => {
  test("is given again what it lost, though it was acknowledged", async () => {
    const server = await FakeServer.open();
    const whole = await wrote(server, 4);
    await whole.tablet.syncNow();
    expect(server.entries.size).toBe(4);
    server.restore(RESTORED, (one) => one.seq <= 2);
    await whole.tablet.syncNow();
    await whole.tablet.syncNow();
    expect(there(server)).toEqual(await lines(whole));
    expect((await whole.store.entries()).every((one) => one.custody === "server")).toBe(true);
  });

  test("and does not know it is found out by its own receipt", async () => {
    const server = await FakeServer.open();
    const whole = await wrote(server, 3);
    await whole.tablet.syncNow();
    server.restore(server.office.history, (one) => one.seq <= 1);
    await whole.tablet.note(VISIT, "after");
    await whole.tablet.syncNow();
    expect(there(server)).toEqual(await lines(whole));
  });
});

test("a visit is shown to everybody who follows it from the first moment after the lock", async () => {
  const server = await FakeServer.open();
  const whole = await wrote(server, 1);
  await whole.tablet.syncNow();
  server.fails = () => "lost";
  const again = restarted(whole, server);
  await settled();
  expect(await again.tablet.unlock(PIN)).toBe(true);
  const seen = () =>
    new Promise((resolve) => {
      again.tablet.visit(VISIT).subscribe((one) => one !== null && resolve(one.card.id));
    });
  expect(await Promise.all([seen(), seen()])).toEqual([VISIT, VISIT]);
});

describe("a tablet that was revoked", () => {
  test("reads no more and hands in what it holds", async () => {
    const server = await FakeServer.open();
    const whole = await wrote(server, 2);
    server.self = { revoked: true, submit_until: "2026-03-09T01:00:00Z" };
    await whole.tablet.syncNow();
    expect(there(server)).toEqual(await lines(whole));
    const state = get(whole.tablet.sync);
    expect(state).toMatchObject({ standing: "revoked", submitUntil: "2026-03-09T01:00:00Z", entries: 0 });
    server.asked.length = 0;
    await whole.tablet.note(VISIT, "still written");
    await whole.tablet.syncNow();
    expect(there(server)).toEqual(await lines(whole));
    expect(server.asked.filter((one) => one.includes("pull"))).toEqual([]);
  });
});

test("an app that is too old goes on handing in", async () => {
  const server = await FakeServer.open();
  const whole = await wrote(server, 1);
  server.readingFails = problem(426, "client-too-old");
  await whole.tablet.syncNow();
  expect(server.entries.size).toBe(1);
  expect(get(whole.tablet.sync)).toMatchObject({ standing: "too_old", trouble: { key: "trouble.too_old" } });
});

describe("a visit that leaves the tablet", () => {
  test("can be read and not written, and what was written in it is handed in", async () => {
    const server = await FakeServer.open();
    const whole = await wrote(server, 1);
    server.remove(`visit:${VISIT}`, "recused");
    server.remove(`entries:${VISIT}`, "recused");
    await whole.tablet.syncNow();
    expect(there(server)).toEqual(await lines(whole));
    expect(get(whole.tablet.visits)).toMatchObject([{ stage: "over", card: { id: VISIT } }]);
    await expect(whole.tablet.note(VISIT, "no")).rejects.toMatchObject({ key: "trouble.visit_closed" });
    const view = await new Promise((resolve) => {
      whole.tablet.visit(VISIT).subscribe((one) => one !== null && resolve(one));
    });
    expect(view).toMatchObject({ closed: "recused", history: [{ type: "note.add", own: true }] });
  });

  test("and was erased by law, or in which nothing was written, leaves nothing", async () => {
    const server = await FakeServer.open();
    const whole = await wrote(server, 1);
    server.remove(`visit:${VISIT}`, "erased");
    await whole.tablet.syncNow();
    expect(get(whole.tablet.visits)).toEqual([]);
    expect((await whole.store.entries()).length).toBe(1);
    const other = await FakeServer.open();
    const idle = await enrolledTablet(other);
    other.remove(`visit:${VISIT}`, "reassigned");
    await idle.tablet.syncNow();
    expect(get(idle.tablet.visits)).toEqual([]);
  });
});

describe("an order to erase", () => {
  const order = { order: "019a0000-0000-7000-8000-0000000000aa", ordered_at: "2026-03-02T01:00:00Z" };

  test("waits until nothing is here alone, then leaves nothing and burns the safe", async () => {
    const server = await FakeServer.open();
    const whole = await wrote(server, 2);
    const written = await lines(whole);
    await whole.store.keepFile(new Blob(["film"]), { mime: "video/mp4", visit: VISIT, name: null });
    server.self = { revoked: false, wipe: { ...order, also_unsent: false } };
    server.fails = (_, path) => (path.startsWith("/v1/media") ? 503 : null);
    await whole.tablet.syncNow();
    expect([get(whole.tablet.phase), get(whole.tablet.sync).standing]).toEqual(["open", "wipe_ordered"]);
    expect((await whole.store.entries()).length).toBe(2);
    server.fails = () => null;
    await whole.tablet.syncNow();
    await settled();
    expect(there(server)).toEqual(written);
    expect([get(whole.tablet.phase), whole.safe.burned]).toEqual(["wiped", 1]);
    expect(JSON.parse(server.wiped ?? "{}")).toMatchObject({ order: order.order, lost_entries: 0, lost_files: 0 });
    expect(await whole.store.entries()).toEqual([]);
    await expect(whole.tablet.note(VISIT, "no")).rejects.toBeInstanceOf(NotKept);
  });

  test("is acknowledged after a restart when the answer was lost", async () => {
    const server = await FakeServer.open();
    const whole = await wrote(server, 1);
    server.self = { revoked: false, wipe: { ...order, also_unsent: false } };
    server.fails = (_, path) => (path === "/v1/devices/wiped" ? "lost" : null);
    await whole.tablet.syncNow();
    await settled();
    expect([get(whole.tablet.phase), whole.safe.burned]).toEqual(["wiped", 0]);
    server.fails = () => null;
    const again = restarted(whole, server);
    expect(await again.tablet.unlock(PIN)).toBe(true);
    expect(get(again.tablet.phase)).toBe("wiped");
    await again.tablet.syncNow();
    await settled();
    expect(whole.safe.burned).toBe(1);
    expect(server.wiped).not.toBeNull();
  });

  test("that gives up what is unsent does so only after several tries", async () => {
    const server = await FakeServer.open();
    const whole = await wrote(server, 1);
    server.self = { revoked: false, wipe: { ...order, also_unsent: true } };
    server.fails = (_, path) => (path === "/v1/sync/push" ? 500 : null);
    for (let tries = 1; tries <= 3; tries += 1) {
      expect((await whole.store.entries()).length).toBe(1);
      await whole.tablet.syncNow();
    }
    await settled();
    expect(JSON.parse(server.wiped ?? "{}")).toMatchObject({ lost_entries: 1 });
    expect(get(whole.tablet.phase)).toBe("wiped");
  });
});
