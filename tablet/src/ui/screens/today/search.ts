/** Finding visits while somebody types: one text for each visit, made once, and nothing else per key. */
import type { VisitCard } from "@contract";
import type { VisitSummary } from "../../../app/tablet";

/** Made when a card is first looked for and dropped with it: a card that came anew is another object. */
const texts = new WeakMap<VisitCard, string>();

/** Full-width letters and digits as a Chinese keyboard types them are the same as the plain ones; so are cases. */
function plain(text: string): string {
  return text.normalize("NFKC").toLocaleLowerCase("zh-CN");
}

/** What a visit is found by: name, code, address, representative, titles of tasks, names of the team. */
export function searched(card: VisitCard): string {
  const kept = texts.get(card);
  if (kept !== undefined) return kept;
  const { name, code, address, representative } = card.object;
  const words = [
    name,
    code,
    address,
    representative,
    ...card.tasks.map((one) => one.title),
    ...card.team.map((one) => one.name),
  ];
  const made = plain(words.filter((one) => one).join("\n"));
  texts.set(card, made);
  return made;
}

/** The visits in which every word of what was typed stands, in the order given. */
export function found(visits: readonly VisitSummary[], typed: string): readonly VisitSummary[] {
  const words = plain(typed)
    .split(/\s+/u)
    .filter((one) => one !== "");
  if (words.length === 0) return visits;
  return visits.filter((one) => {
    const text = searched(one.card);
    return words.every((word) => text.includes(word));
  });
}
