/** A device: one key, one signed log, a feed it follows, and an outbox that forgets nothing (docs/native-app.md). */
import {
  MAX_CLAIMS,
  MAX_LINES,
  type CredentialsAnswer,
  type EnrolAnswer,
  type EnrolRequest,
  type Holding,
  type InventoryAnswer,
  type InventoryRequest,
  type KeysAnswer,
  type LogClaim,
  type NoticeNumbersAnswer,
  type PinnedChecklist,
  type PullAnswer,
  type Purpose,
  type PushAnswer,
  type SignedText,
  type SnapshotAnswer,
  type TokenAnswer,
  type VisitCard,
  type WipedRequest,
  type WipeOrder,
} from "@contract";
import type { Captured, LocalStore, SigningKey } from "../store/ports";
import { doubtful, keysOf } from "./doubts";
import { enrolled, enrolRequest } from "./enrolment";
import { exportAll, exportPart, exportParts, type ExportFrom } from "./export";
import { attestation, knownEntries, shownSet, type KnownEntry } from "./known";
import { OwnLog } from "./log";
import { epochOf, known, NAMES } from "./memory";
import { keepNumbers, nextNumber, numbersLeft, takeNumber } from "./numbers";
import { Replica } from "./replica";
import { carriedBack, offerAgain, outbox, receiptOf, settle, type Break } from "./settling";
import { keepCredentials, keptCredentials } from "./shown";
import { browserSurroundings, logTurn } from "./surroundings";
import { anchorOf, clockOff, holdAnchor, learnKeys, provenTime, serverKeys, trusted } from "./trust";
import type { DeviceTime, Doubt, Draft, Prepared, ShownSet, Surroundings, Turn } from "./types";
import { acknowledgement, erase, forgetAll, holding } from "./wiping";
import { Witness } from "./witness";

/**
 * One tablet, on what its store remembers. Ids, hashes and digests are texts as they stand on the wire. No method is to
 * be called inside a step of the store: many wait for signatures, which a transaction cannot.
 */
export class Device {
  readonly witness: Witness;
  readonly replica: Replica;
  readonly #log: OwnLog;
  readonly #turn: Turn;

  constructor(
    readonly store: LocalStore,
    readonly key: SigningKey,
    private readonly world: Surroundings = browserSurroundings(),
    turn: Turn = logTurn(),
  ) {
    this.witness = new Witness(store);
    this.replica = new Replica(store);
    this.#turn = turn;
    this.#log = new OwnLog({ store, key, world, turn, witness: this.witness });
  }

  // -- who it is -----------------------------------------------------------------------------------------------------

  /** The request by which this device's key becomes known. Safe to repeat. */
  enrolRequest(code: string, name: string): Promise<EnrolRequest> {
    return enrolRequest(this.store, this.key, code, name);
  }

  /** Keeps what the server told at enrolment; UntrustedAnswerError. */
  enrolled(answer: EnrolAnswer): Promise<void> {
    return enrolled(this.store, this.key, answer, this.time());
  }

  /** Whether this device has a number, and was not erased. */
  async isEnrolled(): Promise<boolean> {
    return (await this.store.recall(NAMES.token)) !== null && (await this.store.recall(NAMES.wiped)) === null;
  }

  /** The number that the server gave this device; NotEnrolledError before enrolment. */
  id(): Promise<string> {
    return known(this.store, NAMES.device);
  }

  /** The inspector this device was enrolled for. */
  inspector(): Promise<string> {
    return known(this.store, NAMES.inspector);
  }

  /** Opens the channel; proves nothing about entries. */
  token(): Promise<string> {
    return known(this.store, NAMES.token);
  }

  /** Shows this token from now on. */
  keepToken(answer: TokenAnswer): Promise<void> {
    return this.store.remember(NAMES.token, answer.token);
  }

  /** What its clocks say now. */
  time(): DeviceTime {
    return this.world.time();
  }

  /** So many random bytes, e.g. for the `jti` of a proof. */
  entropy(length: number): Uint8Array<ArrayBuffer> {
    return this.world.entropy(length);
  }

  /** The incarnation of the log that is being written. */
  epoch(): Promise<number> {
    return epochOf(this.store);
  }

  // -- what it writes ------------------------------------------------------------------------------------------------

  /**
   * Writes one entry into the signed log. It is kept when this resolves, and for ever. WrongEntryError when the contract
   * does not allow it, NotEnrolledError, LogBusyError, or what the store throws: nothing was written then.
   */
  capture(draft: Draft): Promise<Captured> {
    return this.captureWith(() => Promise.resolve({ draft }));
  }

  /**
   * Like `capture`, for a draft that is made of what the store says (earlier statements, the set that is vouched for) or
   * is kept together with something else. `prepare` may be called several times, the last call counts.
   */
  captureWith(prepare: () => Promise<Prepared>): Promise<Captured> {
    return this.#log.write(prepare);
  }

  /** Writes the entry that bears the next number of a notice, and takes the number with it; NoNumberLeftError. */
  async captureNumbered(
    make: (number: string) => Draft | Promise<Draft>,
  ): Promise<{ readonly entry: Captured; readonly number: string }> {
    let number = "";
    const entry = await this.captureWith(async () => {
      const next = await nextNumber(this.store);
      number = next;
      return { draft: await make(next), alongside: () => takeNumber(this.store, next) };
    });
    return { entry, number };
  }

  /** Begins a new incarnation of the log: `fork`, `restored`, `wiped`, or in words. */
  startEpoch(reason: string): Promise<Captured> {
    return this.#log.startEpoch(reason);
  }

  // -- what it sends -------------------------------------------------------------------------------------------------

  /** The oldest entries that the server has not taken into custody, as many as one push may carry. */
  outbox(limit: number = MAX_LINES): Promise<Captured[]> {
    return outbox(this.store, limit);
  }

  /** Notes the verdicts of a push; how many entries need not be sent again. UntrustedAnswerError. */
  async settle(batch: readonly Captured[], answer: PushAnswer): Promise<number> {
    const receipt = await receiptOf(this.store, answer.receipt);
    const anchor = await anchorOf(this.store, answer.anchor);
    const told = { batch, answer, receipt, anchor, now: this.time() };
    const { settled, broken } = await settle(this.store, this.witness, told);
    await this.#mend(broken);
    return settled;
  }

  /** The newest entry of every incarnation of the own log. */
  heads(): Promise<LogClaim[]> {
    return this.#log.heads();
  }

  /** The question which of the own log the server lacks, and what nobody else has. */
  async inventory(app: string | null = null): Promise<InventoryRequest> {
    return { heads: (await this.heads()).slice(-MAX_CLAIMS), holding: await this.holding(app) };
  }

  /** Puts back into the outbox what the server turns out to lack; how many entries. */
  async offerAgain(answer: InventoryAnswer): Promise<number> {
    const { offered, broken } = await offerAgain(this.store, answer);
    await this.#mend(broken);
    return offered;
  }

  /** Whether the server lives in another history than this device knew: its log must be compared again. */
  async serverWasRestored(): Promise<boolean> {
    return (await this.store.recall(NAMES.restored)) !== null;
  }

  /** Body of an `attest` or `submit` that vouches for all own entries of a visit. */
  attestation(visit: string): Promise<ShownSet> {
    return attestation(this.store, visit);
  }

  /** What a signature names when all that is known here of a visit was shown. */
  shown(visit: string): Promise<ShownSet> {
    return shownSet(this.store, visit);
  }

  // -- what it receives ----------------------------------------------------------------------------------------------

  /** The place in the own feed up to which everything was applied. */
  cursor(): Promise<string | null> {
    return this.replica.cursor();
  }

  /** Whether something did not fit together: only a snapshot puts it right. */
  needsSnapshot(): Promise<boolean> {
    return this.replica.needsSnapshot();
  }

  /**
   * Applies a page of the feed and its cursor in one step; false, and nothing, when it is not the next page.
   * UntrustedAnswerError when the anchor, an entry or a checklist is not what it says; nothing was applied.
   */
  async apply(answer: PullAnswer): Promise<boolean> {
    if ((answer.from ?? null) !== (await this.cursor())) return false;
    const anchor = await anchorOf(this.store, answer.anchor);
    return this.replica.apply(answer, () => holdAnchor(this.store, anchor, this.time()));
  }

  /** Rebuilds the read side from all pages of a snapshot. The own log is not touched. */
  applySnapshot(pages: readonly SnapshotAnswer[]): Promise<void> {
    return this.replica.applySnapshot(pages);
  }

  /** The visits that stand in the feed, by id, as they were last told. */
  visits(): Promise<Map<string, VisitCard>> {
    return this.replica.visits();
  }

  /** One visit; null when it does not stand in the feed. */
  visit(id: string): Promise<VisitCard | null> {
    return this.replica.visit(id);
  }

  /** The checklists that a card names, as far as they were told. */
  async checklists(card: VisitCard): Promise<PinnedChecklist[]> {
    const found = await Promise.all(card.checklists.map(([code, version]) => this.replica.checklist(code, version)));
    return found.filter((pinned) => pinned !== null);
  }

  /** Everything that is known of a visit: the told entries, and the own ones that were not told yet. */
  known(visit: string): Promise<KnownEntry[]> {
    return knownEntries(this.store, visit);
  }

  /** By hash, the told entries of a visit whose signature could not be verified: for people to look at. */
  async doubtful(visit: string): Promise<Map<string, Doubt>> {
    const devices = [this.key.jwk, ...keysOf(await this.visit(visit))];
    return doubtful(await this.store.heard(visit), devices, await serverKeys(this.store));
  }

  /** Holds a new time anchor: every entry names the newest one. UntrustedAnswerError. */
  async keepAnchor(signed: SignedText): Promise<void> {
    const anchor = await anchorOf(this.store, signed);
    await holdAnchor(this.store, anchor, this.time());
  }

  /** The newest proven instant of the server, ms since 1970; null before the first. */
  provenTime(): Promise<number | null> {
    return provenTime(this.store);
  }

  /** Milliseconds by which the wall clock is ahead of the server's; null when unknown. For a warning only. */
  clockOff(): Promise<number | null> {
    return clockOff(this.store, this.time());
  }

  /** Trusts the keys to which those lead that are trusted already; whether there were new ones. */
  learnKeys(answer: KeysAnswer): Promise<boolean> {
    return learnKeys(this.store, answer);
  }

  /** The text of a signed answer; UntrustedAnswerError unless a known key of the server signed it. */
  trusted(purpose: Purpose, signed: SignedText): Promise<string> {
    return trusted(this.store, purpose, signed);
  }

  /** Keeps what is shown at the door of a visit. */
  keepCredentials(visit: string, answer: CredentialsAnswer): Promise<void> {
    return keepCredentials(this.store, visit, answer);
  }

  /** What was kept to be shown at the door. */
  credentials(visit: string): Promise<CredentialsAnswer | null> {
    return keptCredentials(this.store, visit);
  }

  /** Keeps the numbers of notices that the server reserved. */
  keepNumbers(answer: NoticeNumbersAnswer): Promise<void> {
    return keepNumbers(this.store, answer);
  }

  /** How many numbers can be given out before the server has to be asked again. */
  numbersLeft(): Promise<number> {
    return numbersLeft(this.store);
  }

  // -- how it ends ---------------------------------------------------------------------------------------------------

  /** What would be lost with this device now. */
  holding(app: string | null = null): Promise<Holding> {
    return holding(this.store, app);
  }

  /** Erases everything but what is needed to acknowledge it; StillNeededError when the order does not allow it. */
  erase(order: WipeOrder): Promise<void> {
    return this.#turn(() => erase(this.store, this.key, order));
  }

  /** What an erased device still has to say; null when it is not erased, or was heard. */
  acknowledgement(): Promise<WipedRequest | null> {
    return acknowledgement(this.store);
  }

  /** The server heard it: nothing is remembered any more. The key goes with `Safe.burn`. */
  forgetAll(): Promise<void> {
    return this.#turn(() => forgetAll(this.store));
  }

  /** Everything as one file of last resort; ExportTooLargeError when it takes several. */
  exportAll(app: string | null = null): Promise<Blob> {
    return exportAll(this.#exporting(app));
  }

  /** How many files an export takes. */
  exportParts(): Promise<number> {
    return exportParts(this.#exporting(null));
  }

  /** One file of an export, counted from 0. */
  exportPart(part: number, app: string | null = null): Promise<Blob> {
    return exportPart(this.#exporting(app), part);
  }

  /** Notes what receipts that a person carried back name as in custody; how many. UntrustedAnswerError. */
  async carriedBack(receipts: readonly SignedText[]): Promise<number> {
    const believed = await Promise.all(receipts.map((signed) => receiptOf(this.store, signed)));
    return carriedBack(this.store, believed);
  }

  #exporting(app: string | null): ExportFrom {
    return { store: this.store, key: this.key, wall: this.time().wall, app };
  }

  async #mend(broken: Break): Promise<void> {
    if (broken !== null) await this.startEpoch(broken);
  }
}
