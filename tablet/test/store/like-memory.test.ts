// @vitest-environment node
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Custody, LocalStore } from "../../src/store/ports";
import { MemoryStore } from "../support/memory-store";
import { freshStore, PATIENT } from "./open-store";

/** One call, and what is told of it in a counterexample. */
interface Call {
  readonly told: string;
  readonly on: (store: LocalStore) => Promise<unknown>;
}

const NAMES = ["a", "visit:", "visit:1", "visit:10", "visit:2", "\uffff", "\uffff\uffff", "\uffffa", "🐈", ""];
const VISITS = ["v1", "v2"];
const CUSTODIES: readonly Custody[] = ["own", "server", "refused"];
const NUMBERS = [0, 1, 2, 3, 4, 5];
const SIZES = ["small", "screen"] as const;
const CONTENTS = ["", "one", "two, longer than a piece of the store is: ".repeat(4)];
const DIGESTS = [...CONTENTS.map((one) => bytesToHex(sha256(new TextEncoder().encode(one)))), "unknown"];

const name = fc.constantFrom(...NAMES);
const visit = fc.constantFrom(...VISITS);
const text = fc.oneof(fc.string(), fc.constantFrom("", "灶台 🐈", "\ud800", "\u0000"));
const custody = fc.constantFrom(...CUSTODIES);
const number = fc.constantFrom(...NUMBERS);
const epoch = fc.constantFrom(1, 2);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const reasons = fc.subarray(["unknown-visit", "unknown-type"] as const);
const verdict = fc.constantFrom("accepted", "held", "refused", "later");
const content = fc.constantFrom(...CONTENTS);
const digest = fc.constantFrom(...DIGESTS);
const hash = (ep: number, seq: number) => `${String(ep)}/${String(seq)}`;

function call<T extends unknown[]>(
  of: string,
  given: fc.Arbitrary<T>,
  on: (store: LocalStore, ...args: T) => Promise<unknown>,
): fc.Arbitrary<Call> {
  return given.map((args) => ({ told: `${of}(${fc.stringify(args)})`, on: (store) => on(store, ...args) }));
}

const texts = fc.oneof(
  call("remember", fc.tuple(name, fc.option(text)), (store, ...a) => store.remember(...a)),
  call("putDraft", fc.tuple(name, fc.option(text)), (store, ...a) => store.putDraft(...a)),
);

const log = fc.oneof(
  call("append", fc.tuple(epoch, number, fc.option(visit), text), (store, ep, seq, of, line) =>
    store.append({ hash: hash(ep, seq), ep, seq, visit: of, type: "note", line }),
  ),
  call("settle", fc.tuple(epoch, number, custody, verdict, reasons), (store, ep, seq, ...a) =>
    store.settle(hash(ep, seq), ...a),
  ),
  call("reclaim", fc.tuple(epoch, number, number), (store, ...a) => store.reclaim(...a)),
);

const feed = fc.oneof(
  call("putTopic", fc.tuple(name, number, fc.option(text)), (store, ...a) => store.putTopic(...a)),
  call("dropTopic", fc.tuple(name), (store, ...a) => store.dropTopic(...a)),
  call("hear", fc.tuple(visit, fc.array(fc.tuple(number, text, reasons), { maxLength: 3 })), (store, of, told) =>
    store.hear(
      of,
      told.map(([vseq, line, uncounted]) => ({ hash: line, vseq, line, uncounted })),
    ),
  ),
  call("forgetHeard", fc.tuple(visit, maybe(number), maybe(number)), (store, ...a) => store.forgetHeard(...a)),
);

const uploads = fc.oneof(
  call("noteUpload", fc.tuple(digest, fc.option(text), number, fc.boolean()), (store, of, address, sent, complete) =>
    store.noteUpload(of, { address, sent, complete }),
  ),
  call("dropFiles", fc.tuple(fc.subarray([...DIGESTS])), (store, ...a) => store.dropFiles(...a)),
  call("dropCopies", fc.tuple(fc.subarray([...DIGESTS])), (store, ...a) => store.dropCopies(...a)),
);

const bytes = fc.oneof(
  call("keepFile", fc.tuple(content, fc.option(visit), fc.option(text)), (store, of, at, called) =>
    store.keepFile(new Blob([of]), { mime: "a/b", visit: at, name: called }),
  ),
  call("putCopy", fc.tuple(digest, fc.constantFrom(...SIZES), text), (store, of, size, copy) =>
    store.putCopy(of, size, new Blob([copy], { type: "image/jpeg" })),
  ),
);

const erase = call("erase", fc.tuple(fc.subarray([...NAMES])), (store, ...a) => store.erase(...a));

/** Some calls as one step, which may fail at its end. */
function steps(calls: fc.Arbitrary<Call>): fc.Arbitrary<Call> {
  return fc.tuple(fc.array(calls, { minLength: 1, maxLength: 6 }), fc.boolean()).map(([inner, fails]): Call => ({
    told: `step(${inner.map(({ told }) => told).join(", ")}${fails ? ", fails" : ""})`,
    on: (store) =>
      store.step(async () => {
        const answers: unknown[] = [];
        for (const one of inner) answers.push(await one.on(store));
        if (fails) throw new Error("fails");
        return answers;
      }),
  }));
}

/** Every question that can be asked about the few names above. */
async function everything(store: LocalStore): Promise<unknown> {
  const all = <T, R>(values: readonly T[], ask: (value: T) => Promise<R>) => Promise.all(values.map(ask));
  return {
    memory: await all(NAMES, (one) => store.recall(one)),
    drafts: await all(NAMES, (one) => store.draft(one)),
    log: await all([undefined, ...CUSTODIES], async (one) => [await store.entries(one), await store.entries(one, 3)]),
    counts: await all(CUSTODIES, (one) => all([undefined, ...VISITS], (of) => store.count(one, of))),
    visits: await all(VISITS, async (one) => [await store.entriesOf(one), await store.heard(one)]),
    newest: await all([undefined, ...NUMBERS], (one) => all([1, 2, 3], (ep) => store.newest(ep, one))),
    custody: await all(NUMBERS, (one) => store.inCustody(1, one)),
    epochs: await store.epochs(),
    topics: await all([undefined, ...NAMES], async (one) => [...(await store.topics(one))]),
    numbers: new Map([...(await store.topicNumbers())].sort()),
    file: await all(DIGESTS, (one) => store.file(one)),
    files: await all([{}, { incomplete: true }, { visit: "v1" }, { visit: "v2", incomplete: true }], (one) =>
      store.files(one),
    ),
    bytes: await all(DIGESTS, (one) => store.bytes(one, 1, 100).catch(() => "none")),
    copies: await all(DIGESTS, (one) => all(SIZES, async (size) => pictured(await store.copy(one, size)))),
  };
}

async function pictured(copy: Blob | null): Promise<unknown> {
  return copy && [copy.type, await copy.text()];
}

/** What it answers; that it fails, if it does. */
async function answer(one: Call, store: LocalStore): Promise<unknown> {
  try {
    return { is: await one.on(store) };
  } catch {
    return "fails";
  }
}

test.each<[string, fc.Arbitrary<Call>]>([
  ["texts", fc.oneof({ arbitrary: texts, weight: 4 }, steps(texts), erase)],
  ["the log", fc.oneof({ arbitrary: log, weight: 3 }, steps(log))],
  ["the feed", fc.oneof({ arbitrary: feed, weight: 3 }, steps(feed))],
  ["files", fc.oneof({ arbitrary: bytes, weight: 2 }, uploads, steps(uploads))],
  ["everything", fc.oneof(texts, log, feed, uploads, bytes, steps(fc.oneof(texts, log, feed, uploads, erase)))],
])(
  "the sealed store answers as a store in memory does, and tells those who follow the same: %s",
  PATIENT,
  async (_, calls) => {
    await fc.assert(
      fc.asyncProperty(fc.array(calls, { minLength: 20, maxLength: 50, size: "max" }), async (sequence) => {
        const { safe, store: sealed } = await freshStore();
        const memory = new MemoryStore();
        const told: string[][] = [];
        for (const store of [sealed, memory]) {
          const heard: string[] = [];
          told.push(heard);
          store.follow((touched) => heard.push([...touched].sort().join(" ")));
        }
        for (const one of sequence) expect(await answer(one, sealed), one.told).toEqual(await answer(one, memory));
        expect(await everything(sealed)).toEqual(await everything(memory));
        expect(told[0]).toEqual(told[1]);
        safe.lock();
      }),
      { numRuns: 8 },
    );
  },
);
