/**
 * Requests to the server: the version of the contract, a token that is bound to the tablet's key (DPoP, RFC 9449), the
 * server's nonce, and the renewal of a token that ran out (docs/native-app.md §3).
 */
import { CONTRACT_HEADER, CONTRACT_VERSION, type TokenAnswer } from "@contract";
import { b64url } from "../wire/bytes";
import { proof, type ProvingKey } from "../wire/dpop";
import { readToken } from "../wire/answers";
import { parseStrict } from "../wire/strict";
import { problemOf, StoppedError, UnreachableError, UnreadableError } from "./problem";

/** What a channel is made of. */
export interface ChannelParts {
  readonly fetch: (address: string, asked: RequestInit) => Promise<Response>;
  /** The server's address; everything it offers a tablet lies below `v1/`. */
  readonly base: string;
  readonly key: ProvingKey;
  /** The token that is held. */
  readonly token: () => Promise<string>;
  readonly keepToken: (answer: TokenAnswer) => Promise<void>;
  /** Wall clock, ms: nobody judges it. */
  readonly wall: () => number;
  readonly entropy: (length: number) => Uint8Array;
  /** Ends a request that takes longer. */
  readonly patience: (ms: number) => AbortSignal;
  /** Ends all requests: the app is being locked. */
  readonly stopped: AbortSignal;
}

/** A request. */
export interface Asked {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | Blob | string;
  /** Open to everybody: neither token nor proof. */
  readonly open?: boolean;
  /** Most that it may take, ms. */
  readonly patience?: number;
  readonly stopped?: AbortSignal;
}

/** Reads what came as `T`, or throws. */
export type ReadAs<T> = (value: unknown) => T;

const UNAUTHORISED = 401;
const PATIENCE_MS = 60_000;
const ROOT = "/v1/";
const RENEWAL = "/v1/devices/token";
/** A network that doubles requests spends a proof before its answer is heard: one more try may not be enough. */
const TRIES = 4;

export class Channel {
  readonly #parts: ChannelParts;
  #nonce: string | null = null;
  #renewal: Promise<void> | null = null;

  constructor(parts: ChannelParts) {
    this.#parts = parts;
  }

  /**
   * What the server answers, as JSON of this shape.
   *
   * Throws ProblemError, UnreachableError, UnreadableError, StoppedError.
   */
  async json<T>(read: ReadAs<T>, method: string, path: string, asked: Asked = {}): Promise<T> {
    const answer = await this.send(method, path, asked);
    if (!answer.ok) throw await problemOf(answer);
    const raw = await this.#heard(() => answer.arrayBuffer(), asked);
    try {
      return read(parseStrict(new Uint8Array(raw)));
    } catch (error) {
      throw new UnreadableError(path, { cause: error });
    }
  }

  /** The answer as it came, whatever its status. Throws like `json`; ProblemError when the token could not be renewed. */
  async send(method: string, path: string, asked: Asked = {}): Promise<Response> {
    const address = this.#address(path, asked.query);
    if (asked.open) return this.#fetched(method, address, asked, {});
    const token = await this.#parts.token();
    const answer = await this.#proven(method, address, asked, token);
    if (answer.status !== UNAUTHORISED || !says(answer, "invalid_token")) return answer;
    await this.#renewed(token);
    return this.#proven(method, address, asked, await this.#parts.token());
  }

  /** Several requests whose token ran out share one renewal. */
  #renewed(old: string): Promise<void> {
    this.#renewal ??= this.#renew(old).finally(() => (this.#renewal = null));
    return this.#renewal;
  }

  async #renew(old: string): Promise<void> {
    if ((await this.#parts.token()) !== old) return;
    const answer = await this.#proven("POST", this.#address(RENEWAL), {}, null);
    if (!answer.ok) throw await problemOf(answer);
    const raw = await this.#heard(() => answer.arrayBuffer(), {});
    let told: TokenAnswer;
    try {
      told = readToken(parseStrict(new Uint8Array(raw)));
    } catch (error) {
      throw new UnreadableError(RENEWAL, { cause: error });
    }
    await this.#parts.keepToken(told);
  }

  async #proven(method: string, url: string, asked: Asked, token: string | null): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
      const { key, entropy, wall } = this.#parts;
      const jti = b64url(entropy(16));
      const iat = Math.floor(wall() / 1000);
      const shown = await proof(key, { method, url, token, nonce: this.#nonce, jti, iat });
      const headers = { DPoP: shown, ...(token === null ? {} : { Authorization: `DPoP ${token}` }) };
      const answer = await this.#fetched(method, url, asked, headers);
      this.#nonce = answer.headers.get("DPoP-Nonce") ?? this.#nonce;
      const again = answer.status === UNAUTHORISED && says(answer, "use_dpop_nonce");
      if (!again || tries === TRIES) return answer;
    }
  }

  #fetched(method: string, url: string, asked: Asked, proving: Record<string, string>): Promise<Response> {
    const signals = [this.#parts.patience(asked.patience ?? PATIENCE_MS), this.#parts.stopped];
    if (asked.stopped) signals.push(asked.stopped);
    const request: RequestInit = {
      method,
      headers: {
        ...(typeof asked.body === "string" ? { "Content-Type": "application/json" } : {}),
        ...asked.headers,
        ...proving,
        [CONTRACT_HEADER]: String(CONTRACT_VERSION),
      },
      // Nothing of a person's session in the office goes along, and nothing is answered from a cache.
      ...{ credentials: "omit", cache: "no-store", redirect: "error", referrerPolicy: "no-referrer" },
      signal: AbortSignal.any(signals),
    };
    if (asked.body !== undefined) request.body = asked.body;
    return this.#heard(() => this.#parts.fetch(url, request), asked);
  }

  /** What a network does when it fails, as one type. */
  async #heard<T>(listen: () => Promise<T>, asked: Asked): Promise<T> {
    try {
      return await listen();
    } catch (error) {
      if (this.#parts.stopped.aborted || asked.stopped?.aborted) throw new StoppedError("stopped", { cause: error });
      throw new UnreachableError({ cause: error });
    }
  }

  /** Below the server's own address, whatever a stored or told address says before `/v1/`: nobody else is shown a token. */
  #address(path: string, query: Readonly<Record<string, string>> = {}): string {
    const at = path.indexOf(ROOT);
    if (at < 0) throw new UnreadableError(path);
    const whole = new URL(path.slice(at + 1), this.#parts.base);
    for (const [name, value] of Object.entries(query)) whole.searchParams.set(name, value);
    return whole.href;
  }
}

function says(answer: Response, error: string): boolean {
  return (answer.headers.get("WWW-Authenticate") ?? "").includes(`error="${error}"`);
}
