/** A device: one key, one signed log, a feed it follows, and an outbox that forgets nothing (docs/native-app.md). */
import type {
  CredentialsAnswer,
  EnrolAnswer,
  EnrolRequest,
  EntryLine,
  Holding,
  InventoryAnswer,
  InventoryRequest,
  KeysAnswer,
  LogClaim,
  NoticeNumbersAnswer,
  PinnedChecklist,
  PullAnswer,
  PushAnswer,
  Purpose,
  Reason,
  SignedText,
  SnapshotAnswer,
  TokenAnswer,
  VisitCard,
  WipedRequest,
  WipeOrder,
} from "@contract";
import type { Captured, LocalStore, SigningKey } from "../store/ports";
import type { Doubt, Draft, DeviceTime, Prepared, ShownSet, Surroundings, Turn } from "./types";

/** What the entries of a visit are, as far as this tablet knows: the told ones, and the own ones not told yet. */
export interface KnownEntry {
  readonly hash: string;
  readonly line: EntryLine;
  /** Its number in the visit; null while the server has not told it. */
  readonly vseq: number | null;
  /** Why it does not count; empty when it does. */
  readonly uncounted: readonly Reason[];
  /** The entry of the own log; null for what others wrote. */
  readonly own: Captured | null;
}

export abstract class DeviceSkeleton {
  abstract readonly store: LocalStore;
  abstract readonly key: SigningKey;

  // -- who it is -----------------------------------------------------------------------------------------------------
  abstract enrolRequest(code: string, name: string): Promise<EnrolRequest>;
  abstract enrolled(answer: EnrolAnswer): Promise<void>;
  abstract isEnrolled(): Promise<boolean>;
  abstract id(): Promise<string>;
  abstract inspector(): Promise<string>;
  abstract token(): Promise<string>;
  abstract keepToken(answer: TokenAnswer): Promise<void>;
  abstract time(): DeviceTime;
  abstract epoch(): Promise<number>;

  // -- what it writes ------------------------------------------------------------------------------------------------
  /** Not inside a step. */
  abstract capture(draft: Draft): Promise<Captured>;
  /** Like `capture`; `prepare` is called again for each try, after the end of the log was read. */
  abstract captureWith(prepare: () => Promise<Prepared>): Promise<Captured>;
  /** Takes the next number of a notice in the transaction of its entry. */
  abstract captureNumbered(
    make: (number: string) => Draft | Promise<Draft>,
  ): Promise<{ entry: Captured; number: string }>;
  abstract startEpoch(reason: string): Promise<Captured>;

  // -- what it sends -------------------------------------------------------------------------------------------------
  abstract outbox(limit?: number): Promise<Captured[]>;
  abstract settle(batch: readonly Captured[], answer: PushAnswer): Promise<number>;
  abstract heads(): Promise<LogClaim[]>;
  abstract inventory(app?: string): Promise<InventoryRequest>;
  abstract offerAgain(answer: InventoryAnswer): Promise<number>;
  abstract serverWasRestored(): Promise<boolean>;
  abstract attestation(visit: string): Promise<ShownSet>;
  abstract shown(visit: string): Promise<ShownSet>;

  // -- what it receives ----------------------------------------------------------------------------------------------
  abstract cursor(): Promise<string | null>;
  abstract needsSnapshot(): Promise<boolean>;
  abstract apply(answer: PullAnswer): Promise<boolean>;
  abstract applySnapshot(pages: readonly SnapshotAnswer[]): Promise<void>;
  abstract visits(): Promise<Map<string, VisitCard>>;
  abstract checklists(card: VisitCard): Promise<PinnedChecklist[]>;
  abstract known(visit: string): Promise<KnownEntry[]>;
  abstract doubtful(visit: string): Promise<Map<string, Doubt>>;
  abstract keepAnchor(signed: SignedText): Promise<void>;
  abstract clockOff(): Promise<number | null>;
  abstract learnKeys(answer: KeysAnswer): Promise<boolean>;
  abstract trusted(purpose: Purpose, signed: SignedText): Promise<string>;
  abstract keepCredentials(visit: string, answer: CredentialsAnswer): Promise<void>;
  abstract credentials(visit: string): Promise<CredentialsAnswer | null>;
  abstract keepNumbers(answer: NoticeNumbersAnswer): Promise<void>;
  abstract numbersLeft(): Promise<number>;

  // -- how it ends ---------------------------------------------------------------------------------------------------
  abstract holding(app?: string): Promise<Holding>;
  abstract erase(order: WipeOrder): Promise<void>;
  abstract acknowledgement(): Promise<WipedRequest | null>;
  abstract forgetAll(): Promise<void>;
  abstract exportAll(app?: string): Promise<Blob>;
  abstract carriedBack(receipts: readonly SignedText[]): Promise<number>;
}

/** Opens a device on what its store remembers. */
export type OpenDevice = (store: LocalStore, key: SigningKey, world?: Surroundings, turn?: Turn) => DeviceSkeleton;
