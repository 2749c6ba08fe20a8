/** One visit held in memory: what was written and heard of it, patched as it changes, and its record. */
import type { CredentialsAnswer, PinnedChecklist, VisitCard } from "@contract";
import type { Device } from "../device";
import { recordMemory, recordOf } from "../record/record";
import type { RecordView } from "../record/view";
import type { Captured, FileRow, HeardEntry } from "../store/ports";
import { known } from "./gone";
import type { EntryShown, VisitView } from "./tablet";
import type { Change } from "./watched";

/** Who works here. */
export interface Me {
  readonly device: string;
  readonly inspector: string;
}

export class LiveVisit {
  readonly #own = new Map<string, Captured>();
  readonly #heard = new Map<number, HeardEntry>();
  readonly #memory = recordMemory();
  #card: VisitCard | null = null;
  #closed: string | null = null;
  #checklists: readonly PinnedChecklist[] = [];
  #credentials: CredentialsAnswer | null = null;
  #record: RecordView | null = null;
  #loading: Promise<void> | null = null;
  #stale = { entries: true, card: true };

  constructor(
    readonly id: string,
    private readonly device: Device,
    private readonly me: Me,
  ) {}

  /** Takes in what changed; whether it is about this visit. */
  take(change: Change): boolean {
    const before = this.#record;
    switch (change.what) {
      case "entry":
        if (change.entry.visit !== this.id) return false;
        this.#own.set(change.entry.hash, change.entry);
        break;
      case "settled": {
        const entry = this.#own.get(change.hash);
        if (!entry) return false;
        this.#own.set(change.hash, { ...entry, ...change.as });
        break;
      }
      case "heard":
        if (change.visit !== this.id) return false;
        for (const one of change.entries) this.#heard.set(one.vseq, one);
        break;
      case "unheard":
        if (change.visit !== this.id) return false;
        for (const vseq of this.#heard.keys()) {
          if (vseq > change.after && vseq <= change.through) this.#heard.delete(vseq);
        }
        break;
      case "topic":
        if (!change.topic.startsWith("checklist:") && !change.topic.endsWith(`:${this.id}`)) return false;
        this.#stale.card = true;
        break;
      case "memory":
        if (!change.name.endsWith(`:${this.id}`)) return false;
        this.#stale.card = true;
        break;
      case "file":
        return false;
      case "all":
        this.#stale = { entries: true, card: true };
    }
    this.#record = null;
    return before !== null || this.#stale.card || this.#stale.entries;
  }

  /** Reads what is not held or not trusted; whoever comes while it is read waits for it too. */
  async ready(): Promise<void> {
    while (this.#loading || this.#stale.entries || this.#stale.card) {
      this.#loading ??= this.#load().finally(() => (this.#loading = null));
      await this.#loading;
    }
  }

  async #load(): Promise<void> {
    const { store } = this.device;
    const { entries, card } = this.#stale;
    this.#stale = { entries: false, card: false };
    try {
      if (card) {
        const told = await known(this.device, this.id);
        this.#card = told?.card ?? null;
        this.#closed = told?.closed ?? null;
        this.#checklists = this.#card ? await this.device.checklists(this.#card) : [];
        this.#credentials = await this.device.credentials(this.id);
      }
      if (entries) {
        const [own, heard] = await Promise.all([store.entriesOf(this.id), store.heard(this.id)]);
        this.#own.clear();
        this.#heard.clear();
        for (const one of own) this.#own.set(one.hash, one);
        for (const one of heard) this.#heard.set(one.vseq, one);
      }
      this.#record = null;
    } catch (error) {
      this.#stale = { entries: entries || this.#stale.entries, card: card || this.#stale.card };
      throw error;
    }
  }

  /** The card; null when this tablet knows no such visit. After `ready`. */
  get card(): VisitCard | null {
    return this.#card;
  }

  /** Why nothing can be written any more; null while something can. After `ready`. */
  get closed(): string | null {
    return this.#closed;
  }

  get own(): readonly Captured[] {
    return [...this.#own.values()].sort((one, other) => one.ep - other.ep || one.seq - other.seq);
  }

  /** The record as it stands; null without a card. After `ready`. */
  get record(): RecordView | null {
    const card = this.#card;
    if (!card) return null;
    this.#record ??= recordOf(
      {
        ...{ card, checklists: this.#checklists, own: this.own, heard: this.#told() },
        ...{ me: this.me.inspector, device: this.me.device },
      },
      this.#memory,
    );
    return this.#record;
  }

  /** As screens see it; null without a card. After `ready`. */
  view(files: readonly FileRow[]): VisitView | null {
    const [card, record] = [this.#card, this.record];
    if (!card || !record) return null;
    return {
      ...{ card, record, checklists: this.#checklists, credentials: this.#credentials, closed: this.#closed },
      files: files.filter((one) => one.visit === this.id),
      history: this.#history(),
      remarks: card.returned ?? [],
    };
  }

  #told(): HeardEntry[] {
    return [...this.#heard.values()].sort((one, other) => one.vseq - other.vseq);
  }

  /** In the order in which the server took it, then what it has not told yet in the order of the log. */
  #history(): EntryShown[] {
    const told = this.#told();
    const heard = new Set(told.map((one) => one.hash));
    return [
      ...told.map((one) => this.#shown(one.hash, this.#own.get(one.hash) ?? null, one)),
      ...this.own.filter((one) => !heard.has(one.hash)).map((one) => this.#shown(one.hash, one, null)),
    ];
  }

  #shown(hash: string, own: Captured | null, heard: HeardEntry | null): EntryShown {
    const read = this.#memory.entries.get(hash);
    return {
      ...{ hash, own: own !== null, type: read?.header.type ?? own?.type ?? "" },
      ...{ inspector: read?.header.ins ?? null, wall: read?.header.wall ?? 0, body: read?.body ?? null },
      ...{ over: read?.header.over ?? [], custody: own?.custody ?? "server", verdict: own?.verdict ?? null },
      reasons: [...new Set([...(own?.reasons ?? []), ...(heard?.uncounted ?? [])])],
    };
  }
}
