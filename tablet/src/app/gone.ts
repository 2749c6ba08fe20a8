/** Visits that left the feed and in which something was written here: the own work stays, and stays readable. */
import type { VisitCard } from "@contract";
import type { Device } from "../device";
import type { Goings } from "../session/pull";

const NAME = "gone:";
const INDEX = "gone_visits";
const VISIT = "visit:";

/** A visit as it was when it left. */
export interface GoneVisit {
  readonly card: VisitCard;
  /** A word of the contract. */
  readonly reason: string;
  /** Proven time when that was heard, ms; null without any. */
  readonly at: number | null;
}

/** A card, and why nothing can be written in its visit any more. */
export interface KnownVisit {
  readonly card: VisitCard;
  readonly closed: string | null;
}

/** Of the feed, or as it was when it left it; null when nobody ever told of it. */
export async function known(device: Device, visit: string): Promise<KnownVisit | null> {
  const told = (await device.store.topics(`${VISIT}${visit}`)).get(`${VISIT}${visit}`);
  if (told) {
    const card = JSON.parse(told) as VisitCard;
    return { card, closed: card.state === "published" ? "published" : null };
  }
  const gone = await goneVisit(device, visit);
  return gone && { card: gone.card, closed: gone.reason };
}

async function goneVisit(device: Device, visit: string): Promise<GoneVisit | null> {
  const text = await device.store.recall(`${NAME}${visit}`);
  return text === null ? null : (JSON.parse(text) as GoneVisit);
}

/** Those that left and did not come back. */
export async function goneVisits(device: Device): Promise<Map<string, GoneVisit>> {
  const standing = await device.visits();
  const found = new Map<string, GoneVisit>();
  for (const visit of await index(device)) {
    const gone = standing.has(visit) ? null : await goneVisit(device, visit);
    if (gone) found.set(visit, gone);
  }
  return found;
}

/** Forgets what was kept of it. */
export async function forgetGone(device: Device, visit: string): Promise<void> {
  await device.store.step(async () => {
    await device.store.remember(`${NAME}${visit}`, null);
    const rest = (await index(device)).filter((one) => one !== visit);
    await device.store.remember(INDEX, JSON.stringify(rest));
  });
}

async function index(device: Device): Promise<string[]> {
  return JSON.parse((await device.store.recall(INDEX)) ?? "[]") as string[];
}

/** Keeps cards before their topics go. What does not go after all does no harm: the feed is asked first. */
export function keepsGoings(device: Device): Goings {
  const keep = async (visit: string, card: VisitCard, reason: string) => {
    // What the law has erased is not kept under another name.
    if (reason === "erased" || (await wroteNothing(device, visit))) return;
    const gone: GoneVisit = { card, reason, at: await device.provenTime() };
    await device.store.step(async () => {
      await device.store.remember(`${NAME}${visit}`, JSON.stringify(gone));
      const all = new Set([...(await index(device)), visit]);
      await device.store.remember(INDEX, JSON.stringify([...all]));
    });
  };
  return {
    removed: async (topics) => {
      if (topics.size === 0) return;
      const cards = await device.visits();
      for (const [topic, reason] of topics) {
        const card = topic.startsWith(VISIT) ? cards.get(topic.slice(VISIT.length)) : undefined;
        if (card) await keep(card.id, card, reason);
      }
    },
    stand: async (topics) => {
      for (const [visit, card] of await device.visits()) {
        if (!topics.has(`${VISIT}${visit}`)) await keep(visit, card, "closed");
      }
    },
  };
}

async function wroteNothing({ store }: Device, visit: string): Promise<boolean> {
  for (const custody of ["own", "server", "refused"] as const) {
    if ((await store.count(custody, visit)) > 0) return false;
  }
  return true;
}
