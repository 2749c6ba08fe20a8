// @vitest-environment node
import { expect, test } from "vitest";
import type { SyncState } from "../../src/app/tablet";
import { words, type Given, type Lang } from "../../src/i18n";
import { honestly } from "../../src/ui/frame/only-here";

const QUIET: SyncState = {
  doing: "nothing",
  online: true,
  entries: 0,
  files: 0,
  bytes: 0,
  refused: 0,
  lastDone: "2026-11-22T02:31:07Z",
  trouble: null,
  paused: false,
  wifiOnly: false,
  connection: "unknown",
  moving: new Map(),
  clockOff: 0,
  standing: "good",
  submitUntil: null,
  alarm: null,
  numbersLeft: 50,
  storage: null,
};

const photos = (count: number) => Array.from({ length: count }, () => ({ mime: "image/jpeg" }));
const said = (lang: Lang, state: Partial<SyncState>, queue: readonly { mime: string }[] = []) =>
  honestly({ ...QUIET, ...state }, queue, (key: string, given?: Given) => words(lang, key, given));

test("nothing is called delivered before a complete pass said so", () => {
  expect(said("zh", { lastDone: null }).text).toBe("还没有同步过");
  expect(said("en", { lastDone: null }).text).toBe("Never synced yet");
});

test("when the office has everything, that is said", () => {
  expect(said("zh", {}).text).toBe("全部已送达");
  expect(said("en", {}).text).toBe("Everything delivered");
});

test("one is one", () => {
  expect(said("zh", { entries: 1, files: 1 }, photos(1)).text).toBe("1 条记录、1 张照片只在这台平板上");
  expect(said("en", { entries: 1, files: 1 }, photos(1)).text).toBe("1 record and 1 photo only on this tablet");
  expect(said("en", { entries: 1 }).text).toBe("1 record only on this tablet");
});

test("many are counted, and what is no photo is not called one", () => {
  expect(said("zh", { entries: 3, files: 41 }, photos(41)).text).toBe("3 条记录、41 张照片只在这台平板上");
  expect(said("en", { entries: 3, files: 41 }, photos(41)).text).toBe("3 records and 41 photos only on this tablet");
  const mixed = [...photos(2), { mime: "audio/webm" }];
  expect(said("zh", { files: 3 }, mixed).text).toBe("2 张照片、1 个文件只在这台平板上");
  expect(said("en", { files: 3 }, mixed).text).toBe("2 photos and 1 file only on this tablet");
});

test("the count is the sync's, also when the queue is a moment behind", () => {
  expect(said("zh", { files: 2 }, photos(5)).text).toBe("2 张照片只在这台平板上");
  expect(said("zh", { files: 5 }, photos(2)).text).toBe("2 张照片、3 个文件只在这台平板上");
});

test("what the office refused is never part of everything delivered", () => {
  expect(said("zh", { refused: 2 }).text).toBe("其余已送达；2 条未被接收，只在这台平板上");
  expect(said("en", { refused: 1 }).text).toBe(
    "The rest is delivered; 1 record was not accepted and is only on this tablet",
  );
  expect(said("zh", { refused: 2 }).tone).toBe("warning");
});

test("being offline is told and is no warning; trouble while online is one", () => {
  const trouble = { key: "trouble.unreachable", code: null, retryAt: null };
  expect(said("zh", { online: false, entries: 3, trouble })).toMatchObject({ doing: "离线", tone: "neutral" });
  expect(said("zh", { entries: 3, trouble })).toMatchObject({ tone: "warning" });
});

test("a paused sync does not say that it is sending", () => {
  expect(said("en", { paused: true, doing: "files", files: 1 }).doing).toBe("Paused");
  expect(said("en", { doing: "files", files: 1 }).doing).toBe("Sending");
});

test("files that wait for Wi-Fi are said to wait for it", () => {
  const state = { wifiOnly: true, files: 1, connection: "metered" } as const;
  expect(said("zh", state, photos(1))).toMatchObject({ text: "1 张照片只在这台平板上", doing: "等待无线网" });
  expect(said("zh", { ...state, connection: "free" }, photos(1)).doing).toBeNull();
});
