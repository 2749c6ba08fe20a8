/** The own feed, and the snapshot that puts right whatever does not fit (docs/native-app.md §8, §9). */
import type { PullAnswer, SnapshotAnswer } from "@contract";
import { readPull, readSnapshot } from "../wire/answers";
import { compareLogs } from "./compare";
import { believe, type Parts } from "./parts";
import { ProblemError } from "./problem";

const RESYNC = new Set<string>(["history-changed", "cursor-ahead", "cursor-invalid"]);
/** A feed that is told to begin again at every page would be begun again for ever. */
const MOST_SNAPSHOTS = 2;
const MOST_PAGES = 10_000;

/** Told before something is applied: what goes is still there then. */
export interface Goings {
  /** Topics that a page removes, with the reason. */
  removed(topics: ReadonlyMap<string, string>): Promise<void>;
  /** Topics that stand after a snapshot: all others go. */
  stand(topics: ReadonlySet<string>): Promise<void>;
}

/** Follows the feed to where it ended when this began; how many topics changed. */
export async function pull(parts: Parts, goings: Goings): Promise<number> {
  const { device } = parts;
  let changed = 0;
  let until: number | null = null;
  let snapshots = 0;
  for (;;) {
    const page: PullAnswer | null = await pageOf(parts);
    if (page === null) {
      snapshots += 1;
      if (snapshots > MOST_SNAPSHOTS) return changed;
      changed += await beginAgain(parts, goings);
      continue;
    }
    until ??= page.head;
    await goings.removed(removals(page));
    const applied = await believe(parts, () => device.apply(page));
    changed += applied ? page.items.length : 0;
    if (await device.needsSnapshot()) return changed + (await beginAgain(parts, goings));
    // What moves while this goes on comes with the next pull: a feed that never rests ends no pull.
    const newest = page.items.at(-1)?.seq ?? 0;
    if (!(page.more && applied) || newest > until) break;
  }
  if (await device.serverWasRestored()) await compareLogs(parts);
  return changed;
}

/** The next page; null when the server asks to begin again. */
async function pageOf({ channel, device }: Parts): Promise<PullAnswer | null> {
  const cursor = await device.cursor();
  try {
    return await channel.json(readPull, "GET", "/v1/sync/pull", cursor === null ? {} : { query: { cursor } });
  } catch (error) {
    if (error instanceof ProblemError && RESYNC.has(error.code)) return null;
    throw error;
  }
}

async function beginAgain(parts: Parts, goings: Goings): Promise<number> {
  const found = await snapshot(parts, goings);
  await compareLogs(parts);
  return found;
}

/** Rebuilds the read side; how many topics there are. The own log is not touched. */
export async function snapshot(parts: Parts, goings: Goings): Promise<number> {
  const pages: SnapshotAnswer[] = [];
  let page: string | null = null;
  do {
    const query: Record<string, string> = page === null ? {} : { page };
    const told: SnapshotAnswer = await parts.channel.json(readSnapshot, "GET", "/v1/sync/snapshot", { query });
    pages.push(told);
    page = told.next ?? null;
  } while (page !== null && pages.length < MOST_PAGES);
  const items = pages.flatMap((one) => one.items);
  await goings.stand(new Set(items.map((one) => one.topic)));
  await parts.device.applySnapshot(pages);
  return items.length;
}

function removals(page: PullAnswer): Map<string, string> {
  const gone = page.items.filter((one) => one.op === "remove");
  return new Map(gone.map((one) => [one.topic, one.reason ?? "closed"]));
}
