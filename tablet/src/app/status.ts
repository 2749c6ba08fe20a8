/** What the sync does and what is still to do, from what it tells and what the store counts. */
import type { Device } from "../device";
import type { Told } from "../session/sync";
import type { Setback } from "../session/rhythm";
import { troubleOf } from "../session/trouble";
import type { StorageRoom } from "../store/persist";
import type { FileRow } from "../store/ports";
import type { SyncState } from "./tablet";

/** What the store counts. */
export type Counts = Pick<
  SyncState,
  "entries" | "files" | "bytes" | "refused" | "numbersLeft" | "clockOff" | "storage"
>;

export const NO_COUNTS: Counts = {
  ...{ entries: 0, files: 0, bytes: 0, refused: 0, numbersLeft: 0, clockOff: null, storage: null },
};

export const QUIET: SyncState = {
  ...NO_COUNTS,
  ...{ doing: "nothing", online: true, lastDone: null, trouble: null, paused: false, wifiOnly: false },
  ...{ moving: new Map(), standing: "good", submitUntil: null, alarm: null, connection: "unknown" },
};

export async function countsOf(
  device: Device,
  files: readonly FileRow[],
  storage: StorageRoom | null,
): Promise<Counts> {
  const alone = files.filter((one) => !one.complete);
  const { store } = device;
  const [entries, refused, numbersLeft, clockOff] = await Promise.all([
    store.count("own"),
    store.count("refused"),
    device.numbersLeft(),
    device.clockOff(),
  ]);
  return {
    ...{ entries, refused, storage, numbersLeft, clockOff, files: alone.length },
    bytes: alone.reduce((sum, one) => sum + one.length - one.sent, 0),
  };
}

/** `wall` and `mono` now, to say when something is tried again. */
export function stateOf(
  told: Told,
  counts: Counts,
  connection: SyncState["connection"],
  now: { wall: number; mono: number },
): SyncState {
  const { doing, online, lastDone, paused, wifiOnly, moving, standing, submitUntil, alarm } = told;
  const setback = told.entriesSetback ?? told.filesSetback;
  return {
    ...counts,
    ...{ doing, online, lastDone, paused, wifiOnly, moving, standing, submitUntil, alarm, connection },
    trouble: setback ? shown(setback, now) : waits(told, counts),
  };
}

function shown({ error, retryAt }: Setback, { wall, mono }: { wall: number; mono: number }): SyncState["trouble"] {
  return { ...troubleOf(error), retryAt: wall + Math.max(0, retryAt - mono) };
}

function waits(told: Told, counts: Counts): SyncState["trouble"] {
  const waiting = told.waitsForWifi && counts.files > 0;
  return waiting ? { key: "trouble.waits_for_wifi", code: null, retryAt: null } : null;
}
