/** tus-js-client over our own channel: every request bears a fresh proof, and no byte goes to anybody else. */
import type { HttpRequest, HttpResponse, HttpStack } from "tus-js-client";
import type { LocalStore } from "../store/ports";
import type { Channel } from "./channel";

const PATIENCE_MS = 300_000;

/** A request of tus-js-client. Progress is told piece by piece: `fetch` does not say how far a body is. */
class CarriedRequest implements HttpRequest {
  readonly #headers = new Map<string, string>();
  readonly #ended = new AbortController();
  /** Why there was no answer. */
  failure: unknown = null;

  constructor(
    private readonly channel: Channel,
    private readonly method: string,
    private readonly url: string,
  ) {}

  getMethod(): string {
    return this.method;
  }

  getURL(): string {
    return this.url;
  }

  setHeader(header: string, value: string): void {
    this.#headers.set(header, value);
  }

  getHeader(header: string): string | undefined {
    return this.#headers.get(header);
  }

  setProgressHandler(): void {
    // See above.
  }

  async send(body: Uint8Array<ArrayBuffer> | null): Promise<HttpResponse> {
    const asked = { headers: Object.fromEntries(this.#headers), stopped: this.#ended.signal, patience: PATIENCE_MS };
    try {
      const answer = await this.channel.send(this.method, this.url, body ? { ...asked, body } : asked);
      return new CarriedAnswer(answer, this.method === "HEAD" ? "" : await answer.text());
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  abort(): Promise<void> {
    this.#ended.abort();
    return Promise.resolve();
  }

  getUnderlyingObject(): CarriedRequest {
    return this;
  }
}

class CarriedAnswer implements HttpResponse {
  constructor(
    private readonly answer: Response,
    private readonly body: string,
  ) {}

  getStatus(): number {
    return this.answer.status;
  }

  getHeader(header: string): string | undefined {
    return this.answer.headers.get(header) ?? undefined;
  }

  getBody(): string {
    return this.body;
  }

  getUnderlyingObject(): Response {
    return this.answer;
  }
}

/** The answer as a problem is read from it: its body was heard already. */
export function answerOf(told: HttpResponse): Response | null {
  const answer: unknown = told.getUnderlyingObject();
  if (!(answer instanceof Response)) return null;
  return new Response(told.getBody() || null, { status: answer.status, headers: answer.headers });
}

/** Why a request had no answer. */
export function failureOf(request: HttpRequest): unknown {
  const carried: unknown = request.getUnderlyingObject();
  return carried instanceof CarriedRequest ? carried.failure : null;
}

/** What tus-js-client sends with. */
export function stackOver(channel: Channel): HttpStack {
  return {
    createRequest: (method, url) => new CarriedRequest(channel, method, url),
    getName: () => "fieldcheck",
  };
}

/** What tus-js-client reads with: pieces of a kept file, never the whole of it. */
export function readerOf(store: LocalStore, digest: string, length: number) {
  return {
    openFile: () =>
      Promise.resolve({
        size: length,
        slice: async (start: number, end: number) => {
          const value = await store.bytes(digest, start, end);
          if (value.length !== Math.min(end, length) - start) throw new Error(`bytes of ${digest} are missing`);
          return { value, done: false };
        },
        close: () => undefined,
      }),
  };
}
