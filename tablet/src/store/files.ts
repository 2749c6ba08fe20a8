/** Files of this tablet: kept in pieces, found by their digest, read from anywhere. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import Dexie from "dexie";
import { Damaged, NoSuchFile } from "./errors";
import { Pieces, Swept } from "./pieces";
import type { FileAbout, FileRow } from "./ports";
import type { Database, FileEntry, PieceRow } from "./schema";
import type { Place, Sealer } from "./seal";
import type { Steps } from "./steps";

/** What stands sealed of a file. */
interface About {
  readonly mime: string;
  readonly length: number;
  readonly name: string | null;
  /** Bytes of a piece. */
  readonly piece: number;
}

/** Where its upload stands. */
interface Upload {
  readonly address: string | null;
  readonly sent: number;
}

/** What is told of it in the clear, and cannot be changed without its sealed part. */
type Named = Pick<FileEntry, "digest" | "visit" | "bundle">;

const { minKey, maxKey } = Dexie;
const TRIES = 3;

export class Files {
  readonly pieces: Pieces;
  readonly #db: Database;
  readonly #steps: Steps;
  readonly #sealer: Sealer;
  readonly #piece: number;

  /** `piece`: bytes of a piece of files that are kept from now on. */
  constructor(db: Database, steps: Steps, sealer: Sealer, piece: number) {
    this.#db = db;
    this.#steps = steps;
    this.#sealer = sealer;
    this.#piece = piece;
    this.pieces = new Pieces(db, steps, sealer);
  }

  /** StorageFull, and nothing is kept, when there is no room. */
  async keep(bytes: Blob, about: FileAbout): Promise<FileRow> {
    this.#steps.outside();
    return this.#steps.during(async () => {
      for (let tried = 1; ; tried += 1) {
        try {
          return await this.pieces.bundle((bundle) => this.#kept(bundle, bytes, about));
        } catch (error) {
          if (!(error instanceof Swept) || tried === TRIES) throw error;
        }
      }
    });
  }

  async get(digest: string): Promise<FileRow | null> {
    const row = await this.#steps.read([this.#db.files], () => this.#db.files.get(digest));
    return row ? this.#file(row) : null;
  }

  async all({ incomplete, visit }: { incomplete?: boolean; visit?: string } = {}): Promise<FileRow[]> {
    const { files } = this.#db;
    const rows = await this.#steps.read([files], () => {
      if (visit !== undefined) return files.where("[visit+n]").between([visit, minKey], [visit, maxKey]).toArray();
      if (incomplete) return files.where("[incomplete+n]").between([1, minKey], [1, maxKey]).toArray();
      return files.orderBy("n").toArray();
    });
    return rows.filter((row) => !incomplete || row.incomplete).map((row) => this.#file(row));
  }

  /** NoSuchFile; Damaged when they are not the bytes that were kept. */
  async bytes(digest: string, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    this.#steps.outside();
    const { files, pieces } = this.#db;
    return this.#steps.read([files, pieces], async () => {
      const row = await files.get(digest);
      if (!row) throw new NoSuchFile(digest);
      const { length, piece } = this.#about(row);
      const first = Math.max(0, Math.min(from, length));
      const last = Math.max(first, Math.min(to, length));
      const found = first === last ? [] : await this.pieces.rows(row.bundle, at(first, piece), at(last - 1, piece));
      const bytes = this.#joined(row, found, first, last);
      if (bytes.length === length && bytesToHex(sha256(bytes)) !== digest) throw new Damaged("files", digest);
      return bytes;
    });
  }

  note(digest: string, { address, sent, complete }: Upload & { complete: boolean }): Promise<void> {
    return this.#steps.write("files", async () => {
      const row = await this.#db.files.get(digest);
      if (row) await this.#db.files.put({ ...row, ...this.#upload(digest, { address, sent }, complete) });
    });
  }

  /** Only files that the server has all of. */
  drop(digests: readonly string[]): Promise<void> {
    return this.#steps.write("files", async () => {
      const rows = (await this.#db.files.bulkGet([...new Set(digests)])).filter((row) => row?.incomplete === 0);
      await this.loosen(rows.filter((row) => row !== undefined));
    });
  }

  /** Takes the files away and leaves their pieces to be swept. For the inside of a step. */
  async loosen(rows: readonly FileEntry[]): Promise<void> {
    await this.#db.files.bulkDelete(rows.map((row) => row.digest));
    await this.#db.loose.bulkPut(rows.map(({ bundle }) => ({ bundle })));
    this.#steps.afterwards(() => this.pieces.sweep());
  }

  async #kept(bundle: string, bytes: Blob, { mime, visit, name }: FileAbout): Promise<FileRow> {
    try {
      const digest = await this.#written(bundle, bytes);
      const { row, owned } = await this.#appear(
        { digest, visit, bundle },
        { mime, length: bytes.size, name, piece: this.#piece },
      );
      if (!owned) await this.pieces.sweep(bundle).catch(() => undefined);
      return this.#file(row);
    } catch (error) {
      await this.pieces.sweep(bundle).catch(() => undefined);
      throw error;
    }
  }

  /** Writes the pieces; the digest of all of them. */
  async #written(bundle: string, bytes: Blob): Promise<string> {
    const hash = sha256.create();
    for (let n = 0; n * this.#piece < bytes.size; n += 1) {
      const start = n * this.#piece;
      const piece = new Uint8Array(await bytes.slice(start, start + this.#piece).arrayBuffer());
      if (piece.length !== Math.min(this.#piece, bytes.size - start))
        throw new Error("the file changed while it was read");
      hash.update(piece);
      // A slow tablet seals a piece in 50 ms: screens get their turn between the two.
      await new Promise((resolve) => setTimeout(resolve));
      await this.pieces.put(bundle, n, piece);
    }
    return bytesToHex(hash.digest());
  }

  /** The file is there from now on; the row that was there before, if the same bytes were kept already. */
  #appear(file: Named, about: About): Promise<{ row: FileEntry; owned: boolean }> {
    const { files, loose } = this.#db;
    return this.#steps.commit(async () => {
      if (!(await loose.get(file.bundle))) throw new Swept();
      this.#steps.touch("files");
      const known = await files.get(file.digest);
      if (known) return { row: known, owned: false };
      const last = await files.orderBy("n").last();
      const sealed = this.#sealer.seal(aboutPlace(file), about);
      const upload = this.#upload(file.digest, { address: null, sent: 0 }, false);
      const row: FileEntry = { ...file, n: (last?.n ?? 0) + 1, sealed, ...upload };
      await files.add(row);
      await loose.delete(file.bundle);
      return { row, owned: true };
    });
  }

  #joined(file: FileEntry, rows: readonly PieceRow[], from: number, to: number) {
    const { length, piece } = this.#about(file);
    const bytes = new Uint8Array(to - from);
    let filled = 0;
    for (const row of rows) {
      if (row.n !== at(from + filled, piece)) break;
      const start = row.n * piece;
      const part = this.pieces
        .unsealed(row, Math.min(piece, length - start))
        .subarray(Math.max(0, from - start), to - start);
      bytes.set(part, filled);
      filled += part.length;
    }
    if (filled !== bytes.length) throw new Damaged("files", file.digest);
    return bytes;
  }

  #file(row: FileEntry): FileRow {
    const { mime, length, name } = this.#about(row);
    const { address, sent } = this.#sealer.unseal<Upload>(uploadPlace(row.digest, row.incomplete), row.upload);
    return { digest: row.digest, mime, length, visit: row.visit, name, address, sent, complete: row.incomplete === 0 };
  }

  #about(row: FileEntry): About {
    return this.#sealer.unseal<About>(aboutPlace(row), row.sealed);
  }

  #upload(digest: string, upload: Upload, complete: boolean): Pick<FileEntry, "incomplete" | "upload"> {
    const incomplete = complete ? 0 : 1;
    return { incomplete, upload: this.#sealer.seal(uploadPlace(digest, incomplete), upload) };
  }
}

/** The piece in which this byte stands. */
function at(byte: number, piece: number): number {
  return Math.floor(byte / piece);
}

function aboutPlace({ digest, visit, bundle }: Named): Place {
  return ["files", digest, "about", visit, bundle];
}

function uploadPlace(digest: string, incomplete: 0 | 1): Place {
  return ["files", digest, "upload", incomplete];
}
