/** In which order a person reads entries: as the server numbered them, then the own ones that it does not have yet. */
import type { Said } from "./intake";

type Placed = Pick<Said, "hash" | "header" | "vseq">;

/** No clock takes part: within what has no number yet, the place in the log decides. */
export function inOrder(one: Placed, other: Placed): number {
  if (one.vseq !== null && other.vseq !== null) return one.vseq - other.vseq || byText(one.hash, other.hash);
  if (one.vseq !== null || other.vseq !== null) return one.vseq !== null ? -1 : 1;
  const [a, b] = [one.header, other.header];
  return byText(a.dev, b.dev) || a.ep - b.ep || a.seq - b.seq || byText(one.hash, other.hash);
}

const byText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
