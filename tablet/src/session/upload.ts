/** One file on its way up: in one request when it is small, else resumably by tus 1.0.0 (docs/native-app.md §11). */
import { MAX_SMALL_BYTES } from "@contract";
import type { DetailedError } from "tus-js-client";
import type { FileRow } from "../store/ports";
import { answerOf, failureOf, readerOf, stackOver } from "./carrier";
import type { Parts } from "./parts";
import { problemOf, ProblemError, StoppedError, UnreachableError } from "./problem";

const PIECE = 1 << 20;
const PATIENCE_MS = 300_000;
const CONFLICT = 409;
const MOST_TURNS = 4;

/** Told while a file goes up: bytes that the server has. */
export type Progress = (digest: string, sent: number) => void;

/** Brings one file up, going on where an earlier attempt broke off. What it throws leaves it resumable. */
export async function upload(parts: Parts, file: FileRow, progress: Progress, stopped: AbortSignal): Promise<void> {
  if (stopped.aborted) throw new StoppedError("paused");
  if (file.address === null && file.length <= MAX_SMALL_BYTES) return inOneRequest(parts, file, stopped);
  for (let turn = 1; ; turn += 1) {
    try {
      return await piecewise(parts, file, progress, stopped);
    } catch (error) {
      // The server stands elsewhere than we thought: ask it where, and go on from there.
      const asks = error instanceof ProblemError && error.status === CONFLICT;
      if (!asks || turn === MOST_TURNS) throw error;
      file = (await parts.device.store.file(file.digest)) ?? file;
    }
  }
}

async function inOneRequest({ channel, device }: Parts, file: FileRow, stopped: AbortSignal): Promise<void> {
  const body = await device.store.bytes(file.digest, 0, file.length);
  const headers = { "Content-Type": file.mime };
  const asked = { body, headers, patience: PATIENCE_MS, stopped };
  const answer = await channel.send("PUT", `/v1/media/${file.digest}`, asked);
  if (!answer.ok) throw await problemOf(answer);
  await device.store.noteUpload(file.digest, { address: null, sent: file.length, complete: true });
}

async function piecewise(parts: Parts, file: FileRow, progress: Progress, stopped: AbortSignal): Promise<void> {
  const { channel, device } = parts;
  const { digest, length } = file;
  // Large, and needed by nobody before his first large file; it is kept for days without a network like all of the app.
  const tus = await import("tus-js-client");
  if (stopped.aborted) throw new StoppedError("paused");
  /** What was heard is written down in its order; a write that fails ends the upload. */
  let noted: Promise<void> = Promise.resolve();
  const note = (address: string | null, sent: number, complete: boolean) => {
    noted = noted.then(() => device.store.noteUpload(digest, { address, sent, complete }));
    noted.catch(() => undefined);
  };
  await new Promise<void>((resolve, reject) => {
    const going = new tus.Upload(new Blob(), {
      endpoint: "/v1/uploads",
      uploadUrl: file.address,
      metadata: { sha256: digest, filetype: file.mime },
      httpStack: stackOver(channel),
      fileReader: readerOf(device.store, digest, length),
      chunkSize: PIECE,
      retryDelays: null,
      storeFingerprintForResuming: false,
      fingerprint: () => Promise.resolve(""),
      onUploadUrlAvailable: () => note(going.url, file.address === going.url ? file.sent : 0, false),
      onProgress: (sent) => progress(digest, sent),
      onChunkComplete: (_, sent) => {
        note(going.url, sent, false);
        // Between two pieces nothing is lost by stopping.
        if (stopped.aborted) void going.abort().then(() => reject(new StoppedError("paused")));
      },
      onSuccess: () => {
        note(going.url, length, true);
        resolve();
      },
      onError: (error) => reject(error),
    });
    stopped.addEventListener("abort", () => void going.abort().then(() => reject(new StoppedError("paused"))), {
      once: true,
    });
    going.start();
  }).catch(async (error: unknown) => {
    await noted;
    throw await named(error instanceof tus.DetailedError ? error : null, error);
  });
  await noted;
}

/** What tus-js-client reports, in the words of this room. */
async function named(told: DetailedError | null, error: unknown): Promise<unknown> {
  if (told === null) return error;
  const answer = told.originalResponse ? answerOf(told.originalResponse) : null;
  if (answer !== null && !answer.ok) return problemOf(answer);
  if (answer !== null) return new UnreachableError({ cause: error });
  return failureOf(told.originalRequest) ?? told.causingError ?? error;
}
