/** What is typed where a number is asked for, and how its limits are told. Pure. */
import type { NumberAnswer } from "@contract";

/** The number as the contract writes it: full-width digits, commas and missing zeros of a keypad put right. */
export function tidied(typed: string): string {
  const plain = typed.normalize("NFKC").trim().replace(/[−–—]/gu, "-").replace(/[。,]/gu, ".").replace(/\s/gu, "");
  const [, sign = "", whole = "", places] = /^([+-]?)(\d*)(?:\.(\d*))?$/u.exec(plain) ?? [];
  if (!whole && !places) return plain;
  const digits = whole.replace(/^0+(?=\d)/u, "") || "0";
  return `${sign === "-" ? "-" : ""}${digits}${places ? `.${places}` : ""}`;
}

/** The same with the other sign: keypads of some tablets have no minus. */
export function negated(typed: string): string {
  const text = typed.trim();
  return text.startsWith("-") ? text.slice(1) : `-${text}`;
}

/** Keys of the catalogue with what is put in: unit, limits and places, for hints and errors alike. */
export function limitsOf(asked: NumberAnswer): {
  readonly keys: readonly string[];
  readonly given: Record<string, string | number>;
} {
  const { least, most, decimals = 0, unit } = asked;
  const range = least && most ? "range" : least ? "least" : most ? "most" : null;
  return {
    keys: [...(range ? [`list.number_${range}`] : []), decimals > 0 ? "list.number_places" : "list.number_whole"],
    given: {
      least: least ?? "",
      most: most ?? "",
      count: decimals,
      unit: unit ?? "",
      tolerance: asked.tolerance ?? "0",
    },
  };
}
