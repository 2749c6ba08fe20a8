// @vitest-environment node
/** The whole tablet on the sealed store: what is written survives lock, kill and a full disk. */
import { get } from "svelte/store";
import { describe, expect, test } from "vitest";
import type { SyncState, VisitView } from "../../src/app/tablet";
import { FakeServer, VISIT } from "../support/fake-server";
import { CODE, PIN, tabletOn } from "../support/whole-tablet";
import { freshName, quickSafe } from "../store/open-store";

type App = ReturnType<typeof tabletOn>;
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

async function enrolled(server: FakeServer, name = freshName()) {
  const app = tabletOn(server, quickSafe({ name }));
  await app.tablet.enrol({ code: CODE, name: "平板一", pin: PIN });
  await app.tablet.syncNow();
  return { app, name };
}

function view({ tablet }: App, good: (one: VisitView) => boolean): Promise<VisitView> {
  return new Promise((resolve) => {
    const end = tablet.visit(VISIT).subscribe((one) => {
      if (one === null || !good(one)) return;
      resolve(one);
      queueMicrotask(() => end());
    });
  });
}

/** Resolves when the sync says so. */
function counted({ tablet }: App, good: (state: SyncState) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const end = tablet.sync.subscribe((state) => {
      if (!good(state)) return;
      resolve();
      queueMicrotask(() => end());
    });
  });
}

describe("a sealed tablet", () => {
  test("writes, shows what it wrote, hands it in, and tells what the server said", async () => {
    const server = await FakeServer.open();
    const { app } = await enrolled(server);
    const { tablet } = app;
    const [task] = (await view(app, () => true)).card.tasks;
    if (!task) throw new Error("no task");
    await tablet.arrive(VISIT, { no_fix: "indoors" });
    await tablet.answer(VISIT, { task, item: "pc.01" }, { value: "no", comment: "未备案" });
    await tablet.answer(VISIT, { task, item: "pc.01" }, { value: "yes" });
    const digest = await tablet.photo(VISIT, new Blob(["photo"], { type: "image/jpeg" }), {});
    const before = await view(app, (one) => one.history.length === 4 && one.files.length === 1);
    expect(before.record).toMatchObject({ answered: 1, asked: 2, arrived: true });
    expect(before.history.map((one) => one.custody)).toEqual(["own", "own", "own", "own"]);
    await counted(app, (state) => state.entries === 4 && state.files === 1 && state.bytes === 5);
    await tablet.syncNow();
    const after = await view(app, (one) => one.history.every((said) => said.custody === "server"));
    expect(after.history.map((one) => one.verdict)).toEqual(before.history.map(() => "accepted"));
    expect(server.media.has(digest)).toBe(true);
    expect(await (await tablet.original(digest))?.text()).toBe("photo");
    expect(app.troubles).toEqual([]);
  });

  test("shows nothing while it is locked, and everything after", async () => {
    const server = await FakeServer.open();
    const { app } = await enrolled(server);
    const { tablet } = app;
    await tablet.note(VISIT, "before the lock");
    await tablet.putDraft("note", "half a sen");
    tablet.lock();
    expect([get(tablet.phase), get(tablet.visits), get(tablet.me)]).toEqual(["locked", [], null]);
    await expect(tablet.note(VISIT, "no")).rejects.toMatchObject({ key: "trouble.locked" });
    await settled();
    expect(await tablet.unlock("000000")).toMatchObject({ failed: 1 });
    expect(await tablet.unlock(PIN)).toBe(true);
    expect((await view(app, (one) => one.history.length === 1)).history[0]?.body).toMatchObject({
      text: "before the lock",
    });
    expect(await tablet.draft("note")).toBe("half a sen");
    expect(get(tablet.me)).toMatchObject({ name: "王一" });
  });

  test("goes on after a kill with what it had counted", async () => {
    const server = await FakeServer.open();
    const { app, name } = await enrolled(server);
    await app.tablet.arrive(VISIT, { no_fix: "indoors" });
    const again = tabletOn(server, quickSafe({ name }));
    await settled();
    expect(await again.tablet.unlock(PIN)).toBe(true);
    expect(get(again.tablet.visits)).toMatchObject([{ stage: "at_the_door", unsent: { entries: 1 } }]);
    server.fails = () => "lost";
    await again.tablet.leave(VISIT, { no_fix: "indoors" });
    expect((await view(again, (one) => one.history.length === 2)).record.left).toBe(true);
  });

  test("exports everything it ever wrote", async () => {
    const server = await FakeServer.open();
    const { app } = await enrolled(server);
    await app.tablet.note(VISIT, "for the last resort");
    const text = await (await app.tablet.exportAll()).text();
    expect(text.startsWith("PK")).toBe(true);
    expect(text).toContain("for the last resort");
  });
});
