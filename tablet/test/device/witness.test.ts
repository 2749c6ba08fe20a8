// @vitest-environment node
/** A device notices a log that was rewritten or lost its end, and never cries over one that only grew (I23). */
import type { ConsistencyAnswer, LogHead } from "@contract";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Witness } from "../../src/device";
import { b64url, leafHash, utf8, type Bytes } from "../../src/wire";
import { MemoryStore } from "../support/memory-store";
import { consistencyPath, rootOf } from "../support/merkle-tree";

const idOf = (history: number) => `00000000-0000-0000-0000-${String(history).padStart(12, "0")}`;

/** A server's log in memory, which may be restored from a backup, or rewritten. */
class Log {
  leaves: Bytes[] = [];
  history = 1;
  readonly kept = new Map<number, number>();
  #made = 0;

  grow(count: number): void {
    for (let at = 0; at < count; at += 1) this.leaves.push(leafHash(utf8(String((this.#made += 1)))));
  }

  /** An announced restore: a new history that begins with what the backup held. */
  restore(size: number): void {
    this.leaves = this.leaves.slice(0, size);
    for (const [old, kept] of this.kept) this.kept.set(old, Math.min(kept, size));
    this.kept.set(this.history, size);
    this.history += 1;
  }

  head(): LogHead {
    const past = [...this.kept].map(([old, kept]) => ({ history: idOf(old), kept }));
    const root = b64url(rootOf(this.leaves));
    return { size: this.leaves.length, root, at: "2026-03-02T00:00:00Z", history: idOf(this.history), past };
  }

  /** Honest answers to what the witness asks; none where the tree was never that large. */
  async proofs(witness: Witness, head: LogHead): Promise<ConsistencyAnswer[]> {
    const asked = (await witness.openQuestions(head)).filter(([, second]) => second <= this.leaves.length);
    return asked.map(([first, second]) => {
      return { first, second, path: consistencyPath(this.leaves.slice(0, second), first).map(b64url) };
    });
  }

  /** The witness fetches the newest head. */
  async tell(witness: Witness): Promise<boolean> {
    const head = this.head();
    return witness.judge(head, await this.proofs(witness, head));
  }

  /** The witness gets a receipt that names the newest head. */
  async receipt(witness: Witness): Promise<void> {
    const head = this.head();
    await witness.saw(head.size, head.root, head.history);
  }
}

const fresh = () => [new Log(), new Witness(new MemoryStore())] as const;
const kinds = async (witness: Witness) => (await witness.alarms()).map((alarm) => alarm.kind);

test("each head is consistent with every earlier one seen but for what a restore lost: an alarm exactly then", async () => {
  const step = fc.tuple(fc.constantFrom("grow", "grow", "head", "receipt", "restore"), fc.nat(19));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const [log, witness] = fresh();
      let seen: [number, number][] = [];
      let lost = false;
      for (const [what, size] of [...steps, ["head", 0] as const]) {
        if (what === "grow") log.grow(size + 1);
        else if (what === "restore") log.restore(Math.min(size, log.leaves.length));
        else if (what === "receipt") {
          await log.receipt(witness);
          seen.push([log.history, log.leaves.length]);
        } else {
          const gone = seen.some(([history, at]) => at > (log.kept.get(history) ?? at));
          expect(await log.tell(witness)).toBe(!gone);
          lost ||= gone;
          seen = [[log.history, log.leaves.length]];
        }
      }
      expect(new Set(await kinds(witness))).toEqual(new Set(lost ? ["lost"] : []));
    }),
    { numRuns: 60 },
  );
});

test("a rewritten log is noticed by whoever saw what was rewritten", async () => {
  const drawn = fc.tuple(fc.integer({ min: 2, max: 40 }), fc.boolean(), fc.nat(39), fc.nat(5));
  await fc.assert(
    fc.asyncProperty(drawn, async ([size, byHead, at, more]) => {
      const [log, witness] = fresh();
      log.grow(size);
      await (byHead ? log.tell(witness) : log.receipt(witness));
      log.leaves[at % size] = leafHash(utf8("somebody else's"));
      log.grow(more);
      expect(await log.tell(witness)).toBe(false);
      expect(await kinds(witness)).toEqual(["forked"]);
    }),
    { numRuns: 40 },
  );
});

test("a head that shrank within its history is an alarm", async () => {
  const [log, witness] = fresh();
  log.grow(9);
  await log.tell(witness);
  log.leaves = log.leaves.slice(0, 5);
  expect(await log.tell(witness)).toBe(false);
  expect(await kinds(witness)).toEqual(["forked"]);
});

test("a proof that the server refuses proves nothing", async () => {
  const [log, witness] = fresh();
  log.grow(3);
  await log.tell(witness);
  log.grow(3);
  expect(await witness.judge(log.head(), [])).toBe(false);
  expect(await kinds(witness)).toEqual(["forked"]);
});

test("two roots of one size are noticed without asking anybody", async () => {
  const [log, witness] = fresh();
  log.grow(4);
  await log.receipt(witness);
  await witness.saw(4, b64url(new Uint8Array(32)), idOf(1));
  await witness.saw(4, b64url(new Uint8Array(32)), idOf(1));
  expect(await kinds(witness)).toEqual(["forked"]);
});

test("a header names the head that was told last; a late receipt does not turn it back", async () => {
  const [log, witness] = fresh();
  expect(await witness.newest()).toBeNull();
  log.grow(2);
  const older = log.head();
  log.grow(3);
  await log.receipt(witness);
  await witness.saw(older.size, older.root, older.history);
  expect(await witness.newest()).toEqual([5, log.head().root]);
  expect(await log.tell(witness)).toBe(true);
  log.restore(2);
  await log.receipt(witness);
  expect(await witness.newest()).toEqual([2, log.head().root]);
});

test("no more than twenty alarms and twenty heads are kept", async () => {
  const [log, witness] = fresh();
  for (let at = 0; at < 30; at += 1) {
    log.grow(1);
    await log.receipt(witness);
  }
  expect(await witness.openQuestions({ ...log.head(), size: 1_000 })).toHaveLength(21);
  log.leaves = log.leaves.map((leaf) => leafHash(leaf));
  expect(await log.tell(witness)).toBe(false);
  expect(await witness.alarms()).toHaveLength(20);
});
