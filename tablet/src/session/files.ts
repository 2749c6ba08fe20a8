/** All files that the server lacks, one at a time; a file that is refused stops no other. */
import { MAX_ASKED, type MediaHaveRequest } from "@contract";
import { Damaged, NoSuchFile } from "../store/errors";
import type { FileRow } from "../store/ports";
import { readMediaHave } from "../wire/answers";
import type { Parts } from "./parts";
import { ProblemError } from "./problem";
import { upload, type Progress } from "./upload";

/** Codes after which nothing new is begun: what was begun is finished. */
const FULL = new Set<string>(["upload-quota"]);
/** Codes that are about this file alone. */
const ABOUT_THE_FILE = new Set<string>([
  ...["digest-mismatch", "too-large", "upload-metadata", "checksum-mismatch", "upload-unknown", "upload-busy"],
  ...["upload-offset", "invalid", "malformed", "unsupported-media-type", "refused", "conflict", "not-found"],
]);

/** What became of the files that were tried. */
export interface Sent {
  readonly completed: number;
  /** What was wrong with single files; they stay, and are tried again. */
  readonly problems: readonly { readonly digest: string; readonly error: unknown }[];
}

/** Sends what the server lacks. Throws what concerns all files: no network, no room, a stop. */
export async function sendFiles(parts: Parts, progress: Progress, stopped: AbortSignal): Promise<Sent> {
  const { store } = parts.device;
  const waiting = await store.files({ incomplete: true });
  if (waiting.length > 1) await noteKnown(parts, waiting);
  let completed = 0;
  let full: ProblemError | null = null;
  const problems: { digest: string; error: unknown }[] = [];
  for (const { digest } of begunFirst(waiting)) {
    const file = await store.file(digest);
    if (file === null || file.complete || (full && file.address === null)) continue;
    try {
      await upload(parts, file, progress, stopped);
      completed += 1;
    } catch (error) {
      if (error instanceof ProblemError && FULL.has(error.code)) full = error;
      else if (concernsOne(error)) problems.push({ digest, error: await looked(parts, file, error) });
      else throw error;
    }
  }
  if (full) throw full;
  return { completed, problems };
}

function begunFirst(files: readonly FileRow[]): FileRow[] {
  return [...files.filter((one) => one.address !== null), ...files.filter((one) => one.address === null)];
}

function concernsOne(error: unknown): boolean {
  if (error instanceof ProblemError) return ABOUT_THE_FILE.has(error.code);
  return error instanceof Damaged || error instanceof NoSuchFile;
}

/** After the server found other bytes than were named: the next try begins at the first byte, read anew. */
async function looked({ device }: Parts, file: FileRow, error: unknown): Promise<unknown> {
  const anew = error instanceof ProblemError && ["digest-mismatch", "upload-unknown"].includes(error.code);
  if (anew) await device.store.noteUpload(file.digest, { address: null, sent: 0, complete: false });
  return error;
}

/** Asks which of these the server has, and notes those as sent. */
async function noteKnown({ channel, device }: Parts, files: readonly FileRow[]): Promise<void> {
  const known = new Map(files.map((one) => [one.digest, one]));
  const digests = [...known.keys()];
  for (let start = 0; start < digests.length; start += MAX_ASKED) {
    const request: MediaHaveRequest = { sha256: digests.slice(start, start + MAX_ASKED) };
    const told = await channel.json(readMediaHave, "POST", "/v1/media/have", { body: JSON.stringify(request) });
    for (const digest of told.sha256) {
      const file = known.get(digest);
      if (file) await device.store.noteUpload(digest, { address: null, sent: file.length, complete: true });
    }
  }
}
