/** What a person typed where a number is asked for, and which of several numbers stands for a point. */
import type { NumberAnswer } from "@contract";
import { acceptsNumber, millionths } from "../wire/checklist";

/** Why a text is no answer to what is measured. */
export type NotNumber = "no_number" | "too_many_places" | "below" | "above";

/** Why a text is no answer to what is measured; null when it is one. */
export function notNumber(asked: NumberAnswer, text: string): NotNumber | null {
  if (acceptsNumber(asked, text)) return null;
  const value = numberOf(text);
  if (value === null) return "no_number";
  if (asked.least && value < millionths(asked.least)) return "below";
  if (asked.most && value > millionths(asked.most)) return "above";
  return "too_many_places";
}

/** Of values that agree the smallest, as it was written. */
export function smallest(values: Iterable<string>): string | null {
  let found: string | null = null;
  for (const one of values) if (found === null || isLess(one, found)) found = one;
  return found;
}

function isLess(one: string, other: string): boolean {
  const [a, b] = [numberOf(one), numberOf(other)];
  return a !== null && b !== null && (a < b || (a === b && one < other));
}

function numberOf(text: string): bigint | null {
  try {
    return millionths(text);
  } catch {
    return null;
  }
}
