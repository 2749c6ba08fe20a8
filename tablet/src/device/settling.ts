/** What becomes of the own log at the server: the outbox, the verdicts, and what it lacks after all (§6, §7, §10). */
import {
  MAX_LINES,
  MAX_PACKED_BYTES,
  type EntryVerdict,
  type InventoryAnswer,
  type LogState,
  type PushAnswer,
  type Receipt,
  type SignedText,
  type TimeAnchor,
} from "@contract";
import type { Captured, Custody, LocalStore } from "../store/ports";
import { readReceipt } from "../wire/answers";
import { utf8 } from "../wire/bytes";
import { epochOf, known, NAMES } from "./memory";
import { believed, holdAnchor } from "./trust";
import type { DeviceTime } from "./types";
import type { Witness } from "./witness";

// Below the packed limit, so that even text that does not compress fits into one push.
const MAX_BATCH_BYTES = Math.floor((MAX_PACKED_BYTES * 3) / 4);

/** Why a new incarnation of the log must begin; null when the log goes on. */
export type Break = "fork" | "restored" | null;

/** The oldest entries that the server has not taken into custody, as many as one push may carry. */
export async function outbox(store: LocalStore, limit: number): Promise<Captured[]> {
  const batch: Captured[] = [];
  let size = 0;
  for (const entry of await store.entries("own", Math.min(limit, MAX_LINES))) {
    size += utf8(entry.line).length + 1;
    if (batch.length && size > MAX_BATCH_BYTES) break;
    batch.push(entry);
  }
  return batch;
}

/** The receipt of a push, believed; UntrustedAnswerError. */
export function receiptOf(store: LocalStore, signed: SignedText): Promise<Receipt> {
  return believed(store, "insp/receipt/v1", signed, readReceipt);
}

/** What a push answered, its signatures checked. */
export interface Settling {
  readonly batch: readonly Captured[];
  readonly answer: PushAnswer;
  readonly receipt: Receipt;
  readonly anchor: TimeAnchor;
  readonly now: DeviceTime;
}

/**
 * Notes the verdicts of a push, in one step; how many entries need not be sent again, and whether the log breaks.
 * Custody is believed only where the signed receipt names the entry.
 */
export async function settle(
  store: LocalStore,
  witness: Witness,
  { batch, answer, receipt, anchor, now }: Settling,
): Promise<{ settled: number; broken: Break }> {
  const named = new Set(receipt.entries.map((entry) => entry.hash));
  return store.step(async () => {
    await holdAnchor(store, anchor, now);
    if (receipt.sth) await witness.saw(receipt.sth[0], receipt.sth[1], receipt.history);
    let settled = 0;
    for (const told of answer.verdicts) {
      const entry = batch[told.line];
      if (entry && (await note(store, entry, told, named))) settled += 1;
    }
    const own = await ownLogs(store, receipt.logs);
    for (const log of own) {
      const behind = await store.inCustody(log.ep, log.seq + 1);
      // It has not what it once gave a receipt for: it was restored, whether it knows that or not. What this very
      // receipt names is there.
      if (behind !== null && !named.has(behind)) await store.remember(NAMES.restored, receipt.history);
    }
    return { settled, broken: await brokenBy(store, own) };
  });
}

/** Puts back into the outbox what the server turns out to lack; how many entries, and whether the log breaks. */
export async function offerAgain(
  store: LocalStore,
  answer: InventoryAnswer,
): Promise<{ offered: number; broken: Break }> {
  return store.step(async () => {
    const restored =
      (await store.recall(NAMES.restored)) !== null || (await store.recall(NAMES.history)) !== answer.history;
    await store.remember(NAMES.history, answer.history);
    await store.remember(NAMES.restored, null);
    let offered = 0;
    for (const { state, missing } of answer.logs) {
      const mine = await store.newest(state.ep, state.seq);
      if (state.forked || (mine !== null && mine.hash !== (state.hash ?? null))) {
        offered += await store.reclaim(state.ep, 1, state.seq);
      }
      for (const gap of missing) offered += await store.reclaim(state.ep, gap.first, gap.last);
    }
    if (restored || offered > 0) await doubtFiles(store);
    const own = await ownLogs(
      store,
      answer.logs.map((log) => log.state),
    );
    return { offered, broken: await brokenBy(store, own) };
  });
}

/** A server that lacks entries may lack files too: each is asked for again, and sent only if it is not there. */
async function doubtFiles(store: LocalStore): Promise<void> {
  for (const file of await store.files()) {
    if (file.complete) await store.noteUpload(file.digest, { address: null, sent: 0, complete: false });
  }
}

/** Notes what receipts that were carried back name as in custody; how many entries need not be sent any more. */
export async function carriedBack(store: LocalStore, receipts: readonly Receipt[]): Promise<number> {
  return store.step(async () => {
    const own = new Set((await store.entries("own")).map((entry) => entry.hash));
    const history = await store.recall(NAMES.history);
    let settled = 0;
    for (const receipt of receipts) {
      if (receipt.history !== history) continue; // custody holds within one history: the next comparison tells
      for (const told of receipt.entries) {
        if (!own.delete(told.hash)) continue;
        await store.settle(told.hash, "server", told.verdict, []);
        settled += 1;
      }
    }
    return settled;
  });
}

async function note(
  store: LocalStore,
  entry: Captured,
  told: EntryVerdict,
  named: ReadonlySet<string>,
): Promise<boolean> {
  const reasons = told.reasons ?? [];
  const hash = told.hash ?? null;
  // What is written here can be read: it broke on its way, or the answer is another's.
  if (hash === null && reasons.includes("malformed")) return false;
  if (hash !== null && hash !== entry.hash) return false; // the answer to another push
  const custody = custodyBy(told, named.has(entry.hash));
  // A signed receipt is not taken back by an answer that nobody signed: a late copy may tell of an earlier try.
  if (custody !== "server" && (await store.inCustody(entry.ep, entry.seq)) === entry.hash) return false;
  await store.settle(entry.hash, custody, told.verdict, reasons);
  return custody !== "own";
}

function custodyBy({ verdict }: EntryVerdict, receipted: boolean): Custody {
  if (verdict === "refused") return "refused";
  return verdict !== "later" && receipted ? "server" : "own";
}

async function ownLogs(store: LocalStore, logs: readonly LogState[]): Promise<LogState[]> {
  const dev = await known(store, NAMES.device);
  return logs.filter((log) => log.dev === dev);
}

/** Whether two entries claimed one number of the log in work, or the server has numbers that are lost here. */
async function brokenBy(store: LocalStore, own: readonly LogState[]): Promise<Break> {
  const epoch = await epochOf(store);
  const log = own.find((one) => one.ep === epoch);
  if (log === undefined) return null;
  if (log.forked) return "fork";
  return log.top > ((await store.newest(epoch))?.seq ?? 0) ? "restored" : null;
}
