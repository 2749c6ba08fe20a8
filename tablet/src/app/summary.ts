/** A visit in the list, from its record. */
import type { VisitCard } from "@contract";
import type { RecordView } from "../record/view";
import type { Captured, FileRow } from "../store/ports";
import type { VisitSummary } from "./tablet";

/** What a list says of a visit, without what changes by itself (days, files). */
export type Counted = Pick<VisitSummary, "answered" | "asked" | "stage" | "conflicts" | "remarked"> & {
  readonly entries: number;
};

/** Nothing known yet but the card. */
export function uncounted(card: VisitCard, closed: string | null): Counted {
  const stage = closed !== null || over(card) ? "over" : card.state === "returned" ? "returned" : "not_begun";
  return { answered: 0, asked: 0, stage, conflicts: 0, remarked: 0, entries: 0 };
}

export function countedOf(
  card: VisitCard,
  closed: string | null,
  record: RecordView,
  own: readonly Captured[],
): Counted {
  return {
    ...{ answered: record.answered, asked: record.asked, conflicts: record.conflicts },
    stage: stageOf(card, closed, record),
    entries: own.filter((one) => one.custody === "own").length,
    remarked: own.filter((one) => one.custody === "refused" || one.verdict === "flagged" || one.verdict === "held")
      .length,
  };
}

function over(card: VisitCard): boolean {
  return card.state === "approved" || card.state === "published";
}

function stageOf(card: VisitCard, closed: string | null, record: RecordView): VisitSummary["stage"] {
  if (closed !== null || over(card)) return "over";
  const mended = card.state !== "returned" || record.points.every((point) => point.remark === null);
  if (record.submitted !== null && mended) return "submitted";
  if (card.state === "returned") return "returned";
  const signed = record.signatures.some((one) => one.role === "representative" && !one.stale);
  const refused = record.refusals.some((one) => one.what === "signature" && one.stands);
  if (signed || refused) return "signed";
  if (record.answered > 0) return "checking";
  return record.arrived || record.notices.length > 0 ? "at_the_door" : "not_begun";
}

const DAY_MS = 86_400_000;
/** Windows are local days of the authority: Beijing time. */
const ZONE_MS = 8 * 3_600_000;

export function summaryOf(
  card: VisitCard,
  counted: Counted,
  files: readonly FileRow[],
  proven: number | null,
): VisitSummary {
  const { entries, ...rest } = counted;
  const alone = files.filter((one) => one.visit === card.id && !one.complete);
  return {
    ...{ ...rest, card },
    unsent: { entries, files: alone.length, bytes: alone.reduce((sum, one) => sum + one.length - one.sent, 0) },
    daysLeft: proven === null ? null : daysBetween(proven, card.window.closes),
    // No card tells where its object is.
    metres: null,
  };
}

/** From the local day of an instant to a day. */
function daysBetween(now: number, day: string): number {
  const today = Math.floor((now + ZONE_MS) / DAY_MS);
  return Math.floor(Date.parse(`${day}T00:00:00Z`) / DAY_MS) - today;
}
