/** Answers and people in words. Pure. */
import type { ChecklistItem, VisitCard } from "@contract";
import type { Lang } from "../../../i18n";

const ANSWERS = ["yes", "no", "not_applicable"];

/** An answer as people read it; `t` is the catalogue. */
export function valueIn(t: (key: string) => string, item: ChecklistItem, value: string): string {
  if (ANSWERS.includes(value)) return t(`common.${value}`);
  return item.number?.unit ? `${value} ${item.number.unit}` : value;
}

/** The text of a point, or of anything in both languages, in this one. */
export function textIn(lang: Lang, text: { readonly zh: string; readonly en?: string | null }): string {
  return (lang === "en" && text.en) || text.zh;
}

/** Names by inspector. */
export function namesOf(card: VisitCard): ReadonlyMap<string, string> {
  return new Map(card.team.map((one) => [one.inspector, one.name]));
}
