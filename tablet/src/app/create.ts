/** The tablet: builds everything below the screens, and hands them what they follow and call. */
import { readable, writable } from "svelte/store";
import { browserSurroundings, type Surroundings, type Turn } from "../device";
import { APP } from "../session/compare";
import { enrol as enrolAt } from "../session/enrol";
import type { FileRow, OpenSafe, Safe } from "../store/ports";
import { ownLog, type OwnLogShown } from "./log";
import { notKept } from "./not-kept";
import { Opened } from "./opened";
import { browserPage, type Page } from "./page";
import { QUIET } from "./status";
import { NotKept, type Phase, type SyncState, type Tablet, type VisitSummary, type VisitView } from "./tablet";

export interface TabletParts {
  readonly safe: Safe;
  readonly page?: Page;
  readonly world?: Surroundings;
  readonly turn?: Turn;
  /** What went wrong where nobody waits for it. */
  readonly trouble?: (error: unknown) => void;
}

type Person = { device: string; inspector: string; name: string | null };
type Lasting<T> = { readonly [Name in keyof T]: T[Name] };

/** A tablet on a safe. Asks the safe how it stands by itself; `phase` tells. */
export function createTablet(parts: TabletParts): Tablet {
  return new App(parts).tablet();
}

class App {
  readonly #safe: Safe;
  readonly #page: Page;
  readonly #world: Surroundings;
  readonly #trouble: (error: unknown) => void;
  readonly #phase = writable<Phase>("starting");
  readonly #me = writable<Person | null>(null);
  readonly #visits = writable<readonly VisitSummary[]>([]);
  readonly #sync = writable<SyncState>(QUIET);
  readonly #queue = writable<readonly FileRow[]>([]);
  readonly #opening = new Set<() => void>();
  #opened: Opened | null = null;
  /** Of a safe that was made and not enrolled yet. */
  #pin: string | null = null;
  #endVisits: () => void = () => undefined;
  #burning: Promise<void> | null = null;

  constructor(private readonly parts: TabletParts) {
    this.#safe = parts.safe;
    this.#page = parts.page ?? browserPage();
    this.#world = parts.world ?? browserSurroundings();
    this.#trouble = parts.trouble ?? ((error) => console.error(error));
    this.#safe
      .state()
      .then((state) => this.#phase.set(state === "empty" ? "new" : "locked"))
      .catch(this.#trouble);
  }

  tablet(): Tablet {
    return {
      ...{ phase: this.#phase, me: this.#me, visits: this.#visits, sync: this.#sync, queue: this.#queue },
      ...this.#persons(),
      ...this.#writes(),
      ...this.#looks(),
      ...this.#syncs(),
    };
  }

  // -- who -----------------------------------------------------------------------------------------------------------

  #persons(): Pick<Tablet, "enrol" | "unlock" | "waiting" | "lock" | "changePin"> {
    return {
      enrol: (given) => this.#enrol(given),
      unlock: (pin) => this.#unlock(pin),
      waiting: () => this.#safe.waiting(),
      lock: () => void this.#lock().catch(this.#trouble),
      changePin: (old, fresh) => this.#safe.changePin(old, fresh),
    };
  }

  async #enrol({ code, name, pin }: { code: string; name: string; pin: string }): Promise<void> {
    try {
      // A lost answer is asked for again with the same key: the safe stays, whatever the server said.
      if (!this.#opened) this.#open(await this.#safe.create(pin));
      else if (this.#pin !== null && this.#pin !== pin) await this.#safe.changePin(this.#pin, pin);
      this.#pin = pin;
      const opened = this.#now();
      await enrolAt(opened.session, code, name);
      await this.#begin(opened);
    } catch (error) {
      throw notKept(error);
    }
  }

  async #unlock(pin: string): Promise<true | { wait: number; failed: number }> {
    if (this.#opened) return true;
    const found = await this.#safe.open(pin);
    if ("wait" in found) return found;
    const opened = this.#open(found);
    if ((await opened.device.acknowledgement()) !== null) return this.#finishWipe(opened);
    if (await opened.device.isEnrolled()) {
      await this.#begin(opened);
    } else {
      this.#pin = pin;
      this.#phase.set("new");
    }
    return true;
  }

  #open(found: OpenSafe): Opened {
    this.#opened = new Opened(found, {
      ...{ page: this.#page, world: this.#world, turn: this.parts.turn, sync: this.#sync, queue: this.#queue },
      wiped: (how) => void this.#wiped(how).catch(this.#trouble),
      trouble: this.#trouble,
    });
    return this.#opened;
  }

  async #begin(opened: Opened): Promise<void> {
    await opened.begin();
    this.#pin = null;
    const { me, book } = opened.working;
    const name = opened.device.store.recall("my_name");
    this.#me.set({ ...me, name: await name });
    this.#endVisits = book.summaries.subscribe((visits) => {
      this.#visits.set(visits);
      void this.#learnName(opened, visits).catch(this.#trouble);
    });
    this.#phase.set("open");
    for (const again of [...this.#opening]) again();
  }

  /** The name stands on the cards of the team. */
  async #learnName({ device, working }: Opened, visits: readonly VisitSummary[]): Promise<void> {
    const { me } = working;
    const team = visits.flatMap((one) => one.card.team);
    const name = team.find((one) => one.inspector === me.inspector)?.name;
    if (name === undefined || (await device.store.recall("my_name")) === name) return;
    await device.store.remember("my_name", name);
    this.#me.set({ ...me, name });
  }

  async #lock(): Promise<void> {
    const opened = this.#opened;
    if (!opened) return;
    this.#close();
    this.#phase.set("locked");
    // What was being kept is kept before the key goes.
    await opened.end();
    this.#safe.lock();
  }

  #close(): void {
    this.#opened = null;
    this.#pin = null;
    this.#endVisits();
    this.#visits.set([]);
    this.#queue.set([]);
    this.#sync.set(QUIET);
    this.#me.set(null);
  }

  // -- the end -------------------------------------------------------------------------------------------------------

  async #finishWipe(opened: Opened): Promise<true> {
    this.#phase.set("wiped");
    await opened.begin();
    return true;
  }

  async #wiped(how: "erased" | "heard"): Promise<void> {
    this.#phase.set("wiped");
    this.#visits.set([]);
    if (how !== "heard") return;
    this.#burning ??= this.#burn();
    await this.#burning;
  }

  async #burn(): Promise<void> {
    const opened = this.#opened;
    this.#close();
    void opened?.end().catch(this.#trouble);
    await this.#safe.burn();
  }

  // -- verbs ---------------------------------------------------------------------------------------------------------

  #now(): Opened {
    if (!this.#opened) throw new NotKept("trouble.locked");
    return this.#opened;
  }

  /** Each verb of the unlocked tablet, also across a lock; what it throws is `NotKept`. */
  #verb<Given extends readonly unknown[], T>(
    of: (opened: Opened) => (...given: Given) => Promise<T>,
  ): (...given: Given) => Promise<T> {
    return async (...given) => {
      try {
        return await of(this.#now())(...given);
      } catch (error) {
        throw notKept(error);
      }
    };
  }

  #writes(): Lasting<Pick<Tablet, WritingVerb>> {
    return {
      open: this.#verb((now) => now.working.writing.open),
      arrive: this.#verb((now) => now.working.writing.arrive),
      leave: this.#verb((now) => now.working.writing.leave),
      serveNotice: this.#verb((now) => now.working.writing.serveNotice),
      answer: this.#verb((now) => now.working.writing.answer),
      withdrawAnswer: this.#verb((now) => now.working.writing.withdrawAnswer),
      note: this.#verb((now) => now.working.writing.note),
      concur: this.#verb((now) => now.working.writing.concur),
      dispute: this.#verb((now) => now.working.writing.dispute),
      photo: this.#verb((now) => now.working.evidence.photo),
      document: this.#verb((now) => now.working.evidence.document),
      annotate: this.#verb((now) => now.working.evidence.annotate),
      sign: this.#verb((now) => now.working.writing.sign),
      refuse: this.#verb((now) => now.working.writing.refuse),
      submit: this.#verb((now) => now.working.writing.submit),
      withdrawSubmission: this.#verb((now) => now.working.writing.withdrawSubmission),
      draft: this.#verb((now) => (name) => now.device.store.draft(name)),
      putDraft: this.#verb((now) => (name, text) => now.device.store.putDraft(name, text)),
    };
  }

  #looks(): Pick<Tablet, "visit" | "log" | "picture" | "original" | "paper"> {
    return {
      visit: (id) => this.#whileOpen<VisitView | null>(null, ({ working }, set) => working.book.follow(id, set)),
      log: (asked, limit) =>
        this.#whileOpen<OwnLogShown>({ total: 0, entries: [] }, (opened, set) =>
          ownLog(opened.device, asked, limit, (again) => opened.follow(again), this.#trouble).subscribe(set),
        ),
      picture: async (digest, size) => (await this.#opened?.working.evidence.picture(digest, size)) ?? null,
      original: async (digest) => (await this.#opened?.working.evidence.original(digest)) ?? null,
      paper: async (visit, kind, lang) => (await this.#opened?.working.evidence.paper(visit, kind, lang)) ?? null,
    };
  }

  /** A store that follows the unlocked app, and shows `nothing` while it is locked. */
  #whileOpen<T>(nothing: T, follow: (opened: Opened, set: (value: T) => void) => () => void) {
    return readable<T>(nothing, (set) => {
      let end: () => void = () => undefined;
      const again = () => {
        end();
        if (this.#opened) end = follow(this.#opened, set);
      };
      this.#opening.add(again);
      if (this.#opened) again();
      return () => {
        this.#opening.delete(again);
        end();
      };
    });
  }

  #syncs(): Pick<Tablet, "syncNow" | "pause" | "wifiOnly" | "exportAll"> {
    return {
      syncNow: async () => this.#opened?.syncNow(),
      pause: (paused) => void this.#opened?.working.sync.pause(paused).catch(this.#trouble),
      wifiOnly: (only) => void this.#opened?.working.sync.wifiOnly(only).catch(this.#trouble),
      exportAll: this.#verb((now) => () => now.device.exportAll(APP)),
    };
  }
}

type WritingVerb =
  | "open"
  | "arrive"
  | "leave"
  | "serveNotice"
  | "answer"
  | "withdrawAnswer"
  | "note"
  | "concur"
  | "dispute"
  | "photo"
  | "document"
  | "annotate"
  | "sign"
  | "refuse"
  | "submit"
  | "withdrawSubmission"
  | "draft"
  | "putDraft";
