/** What may be stated of a check point, and when two statements say the same. Decimals are texts and stay exact. */
import { LONGEST_DECIMAL, MOST_DECIMALS, type Answer, type ChecklistItem, type NumberAnswer } from "@contract";

const DECIMAL = /^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$/;
const NOT_APPLICABLE: Answer = "not_applicable";

/** The answers of a choice item; what a checklist means when it names none. */
export const ANSWERS: readonly Answer[] = ["yes", "no", NOT_APPLICABLE];

/** Whether an inspector may state this value of the point. */
export function accepts(item: ChecklistItem, value: string): boolean {
  if (!item.number || value === NOT_APPLICABLE) return (item.answers ?? ANSWERS).some((answer) => answer === value);
  return acceptsNumber(item.number, value);
}

/** Whether accepted values of several inspectors say the same: equal, or numbers within the tolerance. */
export function agree(item: ChecklistItem, values: Iterable<string>): boolean {
  const different = new Set(values);
  if (different.size <= 1) return true;
  if (!item.number || different.has(NOT_APPLICABLE)) return false;
  const numbers = [...different].map(millionths);
  const [least, most] = [numbers.reduce(lesser), numbers.reduce(greater)];
  return most - least <= millionths(item.number.tolerance ?? "0");
}

/** Whether the text is a number with at most `decimals` places within the limits. */
export function acceptsNumber(asked: NumberAnswer, value: string): boolean {
  if (value.length > LONGEST_DECIMAL || !DECIMAL.test(value)) return false;
  if ((value.split(".")[1] ?? "").length > (asked.decimals ?? 0)) return false;
  const number = millionths(value);
  if (asked.least != null && number < millionths(asked.least)) return false;
  return asked.most == null || number <= millionths(asked.most);
}

/** The score of a point in tenths: 15 for 1.5 points. */
export function tenths(item: ChecklistItem): number {
  return (item.score ?? 0) * 10 + (item.tenths ?? 0);
}

/** A decimal text in units of 10⁻⁶; RangeError for anything else. */
export function millionths(decimal: string): bigint {
  if (!DECIMAL.test(decimal)) throw new RangeError("not a decimal");
  const [whole = "", places = ""] = decimal.replace("-", "").split(".");
  const number = BigInt(whole + places.padEnd(MOST_DECIMALS, "0"));
  return decimal.startsWith("-") ? -number : number;
}

function lesser(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

function greater(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
