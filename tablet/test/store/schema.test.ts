// @vitest-environment node
import Dexie from "dexie";
import { describe, expect, test } from "vitest";
import { Database, VERSIONS } from "../../src/store/schema";
import { freshName, freshStore, openAgain } from "./open-store";
import { rawCounts } from "./raw";

/** The tables as they were given out, written down here once more: whoever changes one of them breaks tablets. */
const GIVEN_OUT: Record<number, Record<string, string>> = {
  1: {
    lock: "id",
    tries: "id",
    memory: "name",
    drafts: "name",
    entries: "hash, &[ep+seq], [visit+ep+seq], [custody+ep+seq], [custody+visit]",
    tallies: "custody",
    topics: "topic",
    topicTexts: "topic",
    heard: "[visit+vseq]",
    files: "digest, n, [incomplete+n], [visit+n]",
    copies: "[digest+size]",
    loose: "bundle",
    pieces: "[bundle+n]",
  },
};

test("a version that was given out is never changed, and the next has the next number", () => {
  const now = VERSIONS.map(({ version, stores }) => [version, stores]);
  expect(now).toEqual(Object.entries(GIVEN_OUT).map(([version, stores]) => [Number(version), stores]));
});

describe.each(VERSIONS.map(({ version }) => version))("a database of version %i", (version) => {
  test("opens with the newest tables and keeps every row", async () => {
    const { name, safe, store } = await freshStore();
    await store.remember("a", "1");
    await store.append({ hash: "h", ep: 1, seq: 1, visit: "v", type: "note", line: "l" });
    await store.putTopic("visit:v", 1, "card");
    await store.hear("v", [{ hash: "h", vseq: 1, line: "l", uncounted: [] }]);
    const { digest } = await store.keepFile(new Blob(["bytes"]), { mime: "a/b", visit: "v", name: null });
    await store.putCopy(digest, "small", new Blob(["copy"]));
    await store.putDraft("d", "typed");
    safe.lock();
    const old = freshName();
    await copied(name, old, version);

    const before = await rawCounts(old);
    const { store: opened } = await openAgain(old);
    expect(await opened.recall("a")).toBe("1");
    expect(await opened.entries("own")).toHaveLength(1);
    expect([...(await opened.topics("visit:"))]).toEqual([["visit:v", "card"]]);
    expect(await opened.heard("v")).toHaveLength(1);
    expect(new TextDecoder().decode(await opened.bytes(digest, 0, 9))).toBe("bytes");
    expect(await (await opened.copy(digest, "small"))?.text()).toBe("copy");
    expect(await opened.draft("d")).toBe("typed");
    // The right PIN takes the counted try back.
    expect(await rawCounts(old)).toMatchObject({ ...before, tries: 0 });
  });
});

test("a newer version brings its tables, and the window that holds the older one lets go", async () => {
  const { name, safe, store } = await freshStore();
  await store.remember("a", "1");
  const last = VERSIONS.at(-1)?.version ?? 0;
  const newer = new Database(name, [...VERSIONS, { version: last + 1, stores: { later: "id" } }]);
  await newer.open();
  expect(newer.tables.map((table) => table.name)).toContain("later");
  expect(await newer.memory.count()).toBe(1);
  await expect(store.recall("a")).rejects.toThrow("locked");
  newer.close();
  // The older app, which nobody closed, goes on with the tables that it knows.
  expect(await safe.state()).toBe("locked");
  expect(await (await openAgain(name)).store.recall("a")).toBe("1");
});

/** Rows as the app of `version` would have left them. From the second version on: write what differed. */
async function copied(from: string, to: string, version: number): Promise<void> {
  const source = new Database(from);
  const target = new Dexie(to);
  target.version(version).stores(GIVEN_OUT[version] ?? {});
  await target.open();
  for (const table of Object.keys(GIVEN_OUT[version] ?? {}))
    await target.table(table).bulkPut(await source.table(table).toArray());
  source.close();
  target.close();
}
