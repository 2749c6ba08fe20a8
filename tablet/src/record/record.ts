/** The record of a visit from everything known of it here. */
import type { ReadEntry } from "./read";
import type { RecordSources, RecordView } from "./view";

/** What was read before, by hash: give the same one again and only new entries are read. Holds bodies: drop it with the lock. */
export type ReadMemory = Map<string, ReadEntry>;

/** The record. Pure but for `memory`; never throws. The order of `own` and `heard` changes nothing but how histories are listed. */
export function recordOf(given: RecordSources, memory: ReadMemory = new Map()): RecordView {
  void given;
  void memory;
  return {
    points: [],
    answered: 0,
    asked: 0,
    conflicts: 0,
    arrived: false,
    left: false,
    notices: [],
    signatures: [],
    refusals: [],
    photos: [],
    submitted: null,
    vouched: [],
    obstacles: [],
    shown: { set: "", heads: [], count: 0 },
  };
}
