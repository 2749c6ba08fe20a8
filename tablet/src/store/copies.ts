/** Small pictures for the screen, beside the files and without them. */
import Dexie from "dexie";
import type { CopySize } from "./ports";
import type { Database } from "./schema";
import type { Sealer } from "./seal";
import type { Steps } from "./steps";

const { minKey, maxKey } = Dexie;

export class Copies {
  readonly #db: Database;
  readonly #steps: Steps;
  readonly #sealer: Sealer;

  constructor(db: Database, steps: Steps, sealer: Sealer) {
    this.#db = db;
    this.#steps = steps;
    this.#sealer = sealer;
  }

  async get(digest: string, size: CopySize): Promise<Blob | null> {
    const row = await this.#steps.read([this.#db.copies], () => this.#db.copies.get([digest, size]));
    if (!row) return null;
    return new Blob([this.#sealer.unsealBytes(["copies", digest, size, row.mime], row.sealed)], { type: row.mime });
  }

  async put(digest: string, size: CopySize, copy: Blob): Promise<void> {
    this.#steps.outside();
    const bytes = new Uint8Array(await copy.arrayBuffer());
    const mime = copy.type;
    await this.#steps.write("files", async () => {
      const sealed = this.#sealer.sealBytes(["copies", digest, size, mime], bytes);
      await this.#db.copies.put({ digest, size, mime, sealed });
    });
  }

  drop(digests: readonly string[]): Promise<void> {
    return this.#steps.write("files", async () => {
      for (const digest of new Set(digests))
        await this.#db.copies.where("[digest+size]").between([digest, minKey], [digest, maxKey]).delete();
    });
  }
}
