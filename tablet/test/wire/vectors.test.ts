// @vitest-environment node
/** Every published vector of the contract, checked against the reader and writer in the browser. */
import type { Checklist, DeviceJwk, EntryLine, Purpose, ServerJwk, VisitCard } from "@contract";
import { describe, expect, test } from "vitest";
import {
  b64url,
  bodyDigest,
  byNoble,
  canonical,
  cardDigest,
  checklistDigest,
  consistencyHolds,
  ed25519Holds,
  enrolmentMessage,
  entryHash,
  entrySetDigest,
  entrySigned,
  es256Holds,
  feedDigest,
  headerText,
  hex,
  inclusionHolds,
  leafHash,
  lineText,
  parseEntry,
  parseLine,
  parseStrict,
  printable,
  proofText,
  purposeMessage,
  readAnchor,
  readKeyStatement,
  readLogHead,
  readReceipt,
  RefusedLineError,
  serverSigned,
  sha,
  signedBytes,
  thumbprint,
  tokenHash,
  topicDigest,
  unb64url,
  unhex,
  utf8,
} from "../../src/wire";
import { VECTOR_FILES, vectors } from "../support/vectors";

interface Keys {
  device: { jwk: DeviceJwk; thumbprint_text: string; kid: string };
  server: { jwk: ServerJwk; thumbprint_text: string; kid: string };
}

const { device, server } = vectors<Keys>("keys");

const TESTED = [
  ...["canonical", "dpop", "enrolment", "entries", "feed", "keys"],
  ...["merkle", "push", "refused-lines", "signed", "strict"],
];

test("every vector file is tested here, and none is there that is not", () => {
  expect(VECTOR_FILES).toEqual(TESTED.toSorted());
});

describe("strict.json", () => {
  interface Strict {
    read: { why: string; bytes_hex: string }[];
    refused: { why: string; bytes_hex: string }[];
    base64url_read: string[];
    base64url_refused: string[];
  }
  const told = vectors<Strict>("strict");

  test.each(told.read)("is read: $why", ({ bytes_hex }) => {
    const raw = unhex(bytes_hex);
    expect(parseStrict(raw)).toEqual(JSON.parse(new TextDecoder().decode(raw)));
  });

  test.each(told.refused)("is refused: $why", ({ bytes_hex }) => {
    expect(() => parseStrict(unhex(bytes_hex))).toThrow();
  });

  test.each(told.base64url_read)("base64url is read: %j", (text) => {
    expect(b64url(unb64url(text))).toBe(text);
  });

  test.each(told.base64url_refused)("base64url is refused: %j", (text) => {
    expect(() => unb64url(text)).toThrow(RangeError);
  });
});

describe("keys.json", () => {
  test.each([
    ["device", device],
    ["server", server],
  ])("the %s key has its thumbprint", (_, key) => {
    expect(thumbprint(key.jwk)).toBe(key.kid);
    expect(b64url(sha(utf8(key.thumbprint_text)))).toBe(key.kid);
  });
});

test("enrolment.json: the message of a code is signed by the key", async () => {
  const told = vectors<{ code: string; kid: string; message_hex: string; proof: string }>("enrolment");
  const message = enrolmentMessage(told.code, told.kid);
  expect(hex(message)).toBe(told.message_hex);
  expect(await es256Holds(device.jwk, message, told.proof)).toBe(true);
});

describe("entries.json", () => {
  interface Entry {
    type: string;
    body_text: string;
    body_hex: string;
    body_digest: string;
    body_length: number;
    header_text: string;
    header_hex: string;
    message_hex: string;
    hash_hex: string;
    hash: string;
    signature: string;
    signature_hex: string;
    also_verifies: string;
    line: string;
  }
  interface Entries {
    domain_hex: string;
    entries: Entry[];
    set: { hashes: string[]; sorted_hex: string[]; digest: string };
  }
  const told = vectors<Entries>("entries");

  test("the domain is what stands before every header", () => {
    expect(hex(signedBytes(""))).toBe(told.domain_hex);
  });

  test.each(told.entries)("$type: bytes, digests, hash and signature", async (entry) => {
    expect(hex(utf8(entry.body_text))).toBe(entry.body_hex);
    expect(utf8(entry.body_text).length).toBe(entry.body_length);
    expect(bodyDigest(entry.body_text)).toBe(entry.body_digest);
    expect(hex(utf8(entry.header_text))).toBe(entry.header_hex);
    expect(hex(signedBytes(entry.header_text))).toBe(entry.message_hex);
    expect(entryHash(entry.header_text)).toBe(entry.hash);
    expect(hex(unb64url(entry.hash))).toBe(entry.hash_hex);
    expect(hex(unb64url(entry.signature))).toBe(entry.signature_hex);
    for (const signature of [entry.signature, entry.also_verifies]) {
      expect(await es256Holds(device.jwk, signedBytes(entry.header_text), signature)).toBe(true);
    }
  });

  test.each(told.entries)("$type: the line is read, and written as it was", (entry) => {
    const parsed = parseEntry(parseLine(entry.line));
    expect(parsed.hash).toBe(entry.hash);
    expect(parsed.header.type).toBe(entry.type);
    // A NUL that a person pasted stays in the signed bytes, and is shown as ␀.
    expect(parsed.body).toEqual(printable(parseStrict(entry.body_text)));
    expect(headerText(parsed.header)).toBe(entry.header_text);
    const line = lineText(entry.header_text, entry.body_text, device.kid, entry.signature);
    expect(JSON.parse(line)).toEqual(JSON.parse(entry.line));
  });

  test("a set has the digest of its sorted hashes", () => {
    expect(entrySetDigest(told.set.hashes.toReversed())).toBe(told.set.digest);
    const sorted = told.set.hashes.map((hash) => hex(unb64url(hash))).sort();
    expect(sorted).toEqual(told.set.sorted_hex);
    expect(b64url(sha(unhex(told.set.sorted_hex.join(""))))).toBe(told.set.digest);
  });
});

describe("signed.json", () => {
  interface Text {
    purpose: Purpose;
    text: string;
    message_hex: string;
    k: string;
    a: string;
    signature: string;
  }
  const told = vectors<Record<string, Text>>("signed");
  const byServer = Object.entries(told).filter(([, one]) => one.a === "EdDSA");
  const byDevice = Object.entries(told).filter(([, one]) => one.a === "ES256");

  test("both sides sign", () => {
    expect(byServer.map(([name]) => name)).toEqual([
      ...["anchor", "receipt", "key_statement", "tree_head", "custody_head", "evidence"],
    ]);
    expect(byDevice.map(([name]) => name)).toEqual(["wiped", "export"]);
  });

  test.each(byServer)("%s is signed by the server for its purpose and for no other", async (_, one) => {
    const signed = { p: one.text, k: one.k, s: one.signature };
    const message = purposeMessage(one.purpose, one.text);
    expect(hex(message)).toBe(one.message_hex);
    expect(await serverSigned([server.jwk], one.purpose, signed)).toBe(true);
    expect(await serverSigned([server.jwk], "insp/enrol/v1", signed)).toBe(false);
    expect(await serverSigned([server.jwk], one.purpose, { ...signed, p: `${one.text} ` })).toBe(false);
    expect(await serverSigned([], one.purpose, signed)).toBe(false);
    expect(await byNoble(unb64url(server.jwk.x), message, unb64url(one.signature))).toBe(true);
    expect(await byNoble(unb64url(server.jwk.x), utf8(`${one.text} `), unb64url(one.signature))).toBe(false);
  });

  test.each(byDevice)("%s is signed by the device", async (_, one) => {
    const message = purposeMessage(one.purpose, one.text);
    expect(hex(message)).toBe(one.message_hex);
    expect(one.k).toBe(device.kid);
    expect(await es256Holds(device.jwk, message, one.signature)).toBe(true);
    expect(await es256Holds(device.jwk, utf8(one.text), one.signature)).toBe(false);
  });

  test("the texts of the server are what the readers expect", () => {
    const text = (name: string) => parseStrict(told[name]?.text ?? "");
    expect(readAnchor(text("anchor")).feed).toBe(2);
    expect(readReceipt(text("receipt")).entries).toHaveLength(2);
    expect(readLogHead(text("tree_head")).size).toBe(7);
    const { next } = readKeyStatement(text("key_statement"));
    expect(thumbprint(next)).toBe(next.kid);
  });

  test("what is no signature at all is simply none", async () => {
    for (const signature of ["", "AA", "!", b64url(new Uint8Array(64)), b64url(new Uint8Array(65))]) {
      expect(await ed25519Holds(server.jwk, utf8("x"), signature)).toBe(false);
      expect(await es256Holds(device.jwk, utf8("x"), signature)).toBe(false);
    }
    expect(await ed25519Holds({ ...server.jwk, x: "AA" }, utf8("x"), b64url(new Uint8Array(64)))).toBe(false);
    const offCurve = { ...device.jwk, y: b64url(new Uint8Array(32)) };
    expect(await es256Holds(offCurve, utf8("x"), b64url(new Uint8Array(64)))).toBe(false);
  });
});

describe("dpop.json", () => {
  interface Proof {
    method: string;
    url: string;
    token: string | null;
    nonce: string;
    ath: string | null;
    claims_text: string;
    message: string;
    signature: string;
    proof: string;
  }
  test.each(Object.entries(vectors<Record<string, Proof>>("dpop")))("%s", async (_, told) => {
    const { method, url, token, nonce } = told;
    const { jti, iat } = JSON.parse(told.claims_text) as { jti: string; iat: number };
    const { x, y } = device.jwk;
    const text = proofText({ kty: "EC", crv: "P-256", x, y }, { method, url, token, nonce, jti, iat });
    expect(text).toBe(told.message);
    expect(`${text}.${told.signature}`).toBe(told.proof);
    expect(token === null ? null : tokenHash(token)).toBe(told.ath);
    expect(await es256Holds(device.jwk, utf8(text), told.signature)).toBe(true);
  });
});

test("push.json: the lines have their hashes, the body its digest", () => {
  const told = vectors<{ body: string; content_digest: string; hashes: string[] }>("push");
  const lines = told.body.trimEnd().split("\n");
  expect(lines.map((line) => parseEntry(parseLine(line)).hash)).toEqual(told.hashes);
  expect(`sha-256=:${btoa(String.fromCharCode(...sha(utf8(told.body))))}:`).toBe(told.content_digest);
});

describe("feed.json", () => {
  interface Feed {
    inputs_hex: Record<string, string>;
    steps: { what: string; topics: Record<string, number>; digest: string }[];
  }
  const told = vectors<Feed>("feed");

  test.each(told.steps)("the digest of $what", ({ topics, digest }) => {
    expect(feedDigest(Object.entries(topics))).toBe(digest);
  });

  test("a topic adds the hash of its name and number", () => {
    for (const [topic, input] of Object.entries(told.inputs_hex)) {
      const seq = told.steps[1]?.topics[topic] ?? 0;
      expect(hex(topicDigest(topic, seq))).toBe(hex(sha(unhex(input))));
    }
  });
});

describe("merkle.json", () => {
  interface Merkle {
    entries: string[];
    leaf_hashes_hex: string[];
    roots_hex: string[];
    inclusion: { index: number; size: number; path_hex: string[] }[];
    consistency: { first: number; second: number; path_hex: string[] }[];
  }
  const told = vectors<Merkle>("merkle");
  const root = (size: number) => unhex(told.roots_hex[size] ?? "");

  test("leaves are made of hashes of entries", () => {
    expect(told.entries.map((hash) => hex(leafHash(unb64url(hash))))).toEqual(told.leaf_hashes_hex);
  });

  test.each(told.inclusion)("leaf $index is in the tree of $size, and nowhere else", ({ index, size, path_hex }) => {
    const leaf = unhex(told.leaf_hashes_hex[index] ?? "");
    const path = path_hex.map(unhex);
    expect(inclusionHolds(leaf, index, size, path, root(size))).toBe(true);
    expect(inclusionHolds(leaf, index + 1, size, path, root(size))).toBe(false);
    expect(inclusionHolds(leaf, index, size, [...path, leaf], root(size))).toBe(false);
    expect(inclusionHolds(leaf, index, size, path, root(0))).toBe(false);
  });

  test.each(told.consistency)("the tree of $second begins with that of $first", ({ first, second, path_hex }) => {
    const path = path_hex.map(unhex);
    expect(consistencyHolds(first, second, path, root(first), root(second))).toBe(true);
    expect(consistencyHolds(first, second, path, root(first - 1), root(second))).toBe(false);
    expect(consistencyHolds(first, second, [...path, root(1)], root(first), root(second))).toBe(false);
  });
});

describe("canonical.json", () => {
  interface Canonical {
    checklist: { text: string; digest: string };
    visit_card: { text: string; digest: string };
  }
  const told = vectors<Canonical>("canonical");

  test.each(Object.entries(told))("%s: written anew, its text is the same", (_, { text, digest }) => {
    expect(canonical(JSON.parse(text))).toBe(text);
    expect(b64url(sha(utf8(text)))).toBe(digest);
  });

  test("the digests are those of the values", () => {
    expect(checklistDigest(JSON.parse(told.checklist.text) as Checklist)).toBe(told.checklist.digest);
    expect(cardDigest(JSON.parse(told.visit_card.text) as VisitCard)).toBe(told.visit_card.digest);
  });

  test("members that have their default may be absent: the digest is the same", () => {
    const bare = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(bare);
      if (typeof value !== "object" || value === null) return value;
      const kept = Object.entries(value).filter(([, member]) => member !== null && member !== false && member !== 0);
      return Object.fromEntries(kept.map(([name, member]) => [name, bare(member)]));
    };
    expect(checklistDigest(bare(JSON.parse(told.checklist.text)) as Checklist)).toBe(told.checklist.digest);
    const card = bare({ ...JSON.parse(told.visit_card.text), quorum: 2 }) as VisitCard;
    const team = card.team.map((one) => ({ ...one, leader: one.leader ?? false }));
    expect(cardDigest({ ...card, team })).toBe(told.visit_card.digest);
  });
});

describe("refused-lines.json", () => {
  const told = vectors<{ reason: string; line_base64: string }[]>("refused-lines");

  /** As the server reads a line. */
  async function judged(raw: Uint8Array): Promise<string> {
    let line: EntryLine;
    try {
      line = parseLine(raw);
      parseEntry(line);
    } catch (error) {
      if (error instanceof RefusedLineError) return error.reason;
      throw error;
    }
    if (line.k !== device.kid) return "unknown-key";
    return (await entrySigned(device.jwk, line)) ? "accepted" : "bad-signature";
  }

  test.each(told.map((one, at) => ({ ...one, at })))("$at: $reason", async ({ reason, line_base64 }) => {
    const raw = Uint8Array.from(atob(line_base64), (letter) => letter.charCodeAt(0));
    expect(await judged(raw)).toBe(reason);
  });

  test("the line that they were bent from is accepted", async () => {
    const [line = ""] = vectors<{ body: string }>("push").body.split("\n");
    expect(await judged(utf8(line))).toBe("accepted");
  });
});
