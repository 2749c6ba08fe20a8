/**
 * The signed envelope of an entry, version 1 (docs/native-app.md §5). `p` and `b` are JSON texts inside JSON: what was
 * signed is what is kept, sent and verified, byte for byte.
 */
import { ALGORITHM, MAX_BODY_BYTES, MAX_HEADER_BYTES, type EntryHeader, type EntryLine, type Reason } from "@contract";
import { entryLine } from "./answers";
import { utf8 } from "./bytes";
import { bodyDigest, entryHash } from "./digests";
import {
  absent,
  bytes32,
  count,
  list,
  maybe,
  position,
  reader,
  safeInteger,
  shape,
  text,
  tuple,
  uuid,
  whole,
  WrongShapeError,
} from "./shape";
import { MalformedJsonError, parseStrictObject, printable, type JsonObject } from "./strict";

/** An entry whose bytes were read and whose body digest holds. Its signature may still be unverified. */
export interface ParsedEntry {
  readonly hash: string;
  readonly header: EntryHeader;
  /** The body's members including `salt`, U+0000 shown as ␀; null when only the header travelled. */
  readonly body: JsonObject | null;
  readonly line: EntryLine;
}

/** Not an entry: `malformed`, `too-large` or `body-mismatch`, as the server would say. */
export class RefusedLineError extends Error {
  constructor(
    readonly reason: Reason,
    why: string,
    options?: ErrorOptions,
  ) {
    super(`${reason}: ${why}`, options);
  }
}

const header = shape<EntryHeader>(
  {
    v: position,
    id: uuid,
    dev: uuid,
    ep: position,
    seq: position,
    prev: maybe(bytes32),
    ins: uuid,
    visit: maybe(uuid),
    tasks: absent(list(uuid, 50)),
    type: text(40, 1, /^[a-z]+(\.[a-z]+)*$/),
    over: absent(list(bytes32, 64)),
    asg: maybe(tuple(uuid, position)),
    ck: maybe(tuple(text(100, 1), position, bytes32)),
    wall: safeInteger,
    mono: count,
    boot: text(40, 1),
    anchor: maybe(text(40)),
    sth: maybe(tuple(count, bytes32)),
    body: bytes32,
    blen: whole(0, MAX_BODY_BYTES),
  },
  // The first entry of a log follows on nothing, every other one on its predecessor.
  (told) => (told.prev == null) === (told.seq === 1),
);

const readHeader = reader<EntryHeader>(header);
const readLine = reader<EntryLine>(entryLine);

/** The envelope of one line of a push; RefusedLineError for anything else. */
export function parseLine(raw: Uint8Array | string): EntryLine {
  return refusing("line", () => readLine(parseStrictObject(raw)));
}

/** The signed header of a line; RefusedLineError. */
export function parseHeader(p: string): EntryHeader {
  if (utf8(p).length > MAX_HEADER_BYTES) throw new RefusedLineError("too-large", "header");
  return refusing("header", () => readHeader(parseStrictObject(p)));
}

/** Header, body and hash of a line; RefusedLineError unless the body is the one that the header names. */
export function parseEntry(line: EntryLine): ParsedEntry {
  const told = parseHeader(line.p);
  const body = line.b == null ? null : parseBody(told, line.b);
  return { hash: entryHash(line.p), header: told, body, line };
}

function parseBody(told: EntryHeader, b: string): JsonObject {
  const bytes = utf8(b);
  if (bytes.length > MAX_BODY_BYTES) throw new RefusedLineError("too-large", "body");
  if (bytes.length !== told.blen || bodyDigest(bytes) !== told.body)
    throw new RefusedLineError("body-mismatch", "digest");
  return refusing("body", () => printable(parseStrictObject(b)) as JsonObject);
}

/** The text of a header: members in the order of the contract, those left out that have their default. */
export function headerText(told: EntryHeader): string {
  refusing("header", () => readHeader(told));
  const {
    v,
    id,
    dev,
    ep,
    seq,
    prev,
    ins,
    visit,
    tasks,
    type,
    over,
    asg,
    ck,
    wall,
    mono,
    boot,
    anchor,
    sth,
    body,
    blen,
  } = told;
  const given = {
    ...{ v, id, dev, ep, seq, prev: prev ?? undefined, ins, visit: visit ?? undefined },
    ...{ tasks: filled(tasks), type, over: filled(over), asg: asg ?? undefined, ck: ck ?? undefined },
    ...{ wall, mono, boot, anchor: anchor ?? undefined, sth: sth ?? undefined, body, blen },
  };
  const p = JSON.stringify(given);
  if (utf8(p).length > MAX_HEADER_BYTES) throw new RefusedLineError("too-large", "header");
  return p;
}

/** The NDJSON line of a push, without the line break. */
export function lineText(p: string, b: string, kid: string, signature: string): string {
  return JSON.stringify({ p, b, k: kid, a: ALGORITHM, s: signature } satisfies EntryLine);
}

function filled<T>(told: readonly T[] | undefined): readonly T[] | undefined {
  return told?.length ? told : undefined;
}

function refusing<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MalformedJsonError || error instanceof WrongShapeError)) throw error;
    throw new RefusedLineError("malformed", `${what}: ${error.message}`, { cause: error });
  }
}
