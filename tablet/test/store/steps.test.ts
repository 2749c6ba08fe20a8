// @vitest-environment node
import Dexie from "dexie";
import { describe, expect, test, vi } from "vitest";
import { StorageFull } from "../../src/store/errors";
import type { LocalStore, Touched } from "../../src/store/ports";
import { freshName, freshStore, openAgain, PATIENT, PIECE } from "./open-store";
import { failAt, rawCounts } from "./raw";

const ENTRY = { hash: "h1", ep: 1, seq: 1, visit: "v1", type: "note", line: "l" } as const;

/** Every kind of write that a step may hold. */
async function everyWrite(store: LocalStore): Promise<void> {
  await store.append(ENTRY);
  await store.settle("old", "server", "accepted", []);
  await store.reclaim(9, 1, 5);
  await store.remember("a", "1");
  await store.remember("b", null);
  await store.putTopic("visit:v1", 1, "card");
  await store.dropTopic("visit:old");
  await store.hear("v1", [{ hash: "x", vseq: 1, line: "l", uncounted: [] }]);
  await store.forgetHeard("old");
  await store.putDraft("d", "typed");
  await store.noteUpload("none", { address: null, sent: 0, complete: true });
  await store.dropCopies(["none"]);
}

/** What there is before that. */
async function somethingOld(store: LocalStore): Promise<void> {
  await store.append({ ...ENTRY, hash: "old", ep: 9 });
  await store.append({ ...ENTRY, hash: "older", ep: 9, seq: 2 });
  await store.settle("older", "server", "accepted", []);
  await store.remember("b", "2");
  await store.putTopic("visit:old", 7, "old card");
  await store.hear("old", [{ hash: "y", vseq: 3, line: "l", uncounted: [] }]);
}

/** Everything that a store tells. */
async function everything(store: LocalStore): Promise<unknown> {
  return {
    entries: await store.entries(),
    counts: await Promise.all((["own", "server", "refused"] as const).map((custody) => store.count(custody))),
    texts: await Promise.all(["a", "b"].map((name) => store.recall(name))),
    topics: [await store.topics(), await store.topicNumbers()],
    heard: [await store.heard("v1"), await store.heard("old")],
    draft: await store.draft("d"),
    files: await store.files(),
  };
}

test("reads of one moment tell nothing that was written while they were made", async () => {
  const { store } = await freshStore();
  await store.remember("a", "before");
  let written: Promise<void> | undefined;
  const told = await store.moment(async () => {
    const first = await store.recall("a");
    Dexie.ignoreTransaction(() => (written = store.remember("a", "after")));
    return [first, await store.recall("a"), (await store.newest(1))?.hash ?? null];
  });
  await written;
  expect(told).toEqual(["before", "before", null]);
  expect(await store.recall("a")).toBe("after");
});

describe("a step that fails", () => {
  test("leaves nothing, whatever was written before the failure", async () => {
    const { store } = await freshStore();
    await somethingOld(store);
    const before = await everything(store);
    const failed = store.step(async () => {
      await everyWrite(store);
      expect(await store.recall("a")).toBe("1");
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect(await everything(store)).toEqual(before);
  });

  test.each(["kill", "full"] as const)(
    "at any of its writes (%s) leaves nothing, here and after a restart",
    PATIENT,
    async (fault) => {
      for (let at = 1; ; at += 1) {
        const { name, store } = await freshStore();
        await somethingOld(store);
        const before = await everything(store);
        const mend = failAt(at, fault);
        const done = await store
          .step(() => everyWrite(store))
          .then(
            () => true,
            (error: unknown) => {
              if (fault === "full") expect(error).toBeInstanceOf(StorageFull);
              return false;
            },
          );
        const writes = mend();
        expect(done).toBe(writes < at);
        const kept = await everything(store);
        const { safe, store: again } = await openAgain(name);
        expect(await everything(again)).toEqual(kept);
        safe.lock();
        if (done) {
          expect(at).toBeGreaterThan(12);
          expect(kept).not.toEqual(before);
          break;
        }
        expect(kept).toEqual(before);
      }
    },
  );

  test("fails as a whole even if the failure of a part was caught", async () => {
    const { store } = await freshStore();
    await store.append(ENTRY);
    const outer = store.step(async () => {
      await store.remember("a", "1");
      await store.append(ENTRY).catch(() => undefined);
      await store.remember("b", "2");
    });
    await expect(outer).rejects.toThrow();
    expect([await store.recall("a"), await store.recall("b")]).toEqual([null, null]);
  });

  test("is told to nobody", async () => {
    const { store } = await freshStore();
    const told = vi.fn();
    store.follow(told);
    await expect(
      store.step(async () => {
        await store.remember("a", "1");
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect(told).not.toHaveBeenCalled();
  });
});

describe("a step", () => {
  test("is durable, over all rows, and one transaction with the steps inside it", async () => {
    const name = freshName();
    const begun = vi.spyOn(IDBDatabase.prototype, "transaction");
    const { store } = await freshStore(name);
    begun.mockClear();
    await store.step(async () => {
      await store.step(() => store.remember("a", "1"));
      await store.step(() => everyWrite(store));
    });
    const written = begun.mock.calls.filter(([, mode]) => mode === "readwrite");
    begun.mockRestore();
    expect(written).toHaveLength(1);
    expect(written[0]?.[2]).toEqual({ durability: "strict" });
    expect(await store.recall("a")).toBe("1");
  });

  test("sees what it wrote, and those outside do not see it before it is kept", async () => {
    const { store } = await freshStore();
    let outside: Promise<string | null> = Promise.resolve(null);
    await store.step(async () => {
      outside = Dexie.ignoreTransaction(() => store.recall("a"));
      await store.remember("a", "1");
      expect(await store.recall("a")).toBe("1");
    });
    // Asked first, answered with what was there before, or afterwards with all of it; here its turn came later.
    expect(await outside).toBe("1");
  });

  test("holds as many awaited writes as a page of the feed has, and other promises that are kept already", async () => {
    const { store } = await freshStore();
    await store.step(async () => {
      for (let at = 0; at < 300; at += 1) await store.putTopic(`visit:${String(at)}`, at, null);
      for (let at = 0; at < 300; at += 1) await Promise.resolve();
      for (let at = 0; at < 300; at += 1) await store.remember("n", String(at));
    });
    expect(await store.recall("n")).toBe("299");
    expect((await store.topicNumbers()).size).toBe(300);
  });

  test("that waits for something else is called a failure", async () => {
    const { store } = await freshStore();
    const waiting = store.step(async () => {
      await store.remember("a", "1");
      await new Promise((resolve) => setTimeout(resolve, 1));
      await new Promise((resolve) => setTimeout(resolve, 1));
    });
    await expect(waiting).rejects.toThrow("committed too early");
  });

  test("holds no bytes of files", async () => {
    const { store } = await freshStore();
    const blob = new Blob(["x"]);
    const about = { mime: "a/b", visit: null, name: null };
    await expect(store.step(() => store.keepFile(blob, about))).rejects.toThrow("inside of a step");
    await expect(store.step(() => store.bytes("d", 0, 1))).rejects.toThrow("inside of a step");
    await expect(store.step(() => store.putCopy("d", "small", blob))).rejects.toThrow("inside of a step");
  });
});

describe("those who follow", () => {
  test("are told once after each commit which parts it touched", async () => {
    const { store } = await freshStore();
    const told: Touched[][] = [];
    const end = store.follow((touched) => told.push([...touched].sort()));
    await store.step(async () => {
      await everyWrite(store);
      expect(told).toEqual([]);
    });
    await store.putDraft("d", "2");
    await store.recall("a");
    await store.step(async () => store.recall("a"));
    end();
    await store.remember("a", "3");
    expect(told).toEqual([["drafts", "entries", "files", "memory", "topics"], ["drafts"]]);
  });

  test("are told in other windows as well", async () => {
    const { name, store } = await freshStore();
    const { store: other, safe } = await openAgain(name);
    const told = new Promise<ReadonlySet<Touched>>((resolve) => other.follow(resolve));
    await store.step(() => store.remember("a", "1"));
    expect([...(await told)]).toEqual(["memory"]);
    expect(await other.recall("a")).toBe("1");
    safe.lock();
  });

  test("believe no other window that speaks nonsense", async () => {
    const { name, store } = await freshStore();
    const told: Touched[][] = [];
    const heard = new Promise<void>((resolve) => {
      store.follow((touched) => {
        told.push([...touched]);
        resolve();
      });
    });
    const channel = new BroadcastChannel(`${name}-touched`);
    for (const nonsense of [null, 1, "memory", {}, ["nothing"], [["memory"]], ["drafts", "x"]])
      channel.postMessage(nonsense);
    await heard;
    channel.close();
    expect(told).toEqual([["drafts"]]);
  });
});

describe("two windows", () => {
  test("write the same log without losing or doubling a number", async () => {
    const name = freshName();
    const { store: one } = await freshStore(name);
    const { store: other } = await openAgain(name);
    const write = (store: LocalStore, from: string) =>
      store.step(async () => {
        const seq = ((await store.newest(1))?.seq ?? 0) + 1;
        await store.append({ ...ENTRY, hash: `${from} ${String(seq)}`, seq });
      });
    await Promise.all(Array.from({ length: 40 }, (_, at) => write(at % 2 ? one : other, String(at))));
    expect((await one.entries()).map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
    expect(await other.entries()).toEqual(await one.entries());
  });
});

test("erasing keeps the named texts and nothing else, and the pieces of files go with them", async () => {
  const { name, store } = await freshStore();
  await somethingOld(store);
  await everyWrite(store);
  const file = await store.keepFile(new Blob([new Uint8Array(5 * PIECE)]), { mime: "a/b", visit: null, name: null });
  await store.putCopy(file.digest, "small", new Blob(["x"]));
  await store.step(() => store.erase(["a", "a", "never"]));
  expect(await store.recall("a")).toBe("1");
  expect(await rawCounts(name)).toEqual({
    ...Object.fromEntries(Object.keys(await rawCounts(name)).map((table) => [table, 0])),
    lock: 1,
    memory: 1,
  });
});
