/** Reads one entry by itself. */
import type { EntryHeader } from "@contract";

/** An entry, understood: its header, and its body where there is one. */
export interface ReadEntry {
  readonly hash: string;
  readonly header: EntryHeader;
  readonly body: Readonly<Record<string, unknown>> | null;
}
