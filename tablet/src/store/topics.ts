/** The feed as it stands here: topics by name, and the entries of visits by number. */
import Dexie from "dexie";
import type { HeardEntry } from "./ports";
import type { Database, HeardRow, TopicTextRow } from "./schema";
import type { Place, Sealer } from "./seal";
import type { Steps } from "./steps";

type Heard = Omit<HeardEntry, "vseq">;

const { minKey, maxKey } = Dexie;

export class Topics {
  readonly #db: Database;
  readonly #steps: Steps;
  readonly #sealer: Sealer;

  constructor(db: Database, steps: Steps, sealer: Sealer) {
    this.#db = db;
    this.#steps = steps;
    this.#sealer = sealer;
  }

  put(topic: string, seq: number, data: string | null): Promise<void> {
    return this.#steps.write("topics", async () => {
      const sealed = this.#sealer.seal(["topicTexts", topic], data);
      await Promise.all([this.#db.topics.put({ topic, seq }), this.#db.topicTexts.put({ topic, sealed })]);
    });
  }

  drop(topic: string): Promise<void> {
    return this.#steps.write("topics", async () => {
      await Promise.all([this.#db.topics.delete(topic), this.#db.topicTexts.delete(topic)]);
    });
  }

  /** By name, in the order of names. A topic without a text has an empty one. */
  async texts(prefix = ""): Promise<Map<string, string>> {
    const { topicTexts } = this.#db;
    const end = behind(prefix);
    const rows = await this.#steps.read([topicTexts], () =>
      (end === null
        ? topicTexts.where("topic").aboveOrEqual(prefix)
        : topicTexts.where("topic").between(prefix, end)
      ).toArray(),
    );
    return new Map(rows.map((row) => [row.topic, this.#text(row)]));
  }

  async numbers(): Promise<Map<string, number>> {
    const rows = await this.#steps.read([this.#db.topics], () => this.#db.topics.toArray());
    return new Map(rows.map(({ topic, seq }) => [topic, seq]));
  }

  hear(visit: string, entries: readonly HeardEntry[]): Promise<void> {
    return this.#steps.write("topics", async () => {
      await this.#db.heard.bulkPut(entries.map((one) => this.#sealed(visit, one)));
    });
  }

  async heard(visit: string): Promise<HeardEntry[]> {
    const rows = await this.#steps.read([this.#db.heard], () =>
      this.#db.heard.where("[visit+vseq]").between([visit, minKey], [visit, maxKey]).toArray(),
    );
    return rows.map(({ vseq, sealed }) => {
      const { hash, line, uncounted } = this.#sealer.unseal<Heard>(heardPlace(visit, vseq), sealed);
      return { hash, vseq, line, uncounted };
    });
  }

  forgetHeard(visit: string, after = 0, through: number = Number.MAX_SAFE_INTEGER): Promise<void> {
    return this.#steps.write("topics", async () => {
      if (after >= through) return;
      await this.#db.heard.where("[visit+vseq]").between([visit, after], [visit, through], false, true).delete();
    });
  }

  #text({ topic, sealed }: TopicTextRow): string {
    return this.#sealer.unseal<string | null>(["topicTexts", topic], sealed) ?? "";
  }

  #sealed(visit: string, { hash, vseq, line, uncounted }: HeardEntry): HeardRow {
    const heard: Heard = { hash, line, uncounted };
    return { visit, vseq, sealed: this.#sealer.seal(heardPlace(visit, vseq), heard) };
  }
}

function heardPlace(visit: string, vseq: number): Place {
  return ["heard", visit, vseq];
}

/** The first text behind all that begin so, in the order of IndexedDB (UTF-16 units); null when there is none. */
function behind(prefix: string): string | null {
  for (let end = prefix.length; end > 0; end -= 1) {
    const unit = prefix.charCodeAt(end - 1);
    if (unit < 0xffff) return prefix.slice(0, end - 1) + String.fromCharCode(unit + 1);
  }
  return null;
}
