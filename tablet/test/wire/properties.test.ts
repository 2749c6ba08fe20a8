// @vitest-environment node
/** What parses, orders and counts, over drawn examples. */
import type { ChecklistItem } from "@contract";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  accepts,
  agree,
  b64url,
  canonical,
  consistencyHolds,
  entrySetDigest,
  feedDigest,
  hex,
  inclusionHolds,
  MalformedJsonError,
  millionths,
  parseStrict,
  printable,
  readInvitation,
  sha,
  unb64url,
  unhex,
  utf8,
} from "../../src/wire";
import { consistencyPath, grown, inclusionPath, rootOf } from "../support/merkle-tree";

const text = fc.string({ unit: "binary" });
const scalar = fc.oneof(fc.constant(null), fc.boolean(), fc.maxSafeInteger(), text);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(text, tie("value"), { maxKeys: 4 }),
  ),
}));

/** Minus zero is zero on the wire. */
function plain(one: unknown): unknown {
  return JSON.parse(JSON.stringify(one)) as unknown;
}

describe("strict JSON", () => {
  test("reads what JSON.parse reads, of texts that both may read", () => {
    fc.assert(
      fc.property(value, fc.nat(3), (one, space) => {
        const told = JSON.stringify(one, null, space);
        expect(parseStrict(told)).toEqual(plain(one));
        expect(parseStrict(utf8(told))).toEqual(plain(one));
      }),
    );
  });

  test("never reads what JSON.parse refuses", () => {
    const pieces = fc.constantFrom(
      '"',
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      "\\",
      "u",
      "0",
      "-",
      "1",
      "e",
      ".",
      " ",
      "a",
      "\t",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (letters) => {
        const told = letters.join("");
        let strict: unknown;
        try {
          strict = parseStrict(told);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedJsonError);
          return;
        }
        expect(plain(strict)).toEqual(plain(JSON.parse(told)));
      }),
      { numRuns: 2000 },
    );
  });

  test("bytes are read or refused, and nothing else is thrown", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (raw) => {
        try {
          parseStrict(raw);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedJsonError);
        }
      }),
    );
  });

  test.each([
    ["a fraction that is whole", "[1.0]", "floating"],
    ["an exponent", "[1E2]", "floating"],
    ["a member twice, far apart", '{"a":1,"b":{"a":2},"a":3}', "duplicate"],
    ["half a pair as a name", String.raw`{"\ud800":1}`, "surrogate"],
    ["seventeen levels of both kinds", `${'{"a":['.repeat(9)}${"]}".repeat(9)}`, "deep"],
    ["a long integer", `[${"9".repeat(400)}]`, "integer"],
    ["an escape that is none", String.raw`["\x41"]`, "JSON"],
    ["an escape with too few digits", String.raw`["\u12"]`, "JSON"],
    ["nothing", "", "JSON"],
    ["another kind of space", "[\u00a01]", "JSON"],
    ["a comma too many", "[1,]", "JSON"],
    ["a byte order mark in a text", "\ufeff[]", "order mark"],
  ])("refuses %s", (_, told, why) => {
    expect(() => parseStrict(told)).toThrow(why);
  });

  test("a member may have any name, and changes no other object", () => {
    const read = parseStrict('{"__proto__":{"polluted":1},"constructor":2}') as Record<string, unknown>;
    expect(Object.keys(read)).toEqual(["__proto__", "constructor"]);
    expect({} as Record<string, unknown>).not.toHaveProperty("polluted");
    expect(() => parseStrict('{"__proto__":1,"__proto__":2}')).toThrow("duplicate");
    expect(Object.keys(printable(read as never) as object)).toEqual(["__proto__", "constructor"]);
  });

  test("minus zero is zero", () => {
    expect(Object.is(parseStrict("-0"), 0)).toBe(true);
  });

  test("fifty thousand brackets are refused at once", () => {
    expect(() => parseStrict("[".repeat(50_000))).toThrow("deep");
  });
});

describe("canonical JSON", () => {
  test("does not depend on the order of members, and is read as the same value", () => {
    const turned = (one: unknown): unknown => {
      if (Array.isArray(one)) return one.map(turned);
      if (typeof one !== "object" || one === null) return one;
      return Object.fromEntries(
        Object.entries(one)
          .reverse()
          .map(([name, member]) => [name, turned(member)]),
      );
    };
    fc.assert(
      fc.property(value, (one) => {
        expect(canonical(turned(one))).toBe(canonical(one));
        expect(parseStrict(canonical(one))).toEqual(plain(one));
        expect(canonical(parseStrict(canonical(one)))).toBe(canonical(one));
      }),
    );
  });

  test("sorts by UTF-16 units, as RFC 8785 does", () => {
    // RFC 8785 §3.2.3: the smiley stands before U+FB33, because its first unit is a surrogate.
    const told = { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6, "\u00f6": 7 };
    expect(Object.values(JSON.parse(canonical(told)) as object)).toHaveLength(7);
    expect(canonical(told)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}');
  });

  test.each([[0.5], [Number.NaN], [2 ** 53], ["\ud800"], [undefined], [10n]])("has no form for %s", (one) => {
    expect(() => canonical([one])).toThrow(RangeError);
  });
});

describe("base64url and hex", () => {
  test("bytes come back as they were", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (raw) => {
        expect([...unb64url(b64url(raw))]).toEqual([...raw]);
        expect(b64url(raw)).toBe(Buffer.from(raw).toString("base64url"));
        expect([...unhex(hex(raw))]).toEqual([...raw]);
      }),
    );
  });

  test("of all texts only the one spelling of some bytes is read", () => {
    const letters = fc.string({ unit: fc.constantFrom(..."AaBQgwZ019-_+/= "), maxLength: 9 });
    fc.assert(
      fc.property(letters, (told) => {
        const same = Buffer.from(told, "base64url").toString("base64url") === told;
        if (same) expect(b64url(unb64url(told))).toBe(told);
        else expect(() => unb64url(told)).toThrow(RangeError);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("decimals", () => {
  const decimals = fc
    .tuple(fc.boolean(), fc.bigInt(0n, 999_999_999_999_999n), fc.option(fc.stringMatching(/^[0-9]{1,6}$/)))
    .map(([minus, whole, places]) => `${minus ? "-" : ""}${whole}${places === null ? "" : `.${places}`}`);
  const asking = (number: ChecklistItem["number"]): ChecklistItem => ({
    ...{ code: "n", text: { zh: "数" }, number: number ?? null },
  });

  test("are exact where binary fractions are not", () => {
    const point = asking({ decimals: 1, tolerance: "0.1" });
    expect(agree(point, ["0.4", "0.3"])).toBe(true); // as floats they are 0.10000000000000003 apart
    expect(agree(point, ["0.3", "0.1"])).toBe(false);
    expect(agree(point, ["999999999999999.9", "999999999999999.8"])).toBe(true);
    expect(agree(asking({ decimals: 1 }), ["999999999999999.9", "999999999999999.8"])).toBe(false);
    expect(agree(asking({ decimals: 2 }), ["1.5", "1.50", "1.500"])).toBe(true);
  });

  test("are compared as numbers", () => {
    fc.assert(
      fc.property(decimals, decimals, (one, other) => {
        const scale = (told: string) => {
          const [whole = "", places = ""] = told.replace("-", "").split(".");
          return BigInt(`${told.startsWith("-") ? "-" : ""}${whole}${places.padEnd(6, "0")}`);
        };
        expect(millionths(one)).toBe(scale(one));
        expect(accepts(asking({ decimals: 6, least: one }), other)).toBe(scale(one) <= scale(other));
        expect(accepts(asking({ decimals: 6, most: one }), other)).toBe(scale(other) <= scale(one));
        const distance = scale(one) - scale(other);
        expect(agree(asking({ decimals: 6, tolerance: "1" }), [one, other])).toBe(
          (distance < 0n ? -distance : distance) <= 1_000_000n,
        );
      }),
    );
  });

  test.each([
    "",
    "+1",
    "01",
    "1.",
    ".5",
    "1e3",
    "1,5",
    "１",
    " 1",
    "1 ",
    "--1",
    "1.1234567",
    "1234567890123456",
    "1\n",
  ])("%j is none", (told) => {
    expect(accepts(asking({ decimals: 6 }), told)).toBe(false);
    expect(() => millionths(told)).toThrow(RangeError);
  });

  test("no more places than are asked for, and no value of another kind", () => {
    const point = asking({ decimals: 1 });
    expect(accepts(point, "1.5")).toBe(true);
    expect(accepts(point, "1.50")).toBe(false);
    expect(accepts(point, "yes")).toBe(false);
    expect(accepts(point, "not_applicable")).toBe(true);
    expect(accepts({ ...point, answers: ["yes", "no"] }, "not_applicable")).toBe(false);
    expect(agree(point, ["1", "not_applicable"])).toBe(false);
  });

  test("a choice accepts what its checklist names, and agrees with itself only", () => {
    const point: ChecklistItem = { code: "c", text: { zh: "是否" } };
    expect(["yes", "no", "not_applicable", "maybe", ""].map((one) => accepts(point, one))).toEqual([
      ...[true, true, true, false, false],
    ]);
    expect(accepts({ ...point, answers: ["yes", "no"] }, "not_applicable")).toBe(false);
    expect(agree(point, [])).toBe(true);
    expect(agree(point, ["yes", "yes"])).toBe(true);
    expect(agree(point, ["yes", "no"])).toBe(false);
  });
});

describe("Merkle proofs", () => {
  const sizes = fc.integer({ min: 1, max: 70 }).chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1)));

  test("of every leaf hold, and of no other place or root", () => {
    fc.assert(
      fc.property(sizes, ([size, index]) => {
        const leaves = grown(size);
        const [leaf] = leaves.slice(index);
        if (leaf === undefined) throw new Error("a drawn index lies in the tree");
        const [path, root] = [inclusionPath(leaves, index), rootOf(leaves)];
        expect(inclusionHolds(leaf, index, size, path, root)).toBe(true);
        expect(inclusionHolds(sha(leaf), index, size, path, root)).toBe(false);
        expect(inclusionHolds(leaf, index, size, path, sha(root))).toBe(false);
        expect(inclusionHolds(leaf, index, size, [...path, root], root)).toBe(false);
        if (path.length) expect(inclusionHolds(leaf, index, size, path.slice(1), root)).toBe(false);
        expect(inclusionHolds(leaf, size, size, path, root)).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  test("of every beginning hold, and of no other tree", () => {
    fc.assert(
      fc.property(sizes, ([size, first]) => {
        const leaves = grown(size);
        const path = consistencyPath(leaves, first);
        const [before, after] = [rootOf(leaves.slice(0, first)), rootOf(leaves)];
        expect(consistencyHolds(first, size, path, before, after)).toBe(true);
        if (first === 0) return;
        const other = rootOf([...grown(first - 1), ...grown(1, 999)]);
        expect(consistencyHolds(first, size, path, other, after)).toBe(false);
        expect(consistencyHolds(first, size, path, before, sha(after))).toBe(false);
        expect(consistencyHolds(first, size, [...path, after], before, after)).toBe(false);
        expect(consistencyHolds(size, first, path, after, before)).toBe(size === first && !path.length);
      }),
      { numRuns: 40 },
    );
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 60])("a size of %s proves nothing", (size) => {
    const [root] = grown(1);
    if (root === undefined) throw new Error("one leaf");
    expect(consistencyHolds(size, size, [], root, root)).toBe(false);
    expect(inclusionHolds(root, size, size, [], root)).toBe(false);
  });

  test("sizes beyond 32 bits are read as what they are", () => {
    const [root = sha(utf8("a")), other = sha(utf8("b"))] = grown(2);
    const size = 2 ** 40 + 1;
    expect(consistencyHolds(2 ** 40, size, [other], root, sha(utf8("x")))).toBe(false);
    const joinedRoot = rootOf([root, other]);
    expect(consistencyHolds(2 ** 40, size, [other], root, joinedRoot)).toBe(true);
  });
});

describe("digests", () => {
  const hashes = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }).map(b64url), { maxLength: 8 });

  test("a set has one digest, in whatever order and how often its entries are named", () => {
    fc.assert(
      fc.property(hashes, (all) => {
        expect(entrySetDigest([...all, ...all.toReversed()])).toBe(entrySetDigest(all));
      }),
    );
  });

  test("a topic that comes and goes leaves the digest of a feed as it was", () => {
    const topics = fc.dictionary(fc.string(), fc.nat(), { maxKeys: 8 });
    fc.assert(
      fc.property(topics, (told) => {
        const all = Object.entries(told);
        expect(feedDigest(all.toReversed())).toBe(feedDigest(all));
        expect(feedDigest([...all, ["gone", 1], ["gone", 1]])).toBe(feedDigest(all));
        expect(feedDigest([...all, ["here", 1]])).not.toBe(feedDigest(all));
      }),
    );
  });
});

test("an invitation is read as it was scanned or typed", () => {
  const code = "ABCDEFGH234567QR";
  const scanned = `fieldcheck://enrol?server=https%3A%2F%2Ffield.example&code=${code}`;
  expect(readInvitation(scanned)).toEqual({ server: "https://field.example", code });
  expect(readInvitation(" abcd-efgh 2345-67qr ")).toEqual({ server: null, code });
  for (const none of ["", "ABC", `${code}1`, "fieldcheck://enrol?code=x", `other://enrol?server=a&code=${code}`]) {
    expect(readInvitation(none)).toBeNull();
  }
});
