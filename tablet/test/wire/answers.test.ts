// @vitest-environment node
/** Answers of the server are believed only with the members that are used, of their types and within their limits. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  parseStrict,
  pinnedChecklist,
  readAnchor,
  readConsistency,
  readCredentials,
  readEnrolled,
  reader,
  readHead,
  readInclusion,
  readInventory,
  readKeys,
  readKeyStatement,
  readLogHead,
  readMediaHave,
  readNumbers,
  readPull,
  readPush,
  readReceipt,
  readSelf,
  readSnapshot,
  readTime,
  readToken,
  readWiped,
  WrongShapeError,
} from "../../src/wire";
import { example, vectors } from "../support/vectors";

const ID = "019a0000-0000-7000-8000-000000000005";
/** Longer than any text of the contract, in characters that take two units. */
const TOO_LONG = "🙂".repeat(2 ** 20 + 1);
const HASH = `${"A".repeat(42)}A`;
const MEDIA = "0f".repeat(32);
const AT = "2026-03-02T01:00:00.123456Z";
const SIGNED = example<{ answer: { anchor: unknown } }>("enrolment").answer.anchor;
const PULL = example<{ answer: { items: unknown[] } }>("pull").answer;
const texts = vectors<Record<string, { text: string }>>("signed");
const text = (name: string) => parseStrict(texts[name]?.text ?? "");

const ANSWERS: [string, (value: unknown) => unknown, unknown][] = [
  ["enrolment", readEnrolled, example<{ answer: unknown }>("enrolment").answer],
  ["token", readToken, { token: "t", token_expires: AT }],
  ["time", readTime, { signed: SIGNED }],
  ["pull", readPull, PULL],
  ["snapshot", readSnapshot, { cursor: "c", next: "p", items: PULL.items }],
  ["push", readPush, example<{ answer: unknown }>("push").answer],
  ["checklist", reader(pinnedChecklist), example("checklist")],
  [
    "inventory",
    readInventory,
    {
      history: ID,
      logs: [
        {
          state: { dev: ID, ep: 1, seq: 2, hash: HASH, top: 2, forked: false },
          missing: [{ first: 1, last: 2 }],
        },
      ],
    },
  ],
  [
    "keys",
    readKeys,
    { keys: example<{ answer: { server_keys: unknown } }>("enrolment").answer.server_keys, statements: [SIGNED] },
  ],
  ["head", readHead, { signed: SIGNED }],
  ["consistency", readConsistency, { first: 1, second: 2, path: [HASH] }],
  ["inclusion", readInclusion, { hash: HASH, place: 0, size: 1, path: [HASH] }],
  ["have", readMediaHave, { sha256: [MEDIA] }],
  [
    "self",
    readSelf,
    {
      ...{ device: ID, inspector: ID, inspectors: [ID], revoked: true, submit_until: AT },
      wipe: { order: ID, ordered_at: AT, also_unsent: true },
    },
  ],
  ["wiped", readWiped, { wiped_at: AT }],
  [
    "numbers",
    readNumbers,
    { year: 2026, before: "商务检告〔2026〕", after: "号", digits: 6, blocks: [{ first: 1, last: 50, used: [3] }] },
  ],
  [
    "credentials",
    readCredentials,
    {
      credentials: [
        {
          ...{
            inspector: ID,
            name: "王一",
            unit: "一科",
            photo: MEDIA,
            text: "a.b.c",
            address: "https://a.example/#a",
            expires: AT,
          },
          certificate: {
            ...{ number: "1", issuer: "省", valid_from: "2026-01-01", valid_until: "2028-01-01", status: "valid" },
            ...{ scope: ["一"], areas: ["全省"] },
          },
        },
      ],
      code: "AAAA-0000",
      door: { address: "https://a.example/door", expires_on: "2026-04-01" },
    },
  ],
  ["anchor", readAnchor, text("anchor")],
  ["receipt", readReceipt, text("receipt")],
  ["tree head", readLogHead, text("tree_head")],
  ["key statement", readKeyStatement, text("key_statement")],
];

type Path = (string | number)[];

/** Every place in a value. */
function places(value: unknown, at: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([name, member]) => places(member, [...at, name]))];
}

function at(value: unknown, path: Path): unknown {
  return path.reduce((inside, name) => (inside as Record<string, unknown>)[name], value);
}

/** A copy with another value in one place. */
function bent(value: unknown, [name, ...rest]: Path, other: unknown): unknown {
  if (name === undefined) return other;
  if (Array.isArray(value))
    return value.map((member, place) => (String(place) === String(name) ? bent(member, rest, other) : member));
  const members = value as Record<string, unknown>;
  return { ...members, [name]: bent(members[name], rest, other) };
}

/** Something of another type. */
function otherType(value: unknown): unknown {
  if (typeof value === "string") return 7;
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return Number(value);
  return Array.isArray(value) ? { length: 0 } : [];
}

describe.each(ANSWERS)("%s", (_, read, good) => {
  test("is read as it is", () => {
    expect(read(good)).toBe(good);
  });

  test("may gain members that nobody here knows", () => {
    const inside = places(good).filter((path) => {
      const value = at(good, path);
      return typeof value === "object" && value !== null && !Array.isArray(value);
    });
    for (const path of inside) expect(() => read(bent(good, [...path, "from_the_future"], [1]))).not.toThrow();
  });

  test("is not believed with a member of another type, whatever it is", () => {
    for (const path of places(good)) {
      expect(() => read(bent(good, path, otherType(at(good, path)))), path.join(".")).toThrow(WrongShapeError);
    }
  });

  test("is not believed with a number that no integer is, or a text that is too long", () => {
    for (const path of places(good)) {
      const value = at(good, path);
      if (typeof value === "number") expect(() => read(bent(good, path, 0.5)), path.join(".")).toThrow(WrongShapeError);
      if (typeof value === "string") {
        expect(() => read(bent(good, path, TOO_LONG)), path.join(".")).toThrow(WrongShapeError);
        expect(() => read(bent(good, path, `${value}\u0000`)), path.join(".")).toThrow(WrongShapeError);
      }
    }
  });

  test("is no scalar and no list", () => {
    for (const none of [null, undefined, 1, "x", true, [], [good]]) expect(() => read(none)).toThrow(WrongShapeError);
  });
});

test("whatever comes, it is read or refused, and nothing else is thrown", () => {
  fc.assert(
    fc.property(fc.constantFrom(...ANSWERS), fc.nat(), fc.jsonValue(), ([, read, good], seed, value) => {
      const all = places(good);
      try {
        read(bent(good, all[seed % all.length] ?? [], value));
      } catch (error) {
        expect(error).toBeInstanceOf(WrongShapeError);
      }
    }),
    { numRuns: 1000 },
  );
});

describe("what does not fit together is not believed:", () => {
  const item = (told: object) => ({ ...PULL, items: [{ seq: 1, op: "put", ...told }] });
  const [checklist, card] = PULL.items as [{ checklist: { checklist: object } }, { card: object }];

  test.each([
    [
      "a card under the name of another visit",
      item({ topic: "visit:019a0000-0000-7000-8000-0000000000aa", card: card.card }),
    ],
    [
      "a checklist under the name of another version",
      item({ topic: "checklist:commerce.prepaid-card@2", checklist: checklist.checklist }),
    ],
    [
      "entries under the name of a visit's card",
      item({ topic: `visit:${ID}`, entries: { visit: ID, after: 0, through: 0, entries: [] } }),
    ],
    ["a visit without its card", item({ topic: `visit:${ID}` })],
    ["a card under the name of a kind that nobody knows", item({ topic: `weather:${ID}`, card: card.card })],
  ])("%s", (_, page) => {
    expect(() => readPull(page)).toThrow(WrongShapeError);
  });

  test("entries with numbers outside of their block", () => {
    const entries = (PULL.items as { entries?: { after: number; through: number } }[]).findIndex((one) => one.entries);
    expect(() => readPull(bent(PULL, ["items", entries, "entries", "through"], 0))).toThrow(WrongShapeError);
    expect(() => readPull(bent(PULL, ["items", entries, "entries", "after"], 1))).toThrow(WrongShapeError);
  });

  test("a block of more numbers than anybody reserves", () => {
    const blocks = [{ first: 1, last: 2 ** 50 }];
    expect(() => readNumbers({ year: 2026, before: "a", after: "b", digits: 6, blocks })).toThrow(WrongShapeError);
  });

  test("an address that is no page", () => {
    const told = ANSWERS.find(([name]) => name === "credentials")?.[2];
    for (const address of ["javascript:alert(1)", "data:text/html,x", "ftp://a.example"]) {
      expect(() => readCredentials(bent(told, ["door", "address"], address))).toThrow(WrongShapeError);
      expect(() => readCredentials(bent(told, ["credentials", 0, "address"], address))).toThrow(WrongShapeError);
    }
  });
});

test("a kind of topic that nobody here knows is read", () => {
  const items = [{ topic: "weather:today", seq: 1, op: "put", weather: { rain: true } }];
  expect(() => readPull({ ...PULL, items })).not.toThrow();
});

test("a reason, a removal and a word that nobody here knows are read as they are", () => {
  const push = example<{ answer: unknown }>("push").answer;
  expect(() => readPush(bent(push, ["verdicts", 0, "reasons"], ["from-the-future"]))).not.toThrow();
  const page = { ...PULL, items: [{ topic: `visit:${ID}`, seq: 1, op: "remove", reason: "from-the-future" }] };
  expect(() => readPull(page)).not.toThrow();
});
