// @vitest-environment node
/** Bodies that the contract allows are written, and no others. */
import { describe, expect, test } from "vitest";
import { BODY_TYPES, checkBody, parseStrict, printable, WrongShapeError } from "../../src/wire";
import { vectors } from "../support/vectors";

const salt = "A".repeat(22);
const ID = "019a0000-0000-7000-8000-000000000005";
const HASH = "A".repeat(43);
const MEDIA = "0f".repeat(32);
const position = { lat_e7: 1, lon_e7: -1, acc_dm: 50, source: "gnss", fix_age_ms: 0 };
const strokes = [Array.from({ length: 9 }, (_, at) => [at * 100, 0, at ? 10 : 0, 128])];
const ink = { width: 400, height: 200, pointer: "pen", pressure: true, strokes };
const drawn = { salt, role: "representative", name: "王", method: "drawn", ink, doc: MEDIA, set: HASH };
const refusal = { salt, what: "signature", reason_code: "other", text: "拒绝", by: { unknown: true } };
const media = { salt, digest: MEDIA, bytes: 1, mime: "image/jpeg" };

const GOOD: [string, object][] = [
  ["visit.open", { salt, object: ID, tasks: [ID] }],
  ["arrive", { salt, position }],
  ["leave", { salt, no_fix: "indoors" }],
  [
    "notice.serve",
    { salt, number: "商务检告〔2026〕000001号", how: "shown", receiver: { name: "李" }, doc: MEDIA, lang: "en" },
  ],
  ["answer.set", { salt, item: "pc.01", value: "12.5", comment: "x", basis: "told", media: [MEDIA] }],
  ["answer.withdraw", { salt, item: "pc.01", reason: "" }],
  ["photo.add", { ...media, width: 1, height: 1, taken_wall: 0, position, item: "pc.01", caption: "" }],
  ["document.add", { ...media, bytes: 0, mime: "application/pdf" }],
  ["photo.annotate", { salt, of: MEDIA, overlay: MEDIA }],
  ["note.add", { salt, text: "x" }],
  ["signature", drawn],
  [
    "refusal",
    { ...refusal, outcome: "absent", witness: { name: "证人" }, set: HASH, heads: [{ dev: ID, ep: 1, seq: 0 }] },
  ],
  ["concur", { salt, targets: [HASH] }],
  ["dispute", { salt, targets: [HASH], reason: "x" }],
  ["attest", { salt, set: HASH, count: 0 }],
  ["submit", { salt, set: HASH, heads: [], count: 0 }],
  ["withdraw", { salt, reason: "x" }],
  ["log.epoch", { salt, reason: "fork", last: { dev: ID, ep: 1, seq: 1, hash: HASH } }],
];

test("there is a good example of every type", () => {
  expect(GOOD.map(([type]) => type)).toEqual(BODY_TYPES);
});

describe.each(GOOD)("%s", (type, body) => {
  test("is written as it should be", () => {
    expect(() => checkBody(type, body)).not.toThrow();
  });

  test("is not written without what it needs, nor with what nobody knows", () => {
    expect(() => checkBody(type, { ...body, salt: undefined })).toThrow(WrongShapeError);
    expect(() => checkBody(type, { ...body, colour: "red" })).toThrow(WrongShapeError);
    for (const name of Object.keys(body)) {
      expect(() => checkBody(type, { ...body, [name]: Symbol("other") }), name).toThrow(WrongShapeError);
    }
  });
});

test.each(vectors<{ entries: { type: string; body_text: string }[] }>("entries").entries)(
  "the published $type is one",
  ({ type, body_text }) => {
    expect(() => checkBody(type, printable(parseStrict(body_text)))).not.toThrow();
  },
);

const BAD: [string, string, object][] = [
  ["a position and a reason why there is none", "arrive", { salt, position, no_fix: "indoors" }],
  ["a latitude beyond the pole", "arrive", { salt, position: { ...position, lat_e7: 900_000_001 } }],
  ["a position of a provider that nobody knows", "arrive", { salt, position: { ...position, source: "stars" } }],
  ["a name and nobody known", "refusal", { ...refusal, by: { name: "x", unknown: true } }],
  ["neither a name nor unknown", "refusal", { ...refusal, by: {} }],
  ["an answer that was refused by absence", "refusal", { ...refusal, what: "answer", outcome: "absent" }],
  ["a witness who is two", "refusal", { ...refusal, witness: { inspector: ID, name: "x" } }],
  ["a drawn signature without ink", "signature", { ...drawn, ink: undefined }],
  ["a drawn signature with an image", "signature", { ...drawn, image: MEDIA }],
  ["a dot for a signature", "signature", { ...drawn, ink: { ...ink, strokes: [strokes[0]?.map(() => [1, 1, 0, 0])] } }],
  ["too few points", "signature", { ...drawn, ink: { ...ink, strokes: [strokes[0]?.slice(0, 7)] } }],
  ["a stroke outside of the canvas", "signature", { ...drawn, ink: { ...ink, width: 50 } }],
  ["a disagreement with nothing", "dispute", { salt, targets: [] }],
  ["a media type with parameters", "photo.add", { ...media, mime: "image/jpeg; q=1" }],
  ["a salt of another length", "note.add", { salt: `${salt}A`, text: "x" }],
];

test.each(BAD)("%s is not written", (_, type, body) => {
  expect(() => checkBody(type, body)).toThrow(WrongShapeError);
});

test("of a type that nobody knows only the salt is asked", () => {
  expect(() => checkBody("something.new", { salt, more: [1, { deep: true }] })).not.toThrow();
  expect(() => checkBody("something.new", { more: 1 })).toThrow(WrongShapeError);
});
