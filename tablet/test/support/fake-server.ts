/**
 * A server in memory that a whole tablet can live with: it checks proofs, takes entries and files, signs what a server
 * signs, and fails where it is told to.
 */
import { CONTRACT_HEADER, type EntryLine, type FeedItem, type LogState, type PullAnswer } from "@contract";
import {
  b64url,
  entryHash,
  entrySigned,
  es256Holds,
  feedDigest,
  leafHash,
  parseStrictObject,
  sha,
  thumbprint,
  tokenHash,
  unb64url,
} from "../../src/wire";
import { json, problem, type Heard } from "./fake-answers";
import { FakeFiles } from "./fake-files";
import { anchorId, DEVICE, INSPECTOR, Office, VISIT } from "./office";
import { consistencyPath, rootOf } from "./merkle-tree";
import { example } from "./vectors";

/** What is done to the n-th request (counted from 1): nothing, lost on its way, answered into the void, or refused. */
export type Failure = null | "lost" | "unheard" | number | Response;

interface Taken {
  readonly hash: string;
  readonly line: string;
  readonly ep: number;
  readonly seq: number;
  readonly dev: string;
  readonly visit: string | null;
}

const CARDS = example<{ answer: PullAnswer }>("pull").answer.items.filter((one) => one.card ?? one.checklist);
export class FakeServer {
  /** Every request that reached it or was to, as `POST /v1/sync/push`. */
  readonly asked: string[] = [];
  readonly entries = new Map<string, Taken>();
  readonly #files = new FakeFiles();
  readonly media = this.#files.media;
  readonly uploads = this.#files.uploads;
  /** What stands in the feed, by topic. */
  readonly feed = new Map<string, FeedItem>();
  fails: (request: number, path: string) => Failure = () => null;
  /** Verdicts by hash, where not all is well. */
  verdictOf: (
    hash: string,
    type: string,
  ) => { verdict: "accepted" | "flagged" | "held" | "refused" | "later"; reasons?: string[] } = () => ({
    verdict: "accepted",
  });
  self: {
    revoked: boolean;
    submit_until?: string;
    wipe?: { order: string; ordered_at: string; also_unsent: boolean };
  } = { revoked: false };
  wiped: string | null = null;
  token = "token-1";
  tokenGood = true;
  numbersGiven = 0;
  credentials = 0;
  /** Answers what reads, and nothing else, with this. */
  readingFails: Response | null = null;
  #head = 0;
  #nonce = 1;
  #seen = new Set<string>();
  #jwk: { kty: "EC"; crv: "P-256"; x: string; y: string } | null = null;
  #anchors = 0;

  private constructor(readonly office: Office) {}

  static async open(): Promise<FakeServer> {
    const server = new FakeServer(await Office.open());
    for (const item of CARDS) server.put(item);
    return server;
  }

  /** Puts a topic at the end of the feed. */
  put(item: FeedItem): void {
    this.#head += 1;
    this.feed.delete(item.topic);
    this.feed.set(item.topic, { ...item, seq: this.#head });
  }

  remove(topic: string, reason: string): void {
    this.put({ topic, seq: 0, op: "remove", reason });
  }

  /** The store was restored: another history, and what is not kept is gone. */
  restore(history: string, keep: (entry: Taken) => boolean): void {
    this.office.history = history;
    for (const [hash, one] of this.entries) if (!keep(one)) this.entries.delete(hash);
  }

  readonly fetch = async (address: string, asked: RequestInit): Promise<Response> => {
    const url = new URL(address);
    const method = asked.method ?? "GET";
    this.asked.push(`${method} ${url.pathname}`);
    const failure = this.fails(this.asked.length, url.pathname);
    if (failure === "lost") throw new TypeError("network");
    if (typeof failure === "number") return problem(failure, "internal");
    if (failure instanceof Response) return failure.clone();
    const body = new Uint8Array(await new Response(asked.body ?? null).arrayBuffer());
    const heard = { method, url, path: url.pathname, headers: new Headers(asked.headers), body };
    const answer = await this.#answer(heard);
    if (failure === "unheard") throw new TypeError("network");
    return answer;
  };

  async #answer(heard: Heard): Promise<Response> {
    if (heard.headers.get(CONTRACT_HEADER) !== "2") return problem(426, "client-too-old");
    const open = await this.#open(heard);
    if (open) return open;
    const refused = await this.#proven(heard);
    if (refused) return refused;
    const answer = await this.#device(heard);
    answer.headers.set("DPoP-Nonce", this.#nonceNow());
    return answer;
  }

  async #open({ method, path, url, body }: Heard): Promise<Response | null> {
    switch (`${method} ${path}`) {
      case "POST /v1/devices": {
        const request = parseStrictObject(body) as { key: NonNullable<FakeServer["jwk"]>; code: string };
        if (request.code === "AAAAAAAAAAAAAAAA") return problem(422, "enrolment-code-invalid");
        this.#jwk = request.key;
        const answer = example<{ answer: object }>("enrolment").answer;
        const anchor = await this.#anchor();
        const logs = this.#logs();
        return json({
          ...answer,
          kid: thumbprint(request.key),
          token: this.token,
          history: this.office.history,
          server_keys: [this.office.jwk],
          anchor,
          logs,
        });
      }
      case "GET /v1/time":
        return json({ signed: await this.#anchor() });
      case "GET /v1/keys":
        return json({ keys: [this.office.jwk], statements: [] });
      case "GET /v1/log/sth": {
        const leaves = this.#leaves();
        const head = this.office.head(leaves.length, rootOf(leaves));
        return json({ signed: leaves.length > 0 ? await this.office.signed("insp/tree/v1", head) : null });
      }
      case "GET /v1/log/consistency": {
        const [first, second] = [Number(url.searchParams.get("first")), Number(url.searchParams.get("second"))];
        const path = consistencyPath(this.#leaves().slice(0, second), first).map((node) => b64url(node));
        return json({ first, second, path });
      }
      default:
        return null;
    }
  }

  get jwk() {
    return this.#jwk;
  }

  #leaves() {
    return [...this.entries.keys()].map((hash) => leafHash(unb64url(hash)));
  }

  #nonceNow(): string {
    return `nonce-${this.#nonce}`;
  }

  /** The next proofs need another nonce. */
  newNonce(): void {
    this.#nonce += 1;
  }

  async #proven({ method, url, path, headers }: Heard): Promise<Response | null> {
    const again = (code: string, error: string) =>
      problem(401, code, { "WWW-Authenticate": `DPoP error="${error}"`, "DPoP-Nonce": this.#nonceNow() });
    const [header = "", claims = "", signature = ""] = (headers.get("DPoP") ?? "").split(".");
    const key = this.#jwk;
    if (!key || !(await es256Holds(key, new TextEncoder().encode(`${header}.${claims}`), signature))) {
      return again("proof-invalid", "invalid_dpop_proof");
    }
    const told = parseStrictObject(unb64url(claims));
    const token = (headers.get("Authorization") ?? "").replace(/^DPoP /, "");
    const renewal = path === "/v1/devices/token";
    const good = told.htm === method && told.htu === `${url.origin}${url.pathname}`;
    const bound = renewal ? told.ath === undefined : told.ath === tokenHash(token);
    if (!good || !bound) return again("proof-invalid", "invalid_dpop_proof");
    if (told.nonce !== this.#nonceNow() || this.#seen.has(String(told.jti)))
      return again("proof-required", "use_dpop_nonce");
    this.#seen.add(String(told.jti));
    if (renewal) return null;
    return token === this.token && this.tokenGood ? null : again("token-invalid", "invalid_token");
  }

  async #device(heard: Heard): Promise<Response> {
    const { method, path } = heard;
    const reading = ["/v1/sync/pull", "/v1/sync/snapshot"].includes(path) || path.startsWith("/v1/visits/");
    if (reading && this.readingFails) return this.readingFails.clone();
    if (reading && this.self.wipe) return problem(403, "device-wipe");
    if (reading && this.self.revoked) return problem(403, "device-revoked");
    switch (`${method} ${path}`) {
      case "POST /v1/devices/token":
        this.token = `${this.token}+`;
        this.tokenGood = true;
        return json({ token: this.token, token_expires: "2026-05-31T01:00:00Z" });
      case "GET /v1/devices/self":
        return json({ device: DEVICE, inspector: INSPECTOR, inspectors: [INSPECTOR], ...this.self });
      case "POST /v1/devices/wiped":
        this.wiped = String(parseStrictObject(heard.body).p);
        return json({ wiped_at: "2026-03-02T01:00:00Z" });
      case "POST /v1/sync/push":
        return this.#push(heard);
      case "GET /v1/sync/pull":
        return this.#pull(heard.url.searchParams.get("cursor"));
      case "GET /v1/sync/snapshot":
        return json({ cursor: this.#cursor(), next: null, items: this.#standing() });
      case "POST /v1/sync/inventory":
        return this.#inventory(heard);
      case "GET /v1/sync/events":
        return new Response("", { headers: { "Content-Type": "text/event-stream" } });
      case "POST /v1/notices/numbers":
        this.numbersGiven += 1;
        return json({
          year: 2026,
          before: "示检告〔2026〕",
          after: "号",
          digits: 4,
          blocks: [{ first: 51, last: 100 }],
        });
      default:
        return path.includes("/credentials") ? this.#door() : this.#files.answer(heard);
    }
  }

  #door(): Response {
    this.credentials += 1;
    const one = {
      ...{ inspector: INSPECTOR, name: "王一", unit: "示例商务局", certificate: null, photo: null, text: "v1.abc" },
      ...{ address: "https://fieldcheck.example/v#v1.abc", expires: "2026-03-05T01:00:00Z" },
    };
    return json({ credentials: [one], code: "7KQ4-M2XD", door: null });
  }

  async #push({ headers, body }: Heard): Promise<Response> {
    const digest = btoa(String.fromCharCode(...sha(body)));
    if (headers.get("Content-Digest") !== `sha-256=:${digest}:`) return problem(400, "digest-mismatch");
    const verdicts = [];
    const kept = [];
    for (const [line, text] of (await unpacked(headers, body)).trimEnd().split("\n").entries()) {
      const told = await this.#take(text);
      verdicts.push({ line, ...told });
      if (told.verdict !== "refused" && told.verdict !== "later") kept.push({ hash: told.hash, verdict: told.verdict });
    }
    const receipt = await this.office.receipt({ entries: kept, logs: this.#logs() });
    return json({ verdicts, receipt, anchor: await this.#anchor() });
  }

  async #take(text: string) {
    const line = JSON.parse(text) as EntryLine;
    const hash = entryHash(line.p);
    if (this.entries.has(hash)) return { hash, verdict: "duplicate" as const };
    const header = parseStrictObject(line.p) as { ep: number; seq: number; dev: string; visit?: string; type: string };
    if (!this.#jwk || !(await entrySigned(this.#jwk, line)))
      return { hash, verdict: "refused" as const, reasons: ["bad-signature"] };
    const told = this.verdictOf(hash, header.type);
    if (told.verdict === "refused" || told.verdict === "later") return { hash, ...told };
    const { ep, seq, dev, visit = null } = header;
    this.entries.set(hash, { hash, line: text, ep, seq, dev, visit });
    if (visit !== null) this.put({ topic: `entries:${visit}`, seq: 0, op: "put" });
    return { hash, ...told };
  }

  #logs(): LogState[] {
    const logs = new Map<string, Taken[]>();
    for (const one of this.entries.values()) {
      const name = `${one.dev} ${one.ep}`;
      logs.set(name, [...(logs.get(name) ?? []), one]);
    }
    return [...logs.values()].map((log) => {
      const bySeq = new Map(log.map((one) => [one.seq, one]));
      let seq = 0;
      while (bySeq.has(seq + 1)) seq += 1;
      const { dev, ep } = log[0] ?? { dev: "", ep: 1 };
      return { dev, ep, seq, hash: bySeq.get(seq)?.hash ?? null, top: Math.max(...bySeq.keys()) };
    });
  }

  #cursor(): string {
    const counts = [...this.#visits()].map(([visit, entries]) => `${visit}=${entries.length}`);
    return `${this.office.history}/${this.#head}/${counts.join(",")}`;
  }

  #visits(): Map<string, Taken[]> {
    const found = new Map<string, Taken[]>();
    for (const one of this.entries.values()) {
      if (one.visit !== null) found.set(one.visit, [...(found.get(one.visit) ?? []), one]);
    }
    return found;
  }

  /** A topic as it is told: entries from those that the device has not. */
  #told(item: FeedItem, given: ReadonlyMap<string, number>): FeedItem {
    const [kind, visit = ""] = item.topic.split(":");
    if (kind !== "entries" || item.op === "remove") return item;
    const all = this.#visits().get(visit) ?? [];
    const after = given.get(visit) ?? 0;
    const entries = all
      .slice(after)
      .map((one, at) => ({ vseq: after + at + 1, line: JSON.parse(one.line) as EntryLine }));
    return { ...item, entries: { visit, after, through: all.length, entries } };
  }

  #standing(): FeedItem[] {
    return [...this.feed.values()].filter((one) => one.op === "put").map((one) => this.#told(one, new Map()));
  }

  async #pull(cursor: string | null): Promise<Response> {
    const [history, seq = "0", counts = ""] = (cursor ?? `${this.office.history}/0/`).split("/");
    if (history !== this.office.history) return problem(409, "history-changed");
    const given = new Map(
      counts
        .split(",")
        .filter(Boolean)
        .map((one) => [one.split("=")[0] ?? "", Number(one.split("=")[1])]),
    );
    const items = [...this.feed.values()].filter((one) => one.seq > Number(seq)).map((one) => this.#told(one, given));
    const digest = feedDigest(this.#standing().map((one) => [one.topic, one.seq] as const));
    const to = this.#cursor();
    return json({ from: cursor, to, head: this.#head, more: false, digest, anchor: await this.#anchor(), items });
  }

  #inventory({ body }: Heard): Response {
    const { heads } = parseStrictObject(body) as unknown as { heads: { dev: string; ep: number; seq: number }[] };
    const have = new Set([...this.entries.values()].map((one) => `${one.dev} ${one.ep} ${one.seq}`));
    const logs = heads.map(({ dev, ep, seq }) => {
      const missing = Array.from({ length: seq }, (_, at) => at + 1).filter((n) => !have.has(`${dev} ${ep} ${n}`));
      const state = this.#logs().find((one) => one.ep === ep) ?? { dev, ep, seq: 0, hash: null, top: 0 };
      return { state, missing: missing.map((n) => ({ first: n, last: n })) };
    });
    return json({ history: this.office.history, logs });
  }

  #anchor() {
    this.#anchors += 1;
    return this.office.signed("insp/anchor/v1", {
      ...{ v: 1, id: anchorId(this.#anchors), time: "2026-03-02T01:00:00Z", history: this.office.history },
    });
  }
}

async function unpacked(headers: Headers, body: Uint8Array<ArrayBuffer>): Promise<string> {
  if (headers.get("Content-Encoding") !== "gzip") return new TextDecoder().decode(body);
  return new Response(new Blob([body]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

export { problem, VISIT };
