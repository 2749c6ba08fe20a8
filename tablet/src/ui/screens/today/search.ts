/** Finding visits while somebody types: one text for each visit, made once, and nothing else per key. */
import type { VisitCard } from "@contract";
import { passes, type Filter, type Section } from "./order";

/** Made when a card is first looked for and dropped with it: a card that came anew is another object. */
const texts = new WeakMap<VisitCard, string>();

/** Full-width letters and digits as a Chinese keyboard types them are the same as the plain ones; so are cases. */
function plain(text: string): string {
  return text.normalize("NFKC").toLocaleLowerCase("zh-CN");
}

/** What a visit is found by: name, code, address, representative, titles of tasks, names of the team. */
function searched(card: VisitCard): string {
  const kept = texts.get(card);
  if (kept !== undefined) return kept;
  const { name, code, address, representative } = card.object;
  const tasks = card.tasks.map((one) => one.title);
  const team = card.team.map((one) => one.name);
  const made = plain([name, code, address, representative, ...tasks, ...team].filter((one) => one).join("\n"));
  texts.set(card, made);
  return made;
}

/** Texts that are made at a time while nobody waits. */
const PART = 500;

/** Makes the texts ahead of the first key, a part at a time while the tablet has nothing else to do. Ends with the function. */
export function prepare(cards: readonly VisitCard[]): () => void {
  let at = 0;
  let next: ReturnType<typeof setTimeout> | undefined;
  const go = () => {
    for (const card of cards.slice(at, at + PART)) searched(card);
    at += PART;
    if (at < cards.length) next = setTimeout(go, 20);
  };
  next = setTimeout(go, 200);
  return () => clearTimeout(next);
}

/**
 * What is left of an ordered list: visits that pass the filter and in which every word of what was typed stands. Order
 * and headings stay; headings without visits go.
 */
export function narrowed(sections: readonly Section[], typed: string, filter: Filter): readonly Section[] {
  const words = plain(typed)
    .split(/\s+/u)
    .filter((one) => one !== "");
  if (words.length === 0 && filter === "all") return sections;
  return sections
    .map(({ name, visits }) => ({
      name,
      visits: visits.filter((one) => {
        if (!passes(one, filter)) return false;
        const text = searched(one.card);
        return words.every((word) => text.includes(word));
      }),
    }))
    .filter((one) => one.visits.length > 0);
}

/** How many visits stand under all headings. */
export function sizeOf(sections: readonly Section[]): number {
  return sections.reduce((sum, one) => sum + one.visits.length, 0);
}

/** The first `most` of an ordered list, under their headings. `size` is what stands under a heading in all. */
export function firstOf(sections: readonly Section[], most: number): readonly (Section & { readonly size: number })[] {
  const shown: (Section & { size: number })[] = [];
  let left = most;
  for (const one of sections) {
    if (left <= 0) break;
    shown.push({ name: one.name, visits: one.visits.slice(0, left), size: one.visits.length });
    left -= one.visits.length;
  }
  return shown;
}
