/** Texts by name: what is remembered, and what somebody was typing. */
import type { Table } from "dexie";
import type { TextRow } from "./schema";
import type { Sealer } from "./seal";
import type { Steps } from "./steps";

export class Texts {
  readonly #table: Table<TextRow, string>;
  readonly #part: "memory" | "drafts";
  readonly #steps: Steps;
  readonly #sealer: Sealer;

  constructor(table: Table<TextRow, string>, part: "memory" | "drafts", steps: Steps, sealer: Sealer) {
    this.#table = table;
    this.#part = part;
    this.#steps = steps;
    this.#sealer = sealer;
  }

  /** The text; null when there is none. */
  async get(name: string): Promise<string | null> {
    const row = await this.#steps.read([this.#table], () => this.#table.get(name));
    return row ? this.#sealer.unseal<string>([this.#part, name], row.sealed) : null;
  }

  /** Another text; null forgets it. */
  put(name: string, value: string | null): Promise<void> {
    return this.#steps.write(this.#part, async () => {
      if (value === null) await this.#table.delete(name);
      else await this.#table.put({ name, sealed: this.#sealer.seal([this.#part, name], value) });
    });
  }

  /** Deletes all but these. For the inside of a step. */
  async clearBut(keep: readonly string[]): Promise<void> {
    const kept = (await this.#table.bulkGet([...new Set(keep)])).filter((row) => row !== undefined);
    await this.#table.clear();
    await this.#table.bulkPut(kept);
  }
}
