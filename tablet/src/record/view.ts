/** What was stated in a visit, point by point: a pure function of its entries, for looking at. The server's fold decides. */
import type { ChecklistItem, PinnedChecklist, Reason, TaskCard, VisitCard } from "@contract";

/** An entry of this tablet's own log, as far as the record asks; `store/` calls it `Captured`. */
export interface OwnEntry {
  readonly hash: string;
  /** The JSON of its EntryLine. */
  readonly line: string;
  readonly custody: "own" | "server" | "refused";
  readonly reasons: readonly Reason[];
}

/** An entry as the server told it, own ones among them; `store/` calls it `HeardEntry`. */
export interface ToldEntry {
  readonly hash: string;
  readonly vseq: number;
  /** The JSON of its EntryLine. */
  readonly line: string;
  readonly uncounted: readonly Reason[];
}

/** What a record is made of. */
export interface RecordSources {
  readonly card: VisitCard;
  /** Those that the card names and any others that entries may name, in any order. */
  readonly checklists: readonly PinnedChecklist[];
  /** Own entries of this visit, in the order of the log. */
  readonly own: readonly OwnEntry[];
  /** Everything the server told of it, in any order. */
  readonly heard: readonly ToldEntry[];
  /** The inspector who works here, and the id of this tablet. */
  readonly me: string;
  readonly device: string;
}

/** One inspector's statement. */
export interface Statement {
  readonly hash: string;
  readonly inspector: string;
  readonly own: boolean;
  readonly value: string;
  readonly comment: string | null;
  readonly basis: string;
  readonly media: readonly string[];
  readonly wall: number;
  /** Why it does not count; empty when it does. */
  readonly uncounted: readonly Reason[];
}

/**
 * Where a check point stands, as the server's fold says (sync.md §2.11). `open`: nobody stated anything; `refused`: a
 * standing refusal covers it; `reopened`, `rulings_differ`, `reinspect`: a decision was made and does not settle it.
 */
export type PointState =
  | "open"
  | "refused"
  | "single"
  | "countersigned"
  | "incomplete"
  | "corroborated"
  | "conflict"
  | "self_conflict"
  | "disputed"
  | "decided"
  | "reopened"
  | "rulings_differ"
  | "reinspect";

/** A check point with all that was said of it. */
export interface PointView {
  /** `<code of the checklist>/<code of the point>`: what obstacles and addresses name. */
  readonly key: string;
  /** The task by which it is answered; `tasks` are all that its answer counts for. */
  readonly task: TaskCard;
  readonly tasks: readonly TaskCard[];
  readonly checklist: readonly [code: string, version: number, digest: string];
  readonly item: ChecklistItem;
  /** Surviving statements, one line an inspector unless he contradicts himself; own first. */
  readonly statements: readonly Statement[];
  /** Everything ever stated of it, oldest first, withdrawn and corrected ones included. */
  readonly history: readonly (Statement & { readonly replacedBy: string | null; readonly withdrawn: boolean })[];
  readonly own: Statement | null;
  readonly state: PointState;
  /** What the leader decided: a value, `both-stand` or `re-inspect`; null when he did not, or it is re-opened. */
  readonly decided: string | null;
  /** The own statement is covered by the party's signature: a correction does not count unless it is signed anew. */
  readonly signed: boolean;
  readonly photos: readonly string[];
  readonly notes: readonly { hash: string; text: string; inspector: string }[];
  /** What the checklist still wants of the own statement. */
  readonly missing: readonly ("answer" | "comment" | "photo")[];
  /** Sent back by the leader, with what is to be corrected. */
  readonly remark: string | null;
}

/** The whole record. */
export interface RecordView {
  readonly points: readonly PointView[];
  readonly answered: number;
  readonly asked: number;
  readonly conflicts: number;
  readonly arrived: boolean;
  readonly left: boolean;
  readonly notices: readonly { number: string; how: string; hash: string }[];
  readonly signatures: readonly { role: string; name: string; hash: string; stale: boolean }[];
  /** `witnessed`: it has the witness it needs; `stands`: enough inspectors vouch for it, too. */
  readonly refusals: readonly {
    what: string;
    outcome: string;
    item: string | null;
    hash: string;
    witnessed: boolean;
    stands: boolean;
  }[];
  readonly photos: readonly {
    digest: string;
    mime: string;
    item: string | null;
    caption: string | null;
    own: boolean;
  }[];
  /** Own submission that stands. */
  readonly submitted: string | null;
  /** Inspectors who vouched, by id. */
  readonly vouched: readonly string[];
  /**
   * What is still to do before the own part ends, as keys of the catalogue (`record.…`) with the keys of the points.
   * What `blocks` must be mended first; the rest is said and may be overruled by the inspector.
   */
  readonly obstacles: readonly { key: string; points: readonly string[]; blocks: boolean }[];
  /** Set digest and heads of all entries known here: what a signature names. */
  readonly shown: {
    readonly set: string;
    readonly heads: readonly { dev: string; ep: number; seq: number; hash: string }[];
    readonly count: number;
  };
}
