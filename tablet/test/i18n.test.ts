// @vitest-environment node
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { words, type Lang } from "../src/i18n";

type Group = Record<Lang, Record<string, string>>;

const files = import.meta.glob<Record<string, unknown>>("../src/i18n/*.ts", { eager: true });
const isGroup = (value: unknown): value is Group =>
  typeof value === "object" && value !== null && "zh" in value && "en" in value;
const GROUPS = Object.values(files).flatMap((file) =>
  Object.entries(file).filter((entry): entry is [string, Group] => isGroup(entry[1])),
);

const holes = (text: string) => [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name]) => name))].sort();

test("a text is found in both languages, and what is given stands in it", () => {
  expect(words("zh", "common.cancel")).toBe("取消");
  expect(words("en", "common.cancel")).toBe("Cancel");
  expect(words("zh", "frame.n_entries", { n: 3 })).toBe("3 条记录");
});

test("one is one, and everything else is many", () => {
  const said = (n: number) => words("en", "frame.n_entries", { n });
  expect([0, 1, 2, 21].map(said)).toEqual(["0 records", "1 record", "2 records", "21 records"]);
});

test("what is given is put in as it is, whatever it looks like", () => {
  expect(words("zh", "frame.only_here", { what: "{what} $& {n|a|b}" })).toBe("{what} $& {n|a|b}只在这台平板上");
});

test("what is not given stays a hole that can be seen", () => {
  expect(words("zh", "frame.only_here")).toBe("{what}只在这台平板上");
  expect(words("zh", "frame.only_here", JSON.parse('{"__proto__": 1}') as Record<string, number>)).toContain("{what}");
});

test("a key nobody knows is shown as it is", () => {
  expect(words("zh", "nobody.knows")).toBe("nobody.knows");
  expect(words("zh", "common.nobody")).toBe("common.nobody");
});

test("no text is missing in a language, and each has the same holes in both", () => {
  expect(GROUPS.length).toBeGreaterThan(10);
  for (const [name, { zh, en }] of GROUPS) {
    expect(Object.keys(en).sort(), name).toEqual(Object.keys(zh).sort());
    for (const [key, text] of Object.entries(zh)) {
      expect(text.trim(), `${name}.${key}`).not.toBe("");
      expect(en[key]?.trim(), `${name}.${key}`).not.toBe("");
      expect(holes(en[key] ?? ""), `${name}.${key}`).toEqual(holes(text));
    }
  }
});

test("no English text is its Chinese one, left as it was", () => {
  for (const [name, { zh, en }] of GROUPS) {
    for (const [key, text] of Object.entries(en)) {
      const copied = text === zh[key] && /\p{Script=Han}/u.test(text) && text !== "中文";
      expect(copied, `${name}.${key}`).toBe(false);
    }
  }
});

test("every text that the app asks for by its whole name is there", () => {
  const sources = Object.keys(import.meta.glob("../src/**/*.{svelte,ts}")).filter((one) => !one.includes("/i18n/"));
  expect(sources.length).toBeGreaterThan(20);
  for (const source of sources) {
    const code = readFileSync(new URL(source, import.meta.url), "utf8");
    for (const [, key = ""] of code.matchAll(/(?:\bt|\bsay|\bNotKept)\(\s*"([a-z]+\.[^"]+)"/g)) {
      expect(words("zh", key), `${source}: ${key}`).not.toBe(key);
    }
  }
});
