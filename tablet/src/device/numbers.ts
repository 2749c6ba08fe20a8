/** Numbers of notices given out without a network: each once, whatever happens to the app in between. */
import type { NoticeNumbersAnswer } from "@contract";
import type { LocalStore } from "../store/ports";
import { NAMES, recalled } from "./memory";
import { NoNumberLeftError } from "./types";

/** By what stands before the digits, the numbers that were given out. */
type Taken = Record<string, number[]>;

/** Keeps what the server reserved. What was given out stays given out, whatever the server knows of it yet. */
export function keepNumbers(store: LocalStore, answer: NoticeNumbersAnswer): Promise<void> {
  return store.remember(NAMES.numbers, JSON.stringify(answer));
}

/** How many numbers can be given out before the server has to be asked again. */
export async function numbersLeft(store: LocalStore): Promise<number> {
  const answer = await recalled<NoticeNumbersAnswer>(store, NAMES.numbers);
  return answer === null ? 0 : left(answer, await taken(store)).length;
}

/** The smallest number that is left, as it is printed; NoNumberLeftError. It is not taken yet. */
export async function nextNumber(store: LocalStore): Promise<string> {
  return (await next(store)).printed;
}

/**
 * Takes the smallest number that is left, inside the step that keeps its entry. False, and nothing, when it is not
 * `expected` any more: another window gave it out.
 */
export function takeNumber(store: LocalStore, expected: string): Promise<boolean> {
  return store.step(async () => {
    const { number, printed, answer } = await next(store);
    if (printed !== expected) return false;
    // By series: a late copy of an answer of last year must not bring its numbers back.
    const all = await taken(store);
    const series = [...new Set([...(all[answer.before] ?? []), number])].sort((one, other) => one - other);
    await store.remember(NAMES.numbersTaken, JSON.stringify({ ...all, [answer.before]: series }));
    return true;
  });
}

async function next(store: LocalStore): Promise<{ number: number; printed: string; answer: NoticeNumbersAnswer }> {
  const answer = await recalled<NoticeNumbersAnswer>(store, NAMES.numbers);
  const number = answer === null ? undefined : left(answer, await taken(store))[0];
  if (answer === null || number === undefined) throw new NoNumberLeftError();
  const printed = `${answer.before}${String(number).padStart(answer.digits, "0")}${answer.after}`;
  return { number, printed, answer };
}

/** Numbers that can be given out, the smallest first. */
function left(answer: NoticeNumbersAnswer, all: Taken): number[] {
  const gone = new Set([...(all[answer.before] ?? []), ...answer.blocks.flatMap((block) => block.used ?? [])]);
  const found = new Set<number>();
  for (const { first, last } of answer.blocks) {
    for (let number = first; number <= last; number += 1) if (!gone.has(number)) found.add(number);
  }
  return [...found].sort((one, other) => one - other);
}

async function taken(store: LocalStore): Promise<Taken> {
  return (await recalled<Taken>(store, NAMES.numbersTaken)) ?? {};
}
