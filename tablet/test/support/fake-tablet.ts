/** A tablet without an engine: three invented visits in memory, every verb on plain objects. For screens only. */
import { derived, get, writable } from "svelte/store";
import { NotKept } from "../../src/app/tablet";
import type {
  EntryShown,
  OwnAsked,
  Phase,
  PointRef,
  SyncState,
  Tablet,
  VisitSummary,
  VisitView,
  Whereabouts,
} from "../../src/app/tablet";
import type { CopySize, FileRow } from "../../src/store/ports";
import { fakeRecord } from "./fake-record";
import { DEVICE, fakeVisits, hash, ME, NOW } from "./fake-visits";
import type { FakeVisit } from "./fake-visits";

/** What stands where the app starts; all visits unless told. */
export interface FakeStart {
  readonly phase?: Phase;
  readonly sync?: Partial<SyncState>;
  readonly visits?: readonly FakeVisit[];
}

const PIN = "123456";
const QUIET: SyncState = {
  doing: "nothing",
  online: true,
  entries: 0,
  files: 0,
  bytes: 0,
  refused: 0,
  lastDone: "2026-11-22T02:31:07Z",
  trouble: null,
  paused: false,
  wifiOnly: false,
  connection: "unknown",
  moving: new Map(),
  clockOff: 4_000,
  standing: "good",
  submitUntil: null,
  alarm: null,
  numbersLeft: 37,
  storage: { persisted: true, used: 182_000_000, quota: 12_000_000_000 },
};

class World {
  readonly phase;
  readonly visits;
  readonly said;
  readonly files = writable<readonly FileRow[]>([]);
  readonly bytes = new Map<string, Blob>();
  readonly drafts = new Map<string, string>();
  readonly sync;
  private made = 1000;
  private pin = PIN;
  private number = 102;

  constructor(start: FakeStart) {
    this.visits = start.visits ?? fakeVisits();
    this.phase = writable<Phase>(start.phase ?? "open");
    this.said = writable(new Map(this.visits.map((one) => [one.card.id, one.said])));
    this.sync = writable<SyncState>({ ...QUIET, ...start.sync });
  }

  tryPin(pin: string): boolean {
    return pin === this.pin;
  }

  setPin(old: string, fresh: string): boolean {
    if (old !== this.pin) return false;
    this.pin = fresh;
    return true;
  }

  nextNumber(): string {
    this.number += 1;
    return `江市检告〔2026〕${String(this.number).padStart(4, "0")}号`;
  }

  of(visit: string): FakeVisit {
    const found = this.visits.find((one) => one.card.id === visit);
    if (!found) throw new NotKept("trouble.visit_unknown");
    if (found.closed) throw new NotKept("trouble.visit_closed");
    return found;
  }

  say(visit: string, type: string, body: Record<string, unknown>, over: readonly string[] = []): string {
    this.of(visit);
    this.made += 1;
    const one: EntryShown = {
      hash: hash(this.made),
      type,
      inspector: ME,
      own: true,
      wall: NOW + this.made * 1000,
      body,
      over,
      custody: "own",
      verdict: null,
      reasons: [],
    };
    this.said.update((all) => new Map(all).set(visit, [...(all.get(visit) ?? []), one]));
    return one.hash;
  }

  standing(visit: string, point: PointRef): string[] {
    const mine = (get(this.said).get(visit) ?? []).filter(
      (one) => one.own && one.type === "answer.set" && one.body?.item === point.item,
    );
    return mine.map((one) => one.hash);
  }

  async keep(visit: string, content: Blob, name: string | null): Promise<FileRow> {
    const raw = await crypto.subtle.digest("SHA-256", await content.arrayBuffer());
    const digest = Array.from(new Uint8Array(raw), (one) => one.toString(16).padStart(2, "0")).join("");
    const row: FileRow = {
      digest,
      mime: content.type || "application/octet-stream",
      length: content.size,
      visit,
      name,
      address: null,
      sent: 0,
      complete: false,
    };
    this.bytes.set(digest, content);
    this.files.update((all) => (all.some((one) => one.digest === digest) ? all : [...all, row]));
    return row;
  }
}

function viewOf(world: World, visit: string, said: readonly EntryShown[], files: readonly FileRow[]): VisitView | null {
  const found = world.visits.find((one) => one.card.id === visit);
  if (!found) return null;
  return {
    card: found.card,
    checklists: found.checklists,
    record: fakeRecord(found, said),
    credentials: found.credentials,
    files: files.filter((one) => one.visit === visit),
    history: said,
    remarks: found.card.returned ?? [],
    closed: found.closed,
  };
}

function summaryOf(visit: FakeVisit, said: readonly EntryShown[], files: readonly FileRow[]): VisitSummary {
  const record = fakeRecord(visit, said);
  const alone = files.filter((one) => one.visit === visit.card.id && !one.complete);
  const stage =
    visit.card.state === "returned"
      ? "returned"
      : record.submitted
        ? "submitted"
        : record.signatures.length > 0
          ? "signed"
          : record.answered > 0
            ? "checking"
            : record.arrived
              ? "at_the_door"
              : "not_begun";
  return {
    card: visit.card,
    answered: record.answered,
    asked: record.asked,
    conflicts: record.conflicts,
    metres: null,
    stage,
    unsent: {
      entries: said.filter((one) => one.custody === "own").length,
      files: alone.length,
      bytes: alone.reduce((sum, one) => sum + one.length, 0),
    },
    remarked: said.filter((one) => one.reasons.length > 0).length,
    daysLeft: Math.floor((Date.parse(`${visit.card.window.closes}T16:00:00Z`) - NOW) / 86_400_000),
  };
}

function isAsked(one: EntryShown, asked: OwnAsked): boolean {
  if (asked === "all") return true;
  if (asked === "unsent") return one.custody === "own";
  return asked === "refused" ? one.custody === "refused" : one.custody === "server" && one.verdict === asked;
}

function following(world: World): Pick<Tablet, "phase" | "me" | "visits" | "sync" | "queue" | "visit" | "log"> {
  const both = derived([world.said, world.files], (now) => now);
  return {
    phase: world.phase,
    me: derived(world.phase, (phase) => (phase === "open" ? { device: DEVICE, inspector: ME, name: "陈志远" } : null)),
    visits: derived(both, ([said, files]) =>
      world.visits.map((one) => summaryOf(one, said.get(one.card.id) ?? [], files)),
    ),
    sync: derived([both, world.sync], ([[said, files], sync]) => {
      const alone = files.filter((one) => !one.complete);
      const own = [...said.values()].flat().filter((one) => one.custody === "own");
      return {
        ...sync,
        entries: own.length,
        files: alone.length,
        bytes: alone.reduce((sum, one) => sum + one.length, 0),
      };
    }),
    queue: derived(world.files, (files) => files.filter((one) => !one.complete)),
    log: (asked, limit) =>
      derived(world.said, (said) => {
        const all = [...said].flatMap(([visit, entries]) => entries.map((one) => ({ ...one, visit })));
        const wanted = all.filter((one) => one.own && isAsked(one, asked)).sort((a, b) => b.wall - a.wall);
        return { total: wanted.length, entries: wanted.slice(0, limit) };
      }),
    visit: (id) => derived(both, ([said, files]) => viewOf(world, id, said.get(id) ?? [], files)),
  };
}

function persons(world: World): Pick<Tablet, "enrol" | "unlock" | "waiting" | "lock" | "changePin"> {
  return {
    enrol: ({ code, pin }) => {
      if (!/^[A-Z2-7]{16}$/.test(code)) return Promise.reject(new NotKept("trouble.enrolment_code"));
      world.setPin(PIN, pin);
      world.phase.set("open");
      return Promise.resolve();
    },
    unlock: (pin) => {
      if (!world.tryPin(pin)) return Promise.resolve({ wait: 0, failed: 1 });
      world.phase.set("open");
      return Promise.resolve(true);
    },
    waiting: () => Promise.resolve(0),
    lock: () => world.phase.set("locked"),
    changePin: (old, fresh) => Promise.resolve(world.setPin(old, fresh)),
  };
}

const whereBody = (where: Whereabouts): Record<string, unknown> => ({ ...where });

function writing(
  world: World,
): Omit<
  Tablet,
  | "phase"
  | "me"
  | "visits"
  | "sync"
  | "queue"
  | "visit"
  | "log"
  | keyof ReturnType<typeof persons>
  | keyof ReturnType<typeof around>
  | "photo"
  | "document"
  | "annotate"
> {
  const say = (visit: string, type: string, body: Record<string, unknown>, over: readonly string[] = []) =>
    Promise.resolve().then(() => void world.say(visit, type, body, over));
  return {
    open: (visit) => say(visit, "visit.open", {}),
    arrive: (visit, where) => say(visit, "arrive", whereBody(where)),
    leave: (visit, where) => say(visit, "leave", whereBody(where)),
    serveNotice: async (visit, told) => {
      const number = told.number ?? world.nextNumber();
      await say(visit, "notice.serve", { ...told, number });
      return number;
    },
    answer: (visit, point, told) =>
      say(visit, "answer.set", { item: point.item, ...told }, world.standing(visit, point)),
    withdrawAnswer: (visit, point, reason) =>
      say(visit, "answer.withdraw", { item: point.item, reason }, world.standing(visit, point)),
    note: (visit, text, point) => say(visit, "note.add", { text, ...(point ? { item: point.item } : {}) }),
    concur: (visit, targets) => say(visit, "concur", { targets }),
    dispute: (visit, targets, reason) => say(visit, "dispute", { targets, reason }),
    sign: (visit, signature) => say(visit, "signature", { ...signature, method: "drawn" }),
    refuse: (visit, refusal) => say(visit, "refusal", { ...refusal, reason_code: refusal.reasonCode }),
    submit: (visit) => say(visit, "submit", { count: 0 }),
    withdrawSubmission: (visit, reason) => {
      const own = (get(world.said).get(visit) ?? []).filter((one) => one.own && one.type === "submit");
      return say(
        visit,
        "withdraw",
        { reason },
        own.map((one) => one.hash),
      );
    },
  };
}

function files(world: World): Pick<Tablet, "photo" | "document" | "annotate"> {
  return {
    photo: async (visit, picture, about) => {
      const row = await world.keep(visit, picture, null);
      world.say(visit, "photo.add", {
        digest: row.digest,
        bytes: row.length,
        mime: row.mime,
        item: about.point?.item,
        caption: about.caption,
      });
      return row.digest;
    },
    document: async (visit, file, about) => {
      const row = await world.keep(visit, file, about.name);
      world.say(visit, "document.add", {
        digest: row.digest,
        bytes: row.length,
        mime: row.mime,
        item: about.point?.item,
        caption: about.caption ?? about.name,
      });
      return row.digest;
    },
    annotate: async (visit, of, overlay, caption) => {
      const row = await world.keep(visit, overlay, null);
      world.say(visit, "photo.annotate", { of, overlay: row.digest, caption });
    },
  };
}

/** A picture of nothing in particular, where there is a canvas to draw it. */
async function invented(digest: string, size: CopySize): Promise<Blob | null> {
  if (typeof OffscreenCanvas === "undefined") return null;
  const [width, height] = size === "small" ? [480, 360] : [1600, 1200];
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  const shade = pen.createLinearGradient(0, 0, width, height);
  const hue = (digest.charCodeAt(0) * 47) % 360;
  shade.addColorStop(0, `hsl(${hue} 25% 78%)`);
  shade.addColorStop(1, `hsl(${hue + 40} 30% 42%)`);
  pen.fillStyle = shade;
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = "rgb(255 255 255 / 70%)";
  pen.fillRect(width * 0.3, height * 0.35, width * 0.4, height * 0.45);
  return canvas.convertToBlob({ type: "image/jpeg" });
}

function around(
  world: World,
): Pick<
  Tablet,
  "picture" | "original" | "paper" | "syncNow" | "pause" | "wifiOnly" | "exportAll" | "draft" | "putDraft"
> {
  return {
    picture: async (digest, size) => {
      const blob = world.bytes.get(digest) ?? (await invented(digest, size));
      if (!blob || !blob.type.startsWith("image/")) return null;
      const url = URL.createObjectURL(blob);
      return { url, release: () => URL.revokeObjectURL(url) };
    },
    original: (digest) => Promise.resolve(world.bytes.get(digest) ?? null),
    paper: () => Promise.resolve(null),
    syncNow: () => {
      world.said.update(
        (all) =>
          new Map(
            [...all].map(([visit, said]) => [
              visit,
              said.map((one) =>
                one.custody === "own" ? { ...one, custody: "server" as const, verdict: "accepted" as const } : one,
              ),
            ]),
          ),
      );
      world.files.update((all) => all.map((one) => ({ ...one, sent: one.length, complete: true })));
      return Promise.resolve();
    },
    pause: (paused) => world.sync.update((now) => ({ ...now, paused })),
    wifiOnly: (wifiOnly) => world.sync.update((now) => ({ ...now, wifiOnly })),
    exportAll: () => Promise.resolve(new Blob(["PK"], { type: "application/zip" })),
    draft: (name) => Promise.resolve(world.drafts.get(name) ?? null),
    putDraft: (name, text) => {
      if (text === null) world.drafts.delete(name);
      else world.drafts.set(name, text);
      return Promise.resolve();
    },
  };
}

/** The tablet as screens see it, with nothing behind it. PIN 123456. */
export function fakeTablet(start: FakeStart = {}): Tablet {
  const world = new World(start);
  return { ...following(world), ...persons(world), ...writing(world), ...files(world), ...around(world) };
}
