/** A request as the invented server heard it, and how it answers. */

/** A request. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** An answer of JSON. */
export const json = (value: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json", ...headers } });

/** A refusal (RFC 9457). */
export function problem(
  status: number,
  code: string,
  headers: Record<string, string> = {},
  more: object = {},
): Response {
  const body = JSON.stringify({ type: `urn:problem/${code}`, title: code, status, code, ...more });
  return new Response(body, { status, headers: { "Content-Type": "application/problem+json", ...headers } });
}
