/** Reads one entry by itself: its header, and its body where that is usable. */
import type { EntryHeader, EntryLine } from "@contract";
import { printable } from "../wire/strict";
import type { Json } from "../wire/strict";
import { isBody, isDecision, isStated } from "./bodies";

/** Why an entry folds to nothing: it waits for a newer app or its body, or its body says nothing usable. */
export type Unread = "newer-version" | "unknown-type" | "body-missing" | "invalid-body";

/** An entry, understood as far as it can be. */
export interface ReadEntry {
  readonly hash: string;
  readonly header: EntryHeader;
  /** As its type says; null when `unread` tells why not. */
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly unread: Unread | null;
}

const NEWEST = 1;

/** The entry of a line (JSON of an EntryLine) that was checked when it came; null when it is none. Never throws. */
export function readEntry(hash: string, line: string): ReadEntry | null {
  const told = parsed(line) as EntryLine | undefined;
  if (!isObject(told) || typeof told.p !== "string") return null;
  const header = parsed(told.p);
  if (!isHeader(header)) return null;
  const text = typeof told.b === "string" ? told.b : null;
  const [body, unread] = bodyOf(header, text);
  return { hash, header, body, unread };
}

function bodyOf(header: EntryHeader, text: string | null): [ReadEntry["body"], Unread | null] {
  if (header.v > NEWEST) return [null, "newer-version"];
  if (!isStated(header.type) && !isDecision(header.type)) return [null, "unknown-type"];
  if (text === null) return [null, "body-missing"];
  // The signed bytes keep U+0000, readers never meet it.
  const value = text.includes("\\u") ? printable((parsed(text) ?? null) as Json) : parsed(text);
  return isObject(value) && isBody(header.type, value) ? [value, null] : [null, "invalid-body"];
}

function isHeader(value: unknown): value is EntryHeader {
  if (!isObject(value)) return false;
  const { v, dev, ep, seq, ins, type, over, ck, prev, visit, tasks, wall } = value;
  return (
    [v, ep, seq, wall].every(Number.isSafeInteger) &&
    [dev, ins, type].every((one) => typeof one === "string") &&
    [prev, visit].every((one) => one === undefined || one === null || typeof one === "string") &&
    [over, tasks].every(
      (one) => one === undefined || (Array.isArray(one) && one.every((each) => typeof each === "string")),
    ) &&
    (ck === undefined || ck === null || (Array.isArray(ck) && ck.length === 3))
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
