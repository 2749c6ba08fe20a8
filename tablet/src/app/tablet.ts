/**
 * The tablet as screens see it. A screen follows stores and calls verbs; it knows nothing of databases, requests or
 * bytes. Verbs that write resolve when the entry is kept on this tablet; they throw `NotKept` with a key of the
 * catalogue when it could not be kept, and nothing was written then.
 */
import type {
  CredentialsAnswer,
  EntryType,
  FieldRemark,
  NoticeReceiver,
  PinnedChecklist,
  ProblemCode,
  Reason,
  ServedHow,
  TaskCard,
  Verdict,
  VisitCard,
} from "@contract";
import type { Readable } from "svelte/store";
import type { CopySize, FileRow } from "../store/ports";
import type { RecordView } from "../record/view";

/** `new`: nothing here yet; `locked`; `open`; `wiped`: the office had it erased, nothing is left. */
export type Phase = "starting" | "new" | "locked" | "open" | "wiped";

/** A visit in the list. */
export interface VisitSummary {
  readonly card: VisitCard;
  /** Answered and asked check points, of all tasks. */
  readonly answered: number;
  readonly asked: number;
  /** Where this inspector's own part stands. */
  readonly stage: "not_begun" | "at_the_door" | "checking" | "signed" | "submitted" | "returned" | "over";
  readonly conflicts: number;
  /** What is on this tablet alone. */
  readonly unsent: { readonly entries: number; readonly files: number; readonly bytes: number };
  /** Entries that the server refused, flagged or holds. */
  readonly remarked: number;
  /** Days until the window closes, by the newest proven time; negative when it is over. Null without a proven time. */
  readonly daysLeft: number | null;
  /** Metres to the object as far as both positions are known. */
  readonly metres: number | null;
}

/** A visit in work. */
export interface VisitView {
  readonly card: VisitCard;
  readonly checklists: readonly PinnedChecklist[];
  readonly record: RecordView;
  readonly files: readonly FileRow[];
  readonly credentials: CredentialsAnswer | null;
  /** Everything stated, newest last, with what became of it. */
  readonly history: readonly EntryShown[];
  readonly remarks: readonly FieldRemark[];
  /** Topic is gone from the feed (reassigned, recused, published …): nothing can be written any more, own work stays. */
  readonly closed: string | null;
}

/** One entry of this visit, own or a partner's, as people read it. */
export interface EntryShown {
  readonly hash: string;
  readonly type: EntryType | string;
  readonly inspector: string | null;
  readonly own: boolean;
  readonly wall: number;
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly over: readonly string[];
  readonly custody: "own" | "server" | "refused";
  readonly verdict: Verdict | null;
  readonly reasons: readonly Reason[];
}

/** An own entry, of whatever visit or of none, with what became of it. */
export interface OwnShown extends EntryShown {
  readonly visit: string | null;
}

/** Which own entries are asked for: not yet with the server; with it and flagged or held; refused by it. */
export type OwnAsked = "all" | "unsent" | "flagged" | "held" | "refused";

/** What the sync does and what is still to do. Never says more than is known. */
export interface SyncState {
  readonly doing: "nothing" | "entries" | "files" | "reading" | "comparing";
  readonly online: boolean;
  /** On this tablet alone. */
  readonly entries: number;
  readonly files: number;
  readonly bytes: number;
  readonly refused: number;
  /** Proven server time of the last complete pass; null before the first. */
  readonly lastDone: string | null;
  /** Why the last pass ended early, as a key of the catalogue, and its problem code if the server gave one. */
  readonly trouble: { readonly key: string; readonly code: ProblemCode | null; readonly retryAt: number | null } | null;
  readonly paused: boolean;
  readonly wifiOnly: boolean;
  /** Whether bytes cost something here; where the browser does not say, files go up all the same. */
  readonly connection: "free" | "metered" | "unknown";
  /** Files on their way: bytes sent of length, by digest. */
  readonly moving: ReadonlyMap<string, { readonly sent: number; readonly length: number }>;
  /** Milliseconds by which the tablet's clock is off, from the newest anchor; null when unknown. */
  readonly clockOff: number | null;
  /** Standing of the device. */
  readonly standing: "good" | "revoked" | "wipe_ordered" | "too_old";
  /** While revoked: until when the office takes what is still here; null when it did not say. */
  readonly submitUntil: string | null;
  /** A proof of the server's log failed, or its signature: an alarm for people. */
  readonly alarm: string | null;
  readonly numbersLeft: number;
  readonly storage: { readonly persisted: boolean; readonly used: number; readonly quota: number } | null;
}

/** A position, or why there is none. */
export type Whereabouts =
  | {
      readonly position: {
        lat_e7: number;
        lon_e7: number;
        acc_dm: number;
        source: "gnss" | "network" | "fused" | "manual";
        fix_age_ms: number;
        mock?: boolean;
      };
    }
  | { readonly no_fix: string };

/** A check point in its task: what an answer names. */
export interface PointRef {
  readonly task: TaskCard;
  readonly item: string;
}

export class NotKept extends Error {
  constructor(
    readonly key: string,
    options?: ErrorOptions,
  ) {
    super(key, options);
  }
}

export interface Tablet {
  readonly phase: Readable<Phase>;
  readonly me: Readable<{ device: string; inspector: string; name: string | null } | null>;
  readonly visits: Readable<readonly VisitSummary[]>;
  readonly sync: Readable<SyncState>;

  /** Files that the server lacks, oldest first, with what it has of each. */
  readonly queue: Readable<readonly FileRow[]>;

  // -- who -----------------------------------------------------------------------------------------------------------
  enrol(given: { code: string; name: string; pin: string }): Promise<void>;
  /** True when open; else the seconds to wait. */
  unlock(pin: string): Promise<true | { wait: number; failed: number }>;
  /** Seconds until a PIN can be tried; 0: now. */
  waiting(): Promise<number>;
  lock(): void;
  changePin(old: string, fresh: string): Promise<boolean>;

  // -- a visit -------------------------------------------------------------------------------------------------------
  /** Follows one visit; null while it is not known here. */
  visit(id: string): Readable<VisitView | null>;
  open(visit: string): Promise<void>;
  arrive(visit: string, where: Whereabouts): Promise<void>;
  leave(visit: string, where: Whereabouts): Promise<void>;
  /** Takes the next number in the transaction of the entry; the number as printed. `number` for a paper of the office. */
  serveNotice(
    visit: string,
    told: { how: ServedHow; receiver?: NoticeReceiver; number?: string; doc?: string; lang: "zh" | "en" },
  ): Promise<string>;
  answer(
    visit: string,
    point: PointRef,
    said: { value: string; comment?: string; basis?: "seen" | "told" | "document"; media?: readonly string[] },
  ): Promise<void>;
  withdrawAnswer(visit: string, point: PointRef, reason: string): Promise<void>;
  note(visit: string, text: string, point?: PointRef): Promise<void>;
  concur(visit: string, targets: readonly string[]): Promise<void>;
  dispute(visit: string, targets: readonly string[], reason: string): Promise<void>;
  /** Keeps the bytes, then the entry that names them; the digest. */
  photo(
    visit: string,
    picture: Blob,
    about: { point?: PointRef; caption?: string; takenWall?: number; where?: Whereabouts },
  ): Promise<string>;
  document(
    visit: string,
    file: Blob,
    about: { name: string | null; point?: PointRef; caption?: string },
  ): Promise<string>;
  annotate(visit: string, of: string, overlay: Blob, caption?: string): Promise<void>;
  sign(
    visit: string,
    signature: {
      role: "representative" | "inspector" | "witness";
      name: string;
      position?: string;
      idTail?: string;
      ink: unknown;
      doc: string;
    },
  ): Promise<void>;
  refuse(
    visit: string,
    refusal: {
      what: "access" | "answer" | "document" | "signature";
      outcome?: "refused" | "unable" | "absent";
      reasonCode: string;
      text: string;
      by: { name?: string; role?: string; unknown?: boolean };
      witness?: { inspector?: string; name?: string; contact?: string };
      media?: readonly string[];
      item?: string;
    },
  ): Promise<void>;
  submit(visit: string): Promise<void>;
  /** Reopens the own part until it is published. */
  withdrawSubmission(visit: string, reason: string): Promise<void>;

  // -- bytes ---------------------------------------------------------------------------------------------------------
  /** An address of a copy for the screen, good until `release`; null when this tablet has none and cannot get one. */
  picture(digest: string, size: CopySize): Promise<{ url: string; release: () => void } | null>;
  original(digest: string): Promise<Blob | null>;
  /** The server's paper as PDF while it is in reach; null when it is not. */
  paper(visit: string, kind: "notice" | "record", lang: "zh" | "en"): Promise<Blob | null>;

  // -- sync ----------------------------------------------------------------------------------------------------------
  /** Own entries, newest first, not more than `limit`; `total` counts all that were asked for. */
  log(asked: OwnAsked, limit: number): Readable<{ readonly total: number; readonly entries: readonly OwnShown[] }>;
  syncNow(): Promise<void>;
  pause(paused: boolean): void;
  wifiOnly(only: boolean): void;
  /** Everything as the file of last resort (docs/native-app.md §14). */
  exportAll(): Promise<Blob>;
  draft(name: string): Promise<string | null>;
  putDraft(name: string, text: string | null): Promise<void>;
}
