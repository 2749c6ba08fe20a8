/** The bytes of files, in sealed pieces. They are loose until a file owns them, and when it does not any more. */
import Dexie from "dexie";
import { Damaged, Locked } from "./errors";
import type { Database, PieceRow } from "./schema";
import type { Place, Sealer } from "./seal";
import type { Steps } from "./steps";

/** Bytes of a piece, 1 MiB; the last of a file may be shorter. */
export const PIECE = 1024 * 1024;

/** Somebody swept what was still being written: another window could not know. Begin anew. */
export class Swept extends Error {}

const { minKey, maxKey } = Dexie;

export class Pieces {
  readonly #db: Database;
  readonly #steps: Steps;
  readonly #sealer: Sealer;

  constructor(db: Database, steps: Steps, sealer: Sealer) {
    this.#db = db;
    this.#steps = steps;
    this.#sealer = sealer;
  }

  /** A new name for pieces. `work` writes them; other windows leave them alone while it runs. */
  async bundle<T>(work: (bundle: string) => Promise<T>): Promise<T> {
    const bundle = crypto.randomUUID();
    const begun = async () => {
      await this.#db.loose.add({ bundle });
      return work(bundle);
    };
    const { locks } = navigator as { locks?: LockManager };
    return locks ? locks.request(lockOf(bundle), begun) : begun();
  }

  /** One piece, durable when it resolves; Swept when the bundle is gone. */
  async put(bundle: string, n: number, bytes: Uint8Array): Promise<void> {
    const sealed = this.#sealer.sealBytes(place(bundle, n), bytes);
    await this.#db.transaction("rw", this.#db.loose, this.#db.pieces, async () => {
      if (!(await this.#db.loose.get(bundle))) throw new Swept();
      await this.#db.pieces.add({ bundle, n, sealed });
    });
  }

  /** Its pieces `first` to `last`, both included; for the inside of a read. */
  rows(bundle: string, first: number, last: number): Promise<PieceRow[]> {
    return this.#db.pieces.where("[bundle+n]").between([bundle, first], [bundle, last], true, true).toArray();
  }

  /** Its bytes. `length`: those that it must have. */
  unsealed(row: PieceRow, length: number): Uint8Array<ArrayBuffer> {
    const bytes = this.#sealer.unsealBytes(place(row.bundle, row.n), row.sealed);
    if (bytes.length !== length) throw new Damaged("pieces", row.bundle);
    return bytes;
  }

  /** Deletes loose pieces: of one bundle, or all that nobody is writing. What fails is left for the next open. */
  async sweep(only?: string): Promise<void> {
    const { loose } = this.#db;
    const rows = only === undefined ? await loose.toArray() : [{ bundle: only }];
    const { locks } = navigator as { locks?: LockManager };
    for (const { bundle } of rows) {
      const swept = (lock: Lock | null) => (lock ? this.#swept(bundle) : Promise.resolve());
      if (only === undefined && locks) await locks.request(lockOf(bundle), { ifAvailable: true }, swept);
      else await this.#swept(bundle);
    }
  }

  /** As `sweep`, for when nobody waits for it. */
  async sweepQuietly(): Promise<void> {
    try {
      await this.#steps.during(() => this.sweep());
    } catch (error) {
      if (!(error instanceof Locked)) console.warn("pieces left for the next open", error);
    }
  }

  #swept(bundle: string): Promise<void> {
    const { loose, pieces } = this.#db;
    return this.#db.transaction("rw", loose, pieces, async () => {
      if (!(await loose.get(bundle))) return;
      await pieces.where("[bundle+n]").between([bundle, minKey], [bundle, maxKey]).delete();
      await loose.delete(bundle);
    });
  }
}

function place(bundle: string, n: number): Place {
  return ["pieces", bundle, n];
}

function lockOf(bundle: string): string {
  return `fieldcheck-pieces-${bundle}`;
}
