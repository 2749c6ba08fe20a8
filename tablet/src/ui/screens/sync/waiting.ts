/** What waits on this tablet: by visit, and file by file. Pure. */
import type { SyncState, VisitSummary } from "../../../app/tablet";
import type { FileRow } from "../../../store/ports";

/** What one visit has on this tablet alone; `id` is null for what belongs to no visit known here. */
export interface Waiting {
  readonly id: string | null;
  readonly name: string | null;
  readonly entries: number;
  readonly files: number;
  readonly bytes: number;
}

/** By visit, most records first; what the visits do not account for stands last, so that the sum is the sync's. */
export function waitingOf(
  sync: Pick<SyncState, "entries" | "files" | "bytes">,
  visits: readonly VisitSummary[],
): readonly Waiting[] {
  const known = visits
    .filter(({ unsent }) => unsent.entries > 0 || unsent.files > 0)
    .map(({ card, unsent }): Waiting => ({ id: card.id, name: card.object.name, ...unsent }))
    .sort((a, b) => b.entries - a.entries || b.files - a.files);
  const rest: Waiting = {
    id: null,
    name: null,
    entries: Math.max(0, sync.entries - sum(known, "entries")),
    files: Math.max(0, sync.files - sum(known, "files")),
    bytes: Math.max(0, sync.bytes - sum(known, "bytes")),
  };
  return rest.entries > 0 || rest.files > 0 ? [...known, rest] : known;
}

function sum(all: readonly Waiting[], what: "entries" | "files" | "bytes"): number {
  return all.reduce((total, one) => total + one[what], 0);
}

/** A file on its way, or waiting for it. */
export interface Upload {
  readonly digest: string;
  readonly mime: string;
  readonly name: string | null;
  readonly sent: number;
  readonly length: number;
  readonly moving: boolean;
}

/** Those that move first, then those begun, then the rest in the order in which they will go. */
export function uploadsOf(queue: readonly FileRow[], moving: SyncState["moving"]): readonly Upload[] {
  const rank = (one: Upload) => (one.moving ? 0 : one.sent > 0 ? 1 : 2);
  return queue
    .map(({ digest, mime, name, length, sent }): Upload => {
      const now = moving.get(digest);
      // The server's own word is the least that it has.
      return { digest, mime, name, length, sent: Math.max(sent, now?.sent ?? 0), moving: now !== undefined };
    })
    .sort((a, b) => rank(a) - rank(b));
}

/** What kind of file it is, as the end of a key `sync.file_…`. */
export function kindOfFile(mime: string): "photo" | "audio" | "other" {
  if (mime.startsWith("image/")) return "photo";
  return mime.startsWith("audio/") ? "audio" : "other";
}
