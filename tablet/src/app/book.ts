/** All visits of this tablet: the list, and the few that are held in memory because somebody looks at them. */
import type { VisitCard } from "@contract";
import { writable, type Readable } from "svelte/store";
import type { Device } from "../device";
import type { FileRow } from "../store/ports";
import { goneVisits } from "./gone";
import { LiveVisit, type Me } from "./live";
import { countedOf, summaryOf, uncounted, type Counted } from "./summary";
import type { VisitSummary, VisitView } from "./tablet";
import type { Change } from "./watched";

interface Listed {
  readonly card: VisitCard;
  readonly closed: string | null;
}

export interface BookParts {
  readonly device: Device;
  readonly me: Me;
  /** Proven time now, ms. */
  readonly proven: () => Promise<number | null>;
  /** Lets the page breathe between two visits. */
  readonly pause: () => Promise<void>;
  /** What went wrong where nobody waits for it. */
  readonly trouble: (error: unknown) => void;
}

/** What each count was made of: the same again needs no counting. */
type Marks = Readonly<Record<string, { readonly mark: string; readonly counted: Counted }>>;

/** Held beyond those that are looked at, so that going back and forth reads nothing. */
const MOST_IDLE = 2;
const CACHE = "summaries";

export class Book {
  readonly #parts: BookParts;
  readonly #summaries = writable<readonly VisitSummary[]>([]);
  readonly #live = new Map<string, LiveVisit>();
  readonly #followed = new Map<string, Set<(view: VisitView | null) => void>>();
  #listed = new Map<string, Listed>();
  #counted = new Map<string, Counted>();
  #marks: Marks = {};
  #keptMarks = "";
  #files: readonly FileRow[] = [];
  #dirty = new Set<string>();
  #listStale = true;
  #filesStale = true;
  #working: Promise<void> | null = null;
  #ended = false;

  constructor(parts: BookParts) {
    this.#parts = parts;
  }

  get summaries(): Readable<readonly VisitSummary[]> {
    return this.#summaries;
  }

  get files(): readonly FileRow[] {
    return this.#files;
  }

  /** Reads what was counted before, so that the list is there at once. */
  async open(): Promise<void> {
    const kept = await this.#parts.device.store.recall(CACHE);
    if (kept !== null) this.#marks = JSON.parse(kept) as Marks;
    await this.refresh();
  }

  end(): void {
    this.#ended = true;
    this.#live.clear();
    this.#followed.clear();
  }

  /** Takes in what changed, then brings list and views up to date. */
  take(changes: readonly Change[]): void {
    for (const change of changes) this.#note(change);
    // Whoever wrote waits for this, and not for what is being counted.
    this.#showFollowed().catch(this.#parts.trouble);
    this.refresh().catch(this.#parts.trouble);
  }

  #note(change: Change): void {
    if (change.what === "memory" && change.name === CACHE) return;
    for (const one of this.#live.values()) if (one.take(change)) this.#dirty.add(one.id);
    switch (change.what) {
      case "entry":
        if (change.entry.visit !== null) this.#dirty.add(change.entry.visit);
        break;
      case "heard":
      case "unheard":
        this.#dirty.add(change.visit);
        break;
      case "settled":
        // Whose it is, only those that are held know: the others are counted again by their marks.
        this.#listStale = true;
        break;
      case "topic":
        this.#listStale = true;
        if (change.topic.startsWith("checklist:")) this.#dirtyAll();
        break;
      case "file":
        this.#filesStale = true;
        break;
      case "memory":
        if (change.name === "gone_visits") this.#listStale = true;
        break;
      case "all":
        this.#listStale = true;
        this.#filesStale = true;
    }
  }

  #dirtyAll(): void {
    for (const visit of this.#listed.keys()) this.#dirty.add(visit);
  }

  /** Brings everything up to date; one at a time. */
  async refresh(): Promise<void> {
    this.#working ??= this.#work().finally(() => (this.#working = null));
    await this.#working;
  }

  async #work(): Promise<void> {
    while (!this.#ended && (this.#listStale || this.#filesStale || this.#dirty.size > 0)) {
      if (this.#filesStale) await this.#readFiles();
      await this.#showFollowed();
      if (this.#listStale) await this.#readList();
      await this.#countDirty();
      await this.#tellList();
    }
  }

  /** What somebody looks at comes first. */
  async #showFollowed(): Promise<void> {
    for (const visit of [...this.#followed.keys()]) if (this.#dirty.delete(visit)) await this.#showAgain(visit);
  }

  async #readFiles(): Promise<void> {
    this.#filesStale = false;
    this.#files = await this.#parts.device.store.files();
    for (const visit of this.#followed.keys()) this.#dirty.add(visit);
  }

  async #readList(): Promise<void> {
    this.#listStale = false;
    const { device } = this.#parts;
    const [standing, gone] = [await device.visits(), await goneVisits(device)];
    const listed = new Map<string, Listed>();
    for (const [visit, card] of standing)
      listed.set(visit, { card, closed: card.state === "published" ? "published" : null });
    for (const [visit, { card, reason }] of gone) listed.set(visit, { card, closed: reason });
    const first = this.#listed.size === 0;
    this.#listed = listed;
    for (const visit of this.#counted.keys()) if (!listed.has(visit)) this.#counted.delete(visit);
    for (const [visit, { card, closed }] of listed) {
      const kept = this.#marks[visit]?.counted;
      if (!this.#counted.has(visit)) this.#counted.set(visit, kept ?? uncounted(card, closed));
    }
    if (first) await this.#tellList();
    await this.#compareMarks();
  }

  /** Which of the listed visits changed since they were counted. */
  async #compareMarks(): Promise<void> {
    const numbers = await this.#parts.device.store.topicNumbers();
    for (const visit of this.#listed.keys()) {
      const mark = await this.#mark(visit, numbers);
      if (this.#marks[visit]?.mark !== mark) this.#dirty.add(visit);
    }
  }

  async #mark(visit: string, numbers: ReadonlyMap<string, number>): Promise<string> {
    const { store } = this.#parts.device;
    const custodies = ["own", "server", "refused"] as const;
    const counts = await store.moment(() => Promise.all(custodies.map((custody) => store.count(custody, visit))));
    const { card, closed } = this.#listed.get(visit) ?? { card: null, closed: null };
    const lists = (card?.checklists ?? []).map(([code, version]) => numbers.get(`checklist:${code}@${version}`) ?? 0);
    const told = [numbers.get(`visit:${visit}`) ?? 0, numbers.get(`entries:${visit}`) ?? 0];
    return [...counts, ...told, ...lists, closed ?? ""].join();
  }

  async #countDirty(): Promise<void> {
    const numbers = this.#dirty.size > 0 ? await this.#parts.device.store.topicNumbers() : new Map<string, number>();
    let counted = 0;
    for (const visit of [...this.#dirty]) {
      if (this.#ended) return;
      this.#dirty.delete(visit);
      if (!this.#listed.has(visit)) continue;
      await this.#count(visit, numbers);
      counted += 1;
      if (counted % 10 === 0) await this.#tellList();
      await this.#parts.pause();
    }
    if (counted > 0 && !this.#ended) await this.#keepMarks();
  }

  /** They only save counting again: a full disk stops nobody, and is not tried again with the same. */
  async #keepMarks(): Promise<void> {
    const marks = JSON.stringify(this.#marks);
    if (marks === this.#keptMarks) return;
    this.#keptMarks = marks;
    await this.#parts.device.store.remember(CACHE, marks).catch(this.#parts.trouble);
  }

  async #count(visit: string, numbers: ReadonlyMap<string, number>): Promise<void> {
    const { device, me } = this.#parts;
    const mark = await this.#mark(visit, numbers);
    const live = this.#live.get(visit) ?? new LiveVisit(visit, device, me);
    await live.ready();
    const [card, record] = [live.card, live.record];
    if (!card || !record) return;
    const counted = countedOf(card, live.closed, record, live.own);
    this.#counted.set(visit, counted);
    this.#marks = { ...this.#marks, [visit]: { mark, counted } };
    if (this.#followed.has(visit)) this.#show(live);
  }

  async #showAgain(visit: string): Promise<void> {
    const live = this.#live.get(visit);
    if (!live) return;
    await live.ready();
    this.#show(live);
    // The list says the same; counting it again costs nothing now.
    const [card, record] = [live.card, live.record];
    if (card && record) this.#counted.set(visit, countedOf(card, live.closed, record, live.own));
  }

  #show(live: LiveVisit): void {
    const view = live.view(this.#files);
    for (const tell of this.#followed.get(live.id) ?? []) tell(view);
  }

  async #tellList(): Promise<void> {
    const proven = await this.#parts.proven();
    if (this.#ended) return;
    const found: VisitSummary[] = [];
    for (const [visit, { card, closed }] of this.#listed) {
      found.push(summaryOf(card, this.#counted.get(visit) ?? uncounted(card, closed), this.#files, proven));
    }
    this.#summaries.set(found.sort(byWindow));
  }

  /** The visit, read and held. */
  async held(visit: string): Promise<LiveVisit> {
    let live = this.#live.get(visit);
    if (!live) {
      live = new LiveVisit(visit, this.#parts.device, this.#parts.me);
      this.#letGo();
    } else {
      this.#live.delete(visit);
    }
    this.#live.set(visit, live);
    await live.ready();
    return live;
  }

  #letGo(): void {
    const idle = [...this.#live.keys()].filter((visit) => !this.#followed.has(visit));
    for (const visit of idle.slice(0, Math.max(0, idle.length - MOST_IDLE + 1))) this.#live.delete(visit);
  }

  /** Tells the visit as it stands, and whenever it changes; ends with what it returns. */
  follow(visit: string, tell: (view: VisitView | null) => void): () => void {
    const followers = this.#followed.get(visit) ?? new Set();
    this.#followed.set(visit, followers.add(tell));
    this.held(visit)
      .then((live) => {
        if (followers.has(tell)) tell(live.view(this.#files));
      })
      .catch(this.#parts.trouble);
    return () => {
      followers.delete(tell);
      if (followers.size === 0 && this.#followed.get(visit) === followers) this.#followed.delete(visit);
    };
  }
}

function byWindow(one: VisitSummary, other: VisitSummary): number {
  const [a, b] = [one.card.window.closes, other.card.window.closes];
  if (a !== b) return a < b ? -1 : 1;
  return one.card.id < other.card.id ? -1 : 1;
}
