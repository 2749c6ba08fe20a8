/** What somebody types, kept at every stroke: the newest text follows as soon as the one before is written. */
import type { Tablet } from "../app/tablet";

type Keeper = Pick<Tablet, "putDraft">;

/** By name: what is still to be written, while an older text is on its way. */
const waiting = new WeakMap<Keeper, Map<string, string | null>>();

/** Keeps a text under a name; null forgets it. Fails when the tablet could not keep it: the person must be told. */
export function keepDraft(tablet: Keeper, name: string, text: string | null): Promise<void> {
  return put(tablet, name, text);
}

/** Forgets a draft once what it became is kept; nothing typed before comes back afterwards. */
export function forgetDraft(tablet: Keeper, name: string): Promise<void> {
  return put(tablet, name, null);
}

async function put(tablet: Keeper, name: string, text: string | null): Promise<void> {
  const queue = waiting.get(tablet) ?? new Map<string, string | null>();
  waiting.set(tablet, queue);
  const busy = queue.has(name);
  queue.set(name, text);
  if (busy) return;
  try {
    for (;;) {
      const now = queue.get(name) ?? null;
      await tablet.putDraft(name, now);
      if ((queue.get(name) ?? null) === now) return;
    }
  } finally {
    queue.delete(name);
  }
}
