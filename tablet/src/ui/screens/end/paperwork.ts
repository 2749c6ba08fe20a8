/** The paper of a visit in the words of the catalogue, and how it is kept before anybody signs it. */
import { NotKept } from "../../../app/tablet";
import type { Tablet, VisitView } from "../../../app/tablet";
import { words } from "../../../i18n";
import type { Key } from "../../../i18n";
import { PAPER_CAPTIONS, PAPER_MIME, paperOf } from "../../../record/paper";
import type { Paper, PaperLang, PaperWord } from "../../../record/paper-parts";
import { paperBytes, paperDigest } from "../../../record/paper-page";

/** The record as it stands, in a language. */
export function paperFor(view: VisitView, lang: PaperLang): Paper {
  return paperOf(view, lang, (word: PaperWord, given) => {
    const key: Key = `paper.${word}`;
    return words(lang, key, given);
  });
}

/**
 * Keeps the bytes of a paper as a file of the visit, so that what was shown can be produced later; its digest, which
 * signatures name. A paper that is kept already is not kept twice.
 */
export async function keepPaper(
  tablet: Pick<Tablet, "document">,
  view: Pick<VisitView, "card" | "record">,
  paper: Paper,
): Promise<string> {
  const digest = paperDigest(paper);
  if (view.record.photos.some((one) => one.own && one.digest === digest)) return digest;
  const file = new Blob([paperBytes(paper)], { type: PAPER_MIME });
  const about = { name: `record-${paper.lang}-${digest.slice(0, 12)}.html`, caption: PAPER_CAPTIONS[paper.lang] };
  const kept = await tablet.document(view.card.id, file, about);
  if (kept !== digest) throw new NotKept("end.paper_changed");
  return digest;
}

/** Whether what was signed is what stands now, in either language of the paper. */
export function stillReads(view: VisitView, doc: string): boolean {
  return (["zh", "en"] as const).some((lang) => paperDigest(paperFor(view, lang)) === doc);
}

/** The first characters of a digest, as people compare them: `3f9a 10c2 …`. */
export function shortly(digest: string): string {
  return (digest.slice(0, 16).match(/.{1,4}/g) ?? []).join(" ");
}
