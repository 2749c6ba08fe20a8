// @vitest-environment node
import { expect, test } from "vitest";
import { forgetDraft, keepDraft } from "../../src/ui/drafts";

/** Keeps drafts one after another, each only when told to. */
function slowly() {
  const kept: (string | null)[] = [];
  const waiting: (() => void)[] = [];
  const putDraft = (_: string, text: string | null) =>
    new Promise<void>((resolve) => {
      waiting.push(() => {
        kept.push(text);
        resolve();
      });
    });
  const settle = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      one();
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
    }
  };
  return { tablet: { putDraft }, kept, settle };
}

test("while one text is being written only the newest of those behind it is", async () => {
  const { tablet, kept, settle } = slowly();
  for (const text of ["a", "ab", "abc", "abcd"]) void keepDraft(tablet, "note", text);
  await settle();
  expect(kept).toEqual(["a", "abcd"]);
});

test("a draft that is forgotten does not come back from behind", async () => {
  const { tablet, kept, settle } = slowly();
  void keepDraft(tablet, "note", "a");
  void keepDraft(tablet, "note", "ab");
  void forgetDraft(tablet, "note");
  await settle();
  expect(kept.at(-1)).toBeNull();
});

test("two fields do not wait for each other", async () => {
  const { tablet, kept, settle } = slowly();
  void keepDraft(tablet, "one", "1");
  void keepDraft(tablet, "two", "2");
  await settle();
  expect(kept).toEqual(["1", "2"]);
});

test("a text that could not be kept is told, and the next one is tried again", async () => {
  let full = true;
  const kept: (string | null)[] = [];
  const tablet = {
    putDraft: (_: string, text: string | null) =>
      full ? Promise.reject(new Error("full")) : Promise.resolve(void kept.push(text)),
  };
  await expect(keepDraft(tablet, "note", "a")).rejects.toThrow("full");
  full = false;
  await keepDraft(tablet, "note", "ab");
  expect(kept).toEqual(["ab"]);
});
