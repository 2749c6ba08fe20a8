import { expect, test } from "vitest";
import { words } from "../src/i18n";

test("a text is found in both languages, and what is given stands in it", () => {
  expect(words("zh", "common.cancel")).toBe("取消");
  expect(words("en", "common.cancel")).toBe("Cancel");
});

test("a key nobody knows is shown as it is", () => {
  expect(words("zh", "nobody.knows")).toBe("nobody.knows");
});
