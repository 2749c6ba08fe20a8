/** Says exactly what is on this tablet alone. */
import type { SyncState } from "../../app/tablet";
import type { Given } from "../../i18n";
import type { FileRow } from "../../store/ports";
import type { IconName } from "../parts";

type Say = (key: string, given?: Given) => string;

/** How many of what. `photos` are among `files`. */
export interface Alone {
  readonly entries: number;
  readonly files: number;
  readonly photos: number;
}

/** Counted as the sync counts; the queue tells which of the files are pictures. */
export function aloneOf(sync: Pick<SyncState, "entries" | "files">, queue: readonly Pick<FileRow, "mime">[]): Alone {
  const photos = queue.filter((one) => one.mime.startsWith("image/")).length;
  return { entries: sync.entries, files: sync.files, photos: Math.min(photos, sync.files) };
}

/** `3 records and 41 photos`; empty when there is nothing. */
export function namesOf(alone: Alone, say: Say, number: (value: number) => string = String): string {
  const others = alone.files - alone.photos;
  const parts = [
    ["frame.n_entries", alone.entries],
    ["frame.n_photos", alone.photos],
    ["frame.n_files", others],
  ] as const;
  return parts
    .filter(([, n]) => n > 0)
    .map(([key, n]) => say(key, { n }).replace(String(n), number(n)))
    .join(say("frame.and"));
}

/** What the badge says: one sentence that is true, and a sign for it. */
export interface Honest {
  readonly text: string;
  /** What the sync is doing or waiting for; null when that is nothing worth a word. */
  readonly doing: string | null;
  readonly icon: IconName;
  readonly tone: "neutral" | "accent" | "warning";
}

/** Nothing is called delivered before a complete pass said so. */
export function honestly(
  sync: SyncState,
  queue: readonly Pick<FileRow, "mime">[],
  say: Say,
  number?: (value: number) => string,
): Honest {
  const what = namesOf(aloneOf(sync, queue), say, number);
  const doing = doingOf(sync, say);
  const icon: IconName = sync.online ? "upload" : "cloud_off";
  const worry = sync.refused > 0 || sync.standing !== "good" || (sync.online && sync.trouble !== null);
  const tone = worry ? "warning" : "neutral";
  if (what !== "") return { text: say("frame.only_here", { what }), doing, icon, tone };
  if (sync.refused > 0) {
    return { text: say("frame.delivered_but_refused", { n: sync.refused }), doing, icon: "warning", tone };
  }
  if (sync.lastDone === null) return { text: say("frame.never_synced"), doing, icon, tone };
  const done = sync.online ? "cloud_done" : "cloud_off";
  return { text: say("frame.all_delivered"), doing, icon: done, tone: worry ? "warning" : "accent" };
}

function doingOf(sync: SyncState, say: Say): string | null {
  if (!sync.online) return say("frame.offline");
  if (sync.paused) return say("frame.paused");
  if (sync.wifiOnly && sync.connection === "metered" && sync.files > 0) return say("frame.waits_for_wifi");
  if (sync.doing === "entries" || sync.doing === "files") return say("frame.sending");
  return null;
}
