/** Standard phrases of a point and an answer: from how it is to be checked, from a list, and what was written lately. */
import type { ChecklistItem } from "@contract";
import type { Tablet } from "../../../app/tablet";

/** A phrase that this inspector wrote. */
interface Written {
  readonly text: string;
  /** Key of the point. */
  readonly point: string;
  readonly value: string;
}

const GENERAL: Readonly<Record<string, readonly string[]>> = {
  yes: ["list.phrase_yes_1", "list.phrase_yes_2", "list.phrase_yes_3"],
  no: ["list.phrase_no_1", "list.phrase_no_2", "list.phrase_no_3", "list.phrase_no_4", "list.phrase_no_5"],
  not_applicable: ["list.phrase_na_1", "list.phrase_na_2", "list.phrase_na_3"],
  number: ["list.phrase_number_1", "list.phrase_number_2", "list.phrase_number_3"],
};

/** Longer sentences are no phrases; more chips than these nobody reads. */
const LONGEST = 40;
const MOST_OF_GUIDANCE = 3;
const MOST_OWN = 5;
const KEPT = 40;
const DRAFT = "list:phrases";

/** Keys of the catalogue for an answer. */
export function generalFor(value: string | null, item: ChecklistItem): readonly string[] {
  if (value === null) return [];
  return GENERAL[value] ?? (item.number ? (GENERAL["number"] ?? []) : []);
}

/** Short sentences of the guidance, which tell what was done when it was followed. */
export function ofGuidance(item: ChecklistItem): readonly string[] {
  const sentences = (item.guidance ?? "").split(/[。；;\n]+/u).map((one) => one.trim());
  return sentences.filter((one) => one.length > 1 && one.length <= LONGEST).slice(0, MOST_OF_GUIDANCE);
}

/** What this inspector wrote lately, first of this point, then of this answer. */
export async function ownPhrases(
  tablet: Pick<Tablet, "draft">,
  point: string,
  value: string | null,
): Promise<string[]> {
  const written = await read(tablet);
  const here = written.filter((one) => one.point === point);
  const alike = written.filter((one) => one.point !== point && one.value === value);
  return [...new Set([...here, ...alike].map((one) => one.text))].slice(0, MOST_OWN);
}

/** Remembers what was written. */
export async function learn(tablet: Pick<Tablet, "draft" | "putDraft">, written: Written): Promise<void> {
  if (written.text.length > 2 * LONGEST) return;
  const before = (await read(tablet)).filter((one) => one.text !== written.text || one.point !== written.point);
  await tablet.putDraft(DRAFT, JSON.stringify([written, ...before].slice(0, KEPT)));
}

/** Adds a phrase to what is typed. */
export function withPhrase(text: string, phrase: string): string {
  const typed = text.trim();
  if (!typed) return phrase;
  if (typed.includes(phrase)) return text;
  return /[。；，！？.;,!?]$/u.test(typed) ? `${typed}${phrase}` : `${typed}；${phrase}`;
}

async function read(tablet: Pick<Tablet, "draft">): Promise<Written[]> {
  const text = await tablet.draft(DRAFT);
  if (text === null) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isWritten) : [];
  } catch {
    return [];
  }
}

function isWritten(value: unknown): value is Written {
  if (typeof value !== "object" || value === null) return false;
  const { text, point, value: answer } = value as Record<string, unknown>;
  return [text, point, answer].every((one) => typeof one === "string");
}
