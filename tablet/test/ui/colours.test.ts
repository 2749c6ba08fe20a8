// @vitest-environment node
/** The tokens keep their promise of contrast in every mode (WCAG 2.2, 1.4.3 and 1.4.11). */
import { readFileSync } from "node:fs";
import { fileURLToPath, URL } from "node:url";
import { expect, test } from "vitest";

const css = readFileSync(fileURLToPath(new URL("../../src/ui/styles/tokens.css", import.meta.url)), "utf8");

function tokensOf(block: string): Record<string, string> {
  return Object.fromEntries(
    [...block.matchAll(/--([a-z-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );
}

function blockOf(query: string | null): string {
  const start = query === null ? css.indexOf(":root {") : css.indexOf(`@media ${query} {`);
  expect(start, query ?? "").toBeGreaterThanOrEqual(0);
  return css.slice(start, css.indexOf("\n}\n", start));
}

const light = tokensOf(blockOf(null));
const dark = { ...light, ...tokensOf(blockOf("(prefers-color-scheme: dark)")) };
const sharp = tokensOf(blockOf("(prefers-contrast: more)"));
const sharpDark = tokensOf(blockOf("(prefers-contrast: more) and (prefers-color-scheme: dark)"));
const MODES: Record<string, Record<string, string>> = {
  light,
  dark,
  "light, more contrast": { ...light, ...sharp },
  "dark, more contrast": { ...dark, ...sharp, ...sharpDark },
};

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ["ground", "surface", "surface-sunk"];
const TEXTS: readonly (readonly [string, string])[] = [
  ...GROUNDS.flatMap((ground) => [["ink", ground] as const, ["ink-soft", ground] as const]),
  ...["ground", "surface"].flatMap((ground) => ["accent", "warning", "danger"].map((ink) => [ink, ground] as const)),
  ["accent-ink", "accent"],
  ["accent-ink", "accent-pressed"],
  ["danger-ink", "danger"],
  ["danger-ink", "danger-pressed"],
  ...["accent", "warning", "danger"].map((tone) => [`${tone}-soft-ink`, `${tone}-soft`] as const),
  ["ground", "ink"],
];
const EDGES: readonly (readonly [string, string])[] = ["line-strong", "focus", "accent"].flatMap((edge) =>
  ["ground", "surface"].map((ground) => [edge, ground] as const),
);

test.each(Object.keys(MODES))("text can be read on its ground: %s", (mode) => {
  const tokens = MODES[mode] ?? {};
  for (const [ink, ground] of TEXTS) {
    expect(contrast(tokens[ink] ?? "", tokens[ground] ?? ""), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  }
});

test.each(Object.keys(MODES))("the edge of what can be touched, and the ring of focus, can be seen: %s", (mode) => {
  const tokens = MODES[mode] ?? {};
  for (const [edge, ground] of EDGES) {
    expect(contrast(tokens[edge] ?? "", tokens[ground] ?? ""), `${edge} on ${ground}`).toBeGreaterThanOrEqual(3);
  }
});
