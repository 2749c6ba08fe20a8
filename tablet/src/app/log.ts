/** The own log as people read it, newest first, without holding all of it. */
import { readable, type Readable } from "svelte/store";
import type { Device } from "../device";
import { readEntry } from "../record/read";
import type { Captured } from "../store/ports";
import type { OwnAsked, OwnShown } from "./tablet";

export interface OwnLogShown {
  readonly total: number;
  readonly entries: readonly OwnShown[];
}

/** Follows what is asked for; `changed` calls back after each change until its own return is called. */
export function ownLog(
  device: Device,
  asked: OwnAsked,
  limit: number,
  changed: (again: () => void) => () => void,
  trouble: (error: unknown) => void,
): Readable<OwnLogShown> {
  return readable<OwnLogShown>({ total: 0, entries: [] }, (set) => {
    let [reading, stale, ended] = [false, true, false];
    const again = async () => {
      stale = true;
      if (reading) return;
      reading = true;
      try {
        while (stale && !ended) {
          stale = false;
          const found = await read(device, asked, limit);
          if (!ended) set(found);
        }
      } finally {
        reading = false;
      }
    };
    const restart = () => void again().catch(trouble);
    const end = changed(restart);
    restart();
    return () => {
      ended = true;
      end();
    };
  });
}

async function read(device: Device, asked: OwnAsked, limit: number): Promise<OwnLogShown> {
  if (asked === "all") return newest(device, limit);
  const custody = { unsent: "own", refused: "refused", flagged: "server", held: "server" } as const;
  const found = await device.store.entries(custody[asked]);
  const wanted = asked === "unsent" || asked === "refused" ? found : found.filter((one) => one.verdict === asked);
  return { total: wanted.length, entries: wanted.slice(-limit).reverse().map(shown) };
}

/** Backwards through the log, entry by entry: ten thousand are not read for the sake of twenty. */
async function newest({ store }: Device, limit: number): Promise<OwnLogShown> {
  const counts = await Promise.all((["own", "server", "refused"] as const).map((custody) => store.count(custody)));
  const entries: OwnShown[] = [];
  for (const ep of (await store.epochs()).sort((one, other) => other - one)) {
    let upTo: number | undefined;
    while (entries.length < limit) {
      const entry: Captured | null = await store.newest(ep, upTo);
      if (entry === null) break;
      entries.push(shown(entry));
      upTo = entry.seq - 1;
    }
  }
  return { total: counts.reduce((sum, one) => sum + one, 0), entries };
}

function shown(entry: Captured): OwnShown {
  const read = readEntry(entry.hash, entry.line);
  const { hash, type, visit, custody, verdict, reasons } = entry;
  return {
    ...{ hash, type, visit, custody, verdict, reasons, own: true },
    ...{ inspector: read?.header.ins ?? null, wall: read?.header.wall ?? 0 },
    ...{ body: read?.body ?? null, over: read?.header.over ?? [] },
  };
}
