/** What was stated in a visit, point by point: a pure function of its entries, for looking at. The server's fold decides. */
import type { ChecklistItem, Reason, TaskCard } from "@contract";

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

/** Where a check point stands. */
export type PointState = "open" | "single" | "incomplete" | "corroborated" | "conflict" | "self_conflict" | "disputed" | "decided";

/** A check point with all that was said of it. */
export interface PointView {
  readonly task: TaskCard;
  readonly checklist: readonly [code: string, version: number, digest: string];
  readonly item: ChecklistItem;
  /** Surviving statements, one line an inspector unless he contradicts himself; own first. */
  readonly statements: readonly Statement[];
  /** Everything ever stated of it, oldest first, withdrawn and corrected ones included. */
  readonly history: readonly (Statement & { readonly replacedBy: string | null; readonly withdrawn: boolean })[];
  readonly own: Statement | null;
  readonly state: PointState;
  /** What the leader decided, if he did. */
  readonly decided: string | null;
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
  readonly refusals: readonly { what: string; outcome: string; hash: string; witnessed: boolean }[];
  readonly photos: readonly { digest: string; mime: string; item: string | null; caption: string | null; own: boolean }[];
  /** Own submission that stands. */
  readonly submitted: string | null;
  /** Inspectors who vouched, by id. */
  readonly vouched: readonly string[];
  /** What keeps this inspector from ending the own part, as keys of the catalogue with the points concerned. */
  readonly obstacles: readonly { key: string; points: readonly string[] }[];
  /** Set digest and heads of all entries known here: what a signature names. */
  readonly shown: { readonly set: string; readonly heads: readonly { dev: string; ep: number; seq: number; hash: string }[]; readonly count: number };
}
