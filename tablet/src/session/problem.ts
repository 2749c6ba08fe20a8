/** What can go wrong between tablet and server, as types. None of it is ever a reason to drop anything. */
import type { ProblemCode } from "@contract";

/** The server (or a proxy before it) answered with an error. */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    readonly code: ProblemCode,
    /** Milliseconds that the server asks to wait; null when it does not say. */
    readonly retryAfter: number | null,
    /** Members of the problem document; empty when somebody else than the server wrote the answer. */
    readonly document: Readonly<Record<string, unknown>>,
  ) {
    super(`${status} ${code}`);
  }
}

/** No answer: no network, a broken connection, or none in time. */
export class UnreachableError extends Error {
  constructor(options?: ErrorOptions) {
    super("no answer", options);
  }
}

/** An answer that is none of the server's: a page of a hotel's network, half a document, another shape. */
export class UnreadableError extends Error {
  constructor(
    readonly path: string,
    options?: ErrorOptions,
  ) {
    super(`cannot be read: ${path}`, options);
  }
}

/** Ended by this app: locked, or paused by its user. */
export class StoppedError extends Error {}

const LONGEST_PAUSE_MS = 3_600_000;

/** The problem that an error answer tells, also when it tells nothing. Reads its body. */
export async function problemOf(answer: Response): Promise<ProblemError> {
  const document = await documentOf(answer);
  const code = typeof document.code === "string" ? document.code : lastPart(document.type);
  return new ProblemError(answer.status, code, retryAfter(answer.headers), document);
}

async function documentOf(answer: Response): Promise<Record<string, unknown>> {
  try {
    const told: unknown = JSON.parse(await answer.text());
    return typeof told === "object" && told !== null && !Array.isArray(told) ? { ...told } : {};
  } catch {
    return {};
  }
}

function lastPart(type: unknown): string {
  return typeof type === "string" ? type.slice(type.lastIndexOf("/") + 1) : "";
}

/** `Retry-After` (RFC 9110 §10.2.3) in ms, at most an hour; a date is compared with the answer's own, not with a clock here. */
export function retryAfter(headers: Headers): number | null {
  const told = headers.get("Retry-After");
  if (told === null) return null;
  const wait = /^\d+$/.test(told) ? Number(told) * 1000 : Date.parse(told) - Date.parse(headers.get("Date") ?? "");
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), LONGEST_PAUSE_MS) : null;
}
