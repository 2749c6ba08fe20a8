/**
 * The export file: what a tablet that cannot speak to the server hands to a person, and what that person brings back
 * (§14). Nothing in it is packed: a flipped bit then costs one line or one file, and not all behind it.
 */
import type { ExportManifest } from "@contract";
import { sha256 } from "@noble/hashes/sha2.js";
import { Zip, ZipPassThrough } from "fflate";
import type { FileRow, LocalStore, SigningKey } from "../store/ports";
import { b64url, hex, utf8 } from "../wire/bytes";
import { purposeMessage } from "../wire/keys";
import { known, NAMES } from "./memory";
import { ExportTooLargeError } from "./types";

/** Bytes of files in one export: a ZIP without 64-bit fields ends at 4 GiB. */
export const LARGEST_EXPORT = 3 * 1024 ** 3;
const PIECE = 1 << 20;

/** What an export is made of. */
export interface ExportFrom {
  readonly store: LocalStore;
  readonly key: SigningKey;
  /** Wall clock, ms since 1970. */
  readonly wall: number;
  /** What writes it, name and version, for people. */
  readonly app: string | null;
  /** Bytes of files in one part; LARGEST_EXPORT if not given. */
  readonly most?: number;
}

/** How many files the export makes: more than one only for gigabytes of pictures. */
export async function exportParts({ store, most = LARGEST_EXPORT }: ExportFrom): Promise<number> {
  return divided(await store.files({ incomplete: true }), most).length;
}

/**
 * One export with everything this device ever wrote and the files that the server does not have; ExportTooLargeError
 * when they do not go into one. Changes nothing.
 */
export async function exportAll(from: ExportFrom): Promise<Blob> {
  const parts = await exportParts(from);
  if (parts > 1) throw new ExportTooLargeError(parts);
  return exportPart(from, 0);
}

/** One part, counted from 0: all entries, and its share of the files. Every part can be brought in alone. */
export async function exportPart(from: ExportFrom, part: number): Promise<Blob> {
  const pieces: Blob[] = [];
  // The browser keeps large blobs on its disk: no more than a piece of a file is in memory at once.
  await writeExport(from, part, async (piece) => void pieces.push(new Blob([piece])));
  return new Blob(pieces, { type: "application/zip" });
}

/** Writes one part, piece by piece, each when the one before was taken. */
export async function writeExport(
  from: ExportFrom,
  part: number,
  write: (piece: Uint8Array<ArrayBuffer>) => Promise<void>,
): Promise<ExportManifest> {
  const { store, key, most = LARGEST_EXPORT } = from;
  const files = divided(await store.files({ incomplete: true }), most)[part] ?? [];
  const lines = (await store.entries()).map((entry) => utf8(`${entry.line}\n`));
  const manifest = await manifestOf(from, lines, files);
  const text = JSON.stringify(manifest);
  const signature = b64url(await key.sign(purposeMessage("insp/export/v1", text)));
  const zip = new Archive(write);
  await zip.add("manifest.json", one(utf8(text)));
  await zip.add("manifest.sig", one(utf8(signature)));
  await zip.add("entries.ndjson", lines);
  for (const file of files) await zip.add(`media/${file.digest}`, piecesOf(store, file));
  await zip.end();
  return manifest;
}

async function manifestOf(
  { store, key, wall, app }: ExportFrom,
  lines: readonly Uint8Array[],
  files: readonly FileRow[],
): Promise<ExportManifest> {
  const hash = sha256.create();
  for (const line of lines) hash.update(line);
  return {
    ...{ v: 1, device: await known(store, NAMES.device), kid: key.kid },
    ...{ inspector: await known(store, NAMES.inspector), wall },
    ...{ entries: lines.length, entries_sha256: hex(hash.digest()) },
    media: files.map(({ digest, length, mime }) => ({ sha256: digest, bytes: length, mime })),
    app,
  };
}

/** The files in parts of so many bytes; one part at least, for the entries. */
function divided(files: readonly FileRow[], most: number): FileRow[][] {
  const parts: FileRow[][] = [[]];
  let bytes = 0;
  for (const file of files) {
    if (bytes > 0 && bytes + file.length > most) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(file);
    bytes += file.length;
  }
  return parts;
}

async function* piecesOf(store: LocalStore, file: FileRow): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += PIECE) {
    yield await store.bytes(file.digest, at, Math.min(at + PIECE, file.length));
  }
}

function one(bytes: Uint8Array): Uint8Array[] {
  return [bytes];
}

const NO_DAY = Date.UTC(1980, 0, 2);

/** A ZIP file without packing, written as it grows. */
class Archive {
  readonly #made: Uint8Array[] = [];
  readonly #zip = new Zip((error, piece) => {
    if (error) throw error;
    this.#made.push(piece);
  });

  constructor(private readonly write: (piece: Uint8Array<ArrayBuffer>) => Promise<void>) {}

  async add(name: string, pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
    const member = new ZipPassThrough(name);
    // A ZIP knows no day before 1980, and the tablet's clock may well: it decides nothing here either.
    member.mtime = NO_DAY;
    this.#zip.add(member);
    for await (const piece of pieces) {
      member.push(piece);
      await this.#flush();
    }
    member.push(new Uint8Array(), true);
    await this.#flush();
  }

  async end(): Promise<void> {
    this.#zip.end();
    await this.#flush();
  }

  async #flush(): Promise<void> {
    for (const piece of this.#made.splice(0)) await this.write(piece as Uint8Array<ArrayBuffer>);
  }
}
