/** What a paper consists of: its words, its sources, its blocks, and texts as they may stand on it. */
import type { PinnedChecklist, VisitCard } from "@contract";
import type { RecordView } from "./view";

export type PaperLang = "zh" | "en";

/** The words of the paper; `ui` gives them from its catalogue, since this room knows none. */
export type Say = (word: PaperWord, given?: Readonly<Record<string, string | number>>) => string;

export type PaperWord =
  | "title"
  | "object"
  | "object_name"
  | "object_code"
  | "object_address"
  | "object_representative"
  | "visit"
  | "authority"
  | "tasks"
  | "place"
  | "arrived"
  | "no_arrival"
  | "team"
  | "certificate"
  | "no_certificate"
  | "leader"
  | "notice"
  | "notice_none"
  | "notice_handed_over"
  | "notice_shown"
  | "notice_scanned"
  | "notice_link"
  | "notice_to"
  | "ground"
  | "findings"
  | "counts"
  | "problems"
  | "no_problems"
  | "open_points"
  | "differing_points"
  | "refusals"
  | "refused_access"
  | "refused_answer"
  | "refused_document"
  | "by_unknown"
  | "notes"
  | "none"
  | "evidence_total"
  | "points"
  | "source"
  | "rights"
  | "clock"
  | "yes"
  | "no"
  | "not_applicable"
  | "unanswered"
  | "refused"
  | "both_stand"
  | "re_inspect"
  | "decided"
  | "key_item"
  | "veto_item"
  | "files"
  | "said_by"
  | "colon";

/** An entry of the visit, as far as the paper asks. */
export interface Told {
  readonly hash: string;
  readonly type: string;
  readonly inspector: string | null;
  /** The tablet's clock, ms since 1970. */
  readonly wall: number;
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly custody: "own" | "server" | "refused";
}

/** What a paper is made of; a `VisitView` is one. */
export interface PaperSource {
  readonly card: VisitCard;
  readonly checklists: readonly PinnedChecklist[];
  readonly record: RecordView;
  readonly history: readonly Told[];
}

/** One check point on the paper. */
export interface PaperPoint {
  readonly number: number;
  readonly text: string;
  /** Whether it is a key item or decides alone; empty for others. */
  readonly mark: string;
  readonly answer: string;
  readonly found: "good" | "wanting" | "other";
  /** What the inspectors wrote; empty when nothing. */
  readonly remark: string;
  /** How many files show it; empty when none. */
  readonly files: string;
}

export type PaperBlock =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "rows"; readonly rows: readonly (readonly [label: string, value: string])[] }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "points"; readonly group: string; readonly points: readonly PaperPoint[] };

/** A paper in parts, every text cleaned: what is shown and what is kept are both made from it. */
export interface Paper {
  readonly lang: PaperLang;
  readonly authority: string;
  readonly title: string;
  readonly blocks: readonly PaperBlock[];
}

const SHOWN_CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const LONE_SURROGATES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A text as it may stand on a paper: marks that are not seen, or that turn the order of others, are made visible. */
export function cleaned(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    .replace(LONE_SURROGATES, "\ufffd")
    .replace(SHOWN_CONTROLS, (one) => `[U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`);
}

/** A block with every text cleaned. */
export function cleanedBlock(block: PaperBlock): PaperBlock {
  switch (block.kind) {
    case "rows":
      return { ...block, rows: block.rows.map(([label, value]) => [cleaned(label), cleaned(value)] as const) };
    case "list":
      return { ...block, items: block.items.map(cleaned) };
    case "points":
      return { ...block, group: cleaned(block.group), points: block.points.map(cleanedPoint) };
    default:
      return { ...block, text: cleaned(block.text) };
  }
}

function cleanedPoint(point: PaperPoint): PaperPoint {
  return { ...point, text: cleaned(point.text), answer: cleaned(point.answer), remark: cleaned(point.remark) };
}
