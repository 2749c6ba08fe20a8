// @vitest-environment node
/** Files go up one at a time, go on where they broke off, and stay here until the server has them whole. */
import { get } from "svelte/store";
import { describe, expect, test } from "vitest";
import { shaHex } from "../../src/wire";
import { FakeServer, problem, VISIT } from "../support/fake-server";
import { enrolledTablet, restarted, type Whole } from "../support/whole-tablet";

const MIB = 1 << 20;
const bytes = (length: number, salt: number) => new Uint8Array(length).map((_, at) => (at * 31 + salt) % 251);
const LARGE = bytes(2 * MIB + 5, 1);
const OTHER = bytes(MIB + 9, 2);
const SMALL = bytes(900, 3);

const keep = ({ store }: Whole, content: Uint8Array<ArrayBuffer>) =>
  store.keepFile(new Blob([content]), { mime: "video/mp4", visit: VISIT, name: null });

async function started(contents: readonly Uint8Array<ArrayBuffer>[]) {
  const server = await FakeServer.open();
  const whole = await enrolledTablet(server);
  for (const one of contents) await keep(whole, one);
  server.asked.length = 0;
  return { server, whole };
}
const asked = (server: FakeServer, method: string, part: string) =>
  server.asked.filter((one) => one.startsWith(`${method} `) && one.includes(part)).length;
const has = (server: FakeServer, content: Uint8Array) => {
  const got = server.media.get(shaHex(content));
  return got !== undefined && Buffer.compare(got, content) === 0;
};

describe("files", () => {
  test("go up in one request when they are small, and in pieces when they are not", async () => {
    const { server, whole } = await started([SMALL, LARGE]);
    await whole.tablet.syncNow();
    expect([has(server, SMALL), has(server, LARGE)]).toEqual([true, true]);
    expect([asked(server, "PUT", "media"), asked(server, "PATCH", "uploads")]).toEqual([1, 3]);
    expect(await whole.store.files({ incomplete: true })).toEqual([]);
    // Counted a moment after it was kept; the end of the test is the only clock.
    while (get(whole.tablet.queue).length > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  test("that the server has are not sent", async () => {
    const { server, whole } = await started([SMALL, LARGE]);
    for (const one of [SMALL, LARGE]) server.media.set(shaHex(one), one);
    await whole.tablet.syncNow();
    expect([asked(server, "PUT", "media/"), asked(server, "PATCH", "uploads")]).toEqual([0, 0]);
    expect(await whole.store.files({ incomplete: true })).toEqual([]);
  });

  test("go on behind the last piece after the app was killed", async () => {
    const { server, whole } = await started([LARGE]);
    let pieces = 0;
    server.fails = (_, path) => (path.startsWith("/v1/uploads/") && (pieces += 1) === 3 ? "lost" : null);
    await whole.tablet.syncNow();
    const [row] = await whole.store.files();
    expect(row).toMatchObject({ sent: 2 * MIB, complete: false });
    expect(row?.address).toContain("/v1/uploads/");
    server.fails = () => null;
    server.asked.length = 0;
    const again = restarted(whole, server);
    await again.tablet.unlock("314159");
    await again.tablet.syncNow();
    expect(has(server, LARGE)).toBe(true);
    expect([asked(server, "POST", "/v1/uploads"), asked(server, "PATCH", "uploads")]).toEqual([0, 1]);
  });

  test("go on where the server stands when it stands elsewhere", async () => {
    const { server, whole } = await started([LARGE]);
    let pieces = 0;
    // The piece is taken, its answer is not heard.
    server.fails = (_, path) => (path.startsWith("/v1/uploads/") && (pieces += 1) === 2 ? "unheard" : null);
    await whole.tablet.syncNow();
    await whole.tablet.syncNow();
    expect(has(server, LARGE)).toBe(true);
    expect(asked(server, "PATCH", "uploads")).toBe(3);
  });

  test("begin anew when the server knows the upload no more", async () => {
    const { server, whole } = await started([LARGE]);
    let pieces = 0;
    server.fails = (_, path) => (path.startsWith("/v1/uploads/") && (pieces += 1) === 2 ? "lost" : null);
    await whole.tablet.syncNow();
    server.fails = () => null;
    server.uploads.clear();
    await whole.tablet.syncNow();
    expect(has(server, LARGE)).toBe(true);
  });

  test("of which one is refused keep no other waiting, and the refused one stays", async () => {
    const { server, whole } = await started([SMALL, OTHER]);
    server.fails = (_, path) => (path === `/v1/media/${shaHex(SMALL)}` ? problem(413, "too-large") : null);
    await whole.tablet.syncNow();
    expect([has(server, SMALL), has(server, OTHER)]).toEqual([false, true]);
    expect((await whole.store.files({ incomplete: true })).map((one) => one.digest)).toEqual([shaHex(SMALL)]);
    expect(get(whole.tablet.sync)).toMatchObject({ files: 1, trouble: { code: "too-large" } });
  });

  test("that arrived damaged are sent again from their first byte", async () => {
    const { server, whole } = await started([OTHER]);
    let ends = 0;
    server.fails = (_, path) =>
      path.startsWith("/v1/uploads/") && (ends += 1) === 2 ? problem(422, "digest-mismatch") : null;
    await whole.tablet.syncNow();
    expect((await whole.store.files())[0]).toMatchObject({ address: null, sent: 0, complete: false });
    expect(get(whole.tablet.sync).trouble).toMatchObject({ key: "trouble.file_differs", code: "digest-mismatch" });
    server.uploads.clear();
    await whole.tablet.syncNow();
    expect(has(server, OTHER)).toBe(true);
  });

  test("that were begun are finished when the server takes no more new ones", async () => {
    const { server, whole } = await started([SMALL, LARGE]);
    let pieces = 0;
    server.fails = (_, path) => (path.startsWith("/v1/uploads/") && (pieces += 1) === 2 ? "lost" : null);
    await whole.tablet.syncNow();
    await keep(whole, OTHER);
    server.fails = (_, path) => (path === "/v1/uploads" ? problem(503, "upload-quota", { "Retry-After": "30" }) : null);
    await whole.tablet.syncNow();
    expect([has(server, LARGE), has(server, OTHER)]).toEqual([true, false]);
    expect(get(whole.tablet.sync).trouble).toMatchObject({ code: "upload-quota" });
    expect((await whole.store.files({ incomplete: true })).map((one) => one.digest)).toEqual([shaHex(OTHER)]);
  });

  test("wait while they are paused, and entries do not", async () => {
    const { server, whole } = await started([SMALL]);
    whole.tablet.pause(true);
    await whole.tablet.note(VISIT, "ok");
    await whole.tablet.syncNow();
    expect([has(server, SMALL), server.entries.size]).toEqual([false, 1]);
    expect(get(whole.tablet.sync)).toMatchObject({ paused: true, files: 1, entries: 0 });
    whole.tablet.pause(false);
    await whole.tablet.syncNow();
    expect(has(server, SMALL)).toBe(true);
  });

  test("stop between two pieces when they are paused, and go on there", async () => {
    const { server, whole } = await started([LARGE]);
    let pieces = 0;
    server.fails = (_, path) => {
      if (path.startsWith("/v1/uploads/") && (pieces += 1) === 2) whole.tablet.pause(true);
      return null;
    };
    await whole.tablet.syncNow();
    expect(has(server, LARGE)).toBe(false);
    expect(get(whole.tablet.sync).trouble).toBeNull();
    whole.tablet.pause(false);
    await whole.tablet.syncNow();
    expect(has(server, LARGE)).toBe(true);
    expect(asked(server, "POST", "/v1/uploads")).toBe(1);
  });

  test("wait for Wi-Fi if that is wished, where the network is known to cost", async () => {
    const { server, whole } = await started([SMALL]);
    whole.tablet.wifiOnly(true);
    whole.connection = "metered";
    await whole.tablet.syncNow();
    expect(has(server, SMALL)).toBe(false);
    expect(get(whole.tablet.sync)).toMatchObject({ connection: "metered", trouble: { key: "trouble.waits_for_wifi" } });
    whole.connection = "unknown";
    await whole.tablet.syncNow();
    expect(has(server, SMALL)).toBe(true);
    expect(get(whole.tablet.sync)).toMatchObject({ connection: "unknown", wifiOnly: true, trouble: null });
  });

  test("and entries keep nothing of each other waiting", async () => {
    const { server, whole } = await started([SMALL]);
    await whole.tablet.note(VISIT, "ok");
    server.fails = (_, path) => (path === "/v1/sync/push" ? 500 : null);
    await whole.tablet.syncNow();
    expect([has(server, SMALL), server.entries.size]).toEqual([true, 0]);
    server.fails = (_, path) => (path.startsWith("/v1/media") ? 500 : null);
    await keep(whole, OTHER);
    await whole.tablet.syncNow();
    expect(server.entries.size).toBe(1);
  });
});
