/** Decimal texts of the contract ("12.5"): compared as whole numbers of 10⁻⁶, never as binary fractions. */
import { LONGEST_DECIMAL, MOST_DECIMALS } from "@contract";
import type { ChecklistItem, NumberAnswer } from "@contract";

const DECIMAL = /^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$/;

/** Whether this is a decimal text at all. */
export function isDecimal(text: string): boolean {
  return text.length <= LONGEST_DECIMAL && DECIMAL.test(text);
}

/** A decimal text in millionths; undefined when it is none. */
export function millionths(text: string): bigint | undefined {
  if (!isDecimal(text)) return undefined;
  const [whole = "0", places = ""] = text.replace("-", "").split(".");
  const size = BigInt(whole + places.padEnd(MOST_DECIMALS, "0"));
  return text.startsWith("-") ? -size : size;
}

/** Why a text is no answer to what is measured; null when it is one. */
export type NotNumber = "no_number" | "too_many_places" | "below" | "above";

/** Whether a text answers what is measured, and if not, why. */
export function notNumber(asked: NumberAnswer, text: string): NotNumber | null {
  const value = millionths(text);
  if (value === undefined) return "no_number";
  if ((text.split(".")[1] ?? "").length > (asked.decimals ?? 0)) return "too_many_places";
  const least = asked.least ? millionths(asked.least) : undefined;
  const most = asked.most ? millionths(asked.most) : undefined;
  if (least !== undefined && value < least) return "below";
  return most !== undefined && value > most ? "above" : null;
}

const ANSWERS = ["yes", "no", "not_applicable"];

/** Whether an inspector may state this value of a point. */
export function accepts(item: ChecklistItem, value: string): boolean {
  if (item.number && value !== "not_applicable") return notNumber(item.number, value) === null;
  return (item.answers ?? ANSWERS).includes(value as "yes");
}

/** Whether accepted values say the same: equal, or numbers within the tolerance. */
export function agree(item: ChecklistItem, values: Iterable<string>): boolean {
  const different = new Set(values);
  if (different.size <= 1) return true;
  if (!item.number || different.has("not_applicable")) return false;
  const numbers = [...different].map(millionths);
  const known = numbers.filter((one) => one !== undefined);
  if (known.length < numbers.length) return false;
  const span = highest(known) - lowest(known);
  return span <= (millionths(item.number.tolerance ?? "0") ?? 0n);
}

/** Of values that agree the smallest, as it was written. */
export function smallest(values: Iterable<string>): string | null {
  let found: string | null = null;
  for (const one of values) {
    const [mine, best] = [millionths(one), found === null ? undefined : millionths(found)];
    if (found === null || (mine !== undefined && best !== undefined && (mine < best || (mine === best && one < found))))
      found = one;
  }
  return found;
}

const lowest = (numbers: readonly bigint[]) => numbers.reduce((a, b) => (a < b ? a : b));
const highest = (numbers: readonly bigint[]) => numbers.reduce((a, b) => (a > b ? a : b));
