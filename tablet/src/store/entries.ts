/** The own log: appended to, settled, never deleted one by one. Nothing here reads more rows than it returns. */
import Dexie, { type Collection } from "dexie";
import type { Captured, Custody } from "./ports";
import { CUSTODIES, CUSTODY, type Database, type EntryRow } from "./schema";
import type { Place, Sealer } from "./seal";
import type { Steps } from "./steps";

type Signed = Pick<Captured, "type" | "line">;
type Told = Pick<Captured, "verdict" | "reasons">;
type Numbers = Pick<EntryRow, "hash" | "ep" | "seq" | "visit">;

const { minKey, maxKey } = Dexie;

export class Entries {
  readonly #db: Database;
  readonly #steps: Steps;
  readonly #sealer: Sealer;

  constructor(db: Database, steps: Steps, sealer: Sealer) {
    this.#db = db;
    this.#steps = steps;
    this.#sealer = sealer;
  }

  append(entry: Omit<Captured, "custody" | "verdict" | "reasons">): Promise<void> {
    const { hash, ep, seq, visit, type, line } = entry;
    return this.#steps.write("entries", async () => {
      const signed: Signed = { type, line };
      const sealed = this.#sealer.seal(signedPlace({ hash, ep, seq, visit }), signed);
      const added = this.#db.entries.add({ hash, ep, seq, visit, custody: CUSTODY.own, sealed, told: null });
      this.#steps.tally(CUSTODY.own, 1);
      await added;
    });
  }

  settle(hash: string, custody: Custody, told: Told): Promise<void> {
    return this.#steps.write("entries", async () => {
      const row = await this.#db.entries.get(hash);
      if (!row) return;
      await this.#db.entries.put(this.#with(row, CUSTODY[custody], told));
      this.#moved(1, row.custody, CUSTODY[custody]);
    });
  }

  reclaim(ep: number, first: number, last: number): Promise<number> {
    return this.#steps.write("entries", async () => {
      const rows = await this.#db.entries
        .where("[custody+ep+seq]")
        .between([CUSTODY.server, ep, first], [CUSTODY.server, ep, last], true, true)
        .toArray();
      await this.#db.entries.bulkPut(rows.map((row) => this.#with(row, CUSTODY.own, this.#told(row))));
      this.#moved(rows.length, CUSTODY.server, CUSTODY.own);
      return rows.length;
    });
  }

  async all(custody?: Custody, limit?: number): Promise<Captured[]> {
    if (limit !== undefined && limit <= 0) return [];
    const { entries } = this.#db;
    const inOrder = () =>
      custody === undefined
        ? entries.orderBy("[ep+seq]")
        : entries.where("[custody+ep+seq]").between([CUSTODY[custody], minKey], [CUSTODY[custody], maxKey]);
    return this.#list(() => (limit === undefined ? inOrder() : inOrder().limit(limit)));
  }

  of(visit: string): Promise<Captured[]> {
    return this.#list(() => this.#db.entries.where("[visit+ep+seq]").between([visit, minKey], [visit, maxKey]));
  }

  count(custody: Custody, visit?: string): Promise<number> {
    const { entries, tallies } = this.#db;
    const number = CUSTODY[custody];
    if (visit === undefined) return this.#steps.read([tallies], () => this.#steps.tallyOf(number));
    return this.#steps.read([entries], () => entries.where("[custody+visit]").equals([number, visit]).count());
  }

  async newest(ep: number, upTo: number = Number.MAX_SAFE_INTEGER): Promise<Captured | null> {
    const row = await this.#steps.read([this.#db.entries], () =>
      this.#db.entries.where("[ep+seq]").between([ep, minKey], [ep, upTo], true, true).last(),
    );
    return row ? this.#captured(row) : null;
  }

  /** Jumps from one to the next: one row each. */
  epochs(): Promise<number[]> {
    return this.#steps.read([this.#db.entries], async () => {
      const found: number[] = [];
      for (;;) {
        const row = await this.#db.entries
          .where("[ep+seq]")
          .above([found.at(-1) ?? minKey, maxKey])
          .first();
        if (!row) return found;
        found.push(row.ep);
      }
    });
  }

  async inCustody(ep: number, seq: number): Promise<string | null> {
    const row = await this.#steps.read([this.#db.entries], () =>
      this.#db.entries.where("[custody+ep+seq]").equals([CUSTODY.server, ep, seq]).first(),
    );
    return row?.hash ?? null;
  }

  /** Deletes the whole log. For the inside of a step. */
  async clear(): Promise<void> {
    await this.#db.entries.clear();
    await this.#steps.noTally();
  }

  #moved(entries: number, from: number, to: number): void {
    if (from === to) return;
    this.#steps.tally(from, -entries);
    this.#steps.tally(to, entries);
  }

  async #list(found: () => Collection<EntryRow, string>): Promise<Captured[]> {
    const rows = await this.#steps.read([this.#db.entries], () => found().toArray());
    return rows.map((row) => this.#captured(row));
  }

  #captured(row: EntryRow): Captured {
    const { type, line } = this.#sealer.unseal<Signed>(signedPlace(row), row.sealed);
    const { verdict, reasons } = this.#told(row);
    const custody = CUSTODIES[row.custody] ?? "own";
    return { hash: row.hash, ep: row.ep, seq: row.seq, visit: row.visit, type, line, custody, verdict, reasons };
  }

  #told(row: EntryRow): Told {
    if (row.told === null) return { verdict: null, reasons: [] };
    return this.#sealer.unseal<Told>(toldPlace(row.hash, row.custody), row.told);
  }

  /** The same entry in another custody; its signed text is not touched. */
  #with(row: EntryRow, custody: number, { verdict, reasons }: Told): EntryRow {
    return { ...row, custody, told: this.#sealer.seal(toldPlace(row.hash, custody), { verdict, reasons }) };
  }
}

function signedPlace({ hash, ep, seq, visit }: Numbers): Place {
  return ["entries", hash, "signed", ep, seq, visit];
}

/** Custody is part of it: nobody makes an entry look sent by changing a number. */
function toldPlace(hash: string, custody: number): Place {
  return ["entries", hash, "told", custody];
}
