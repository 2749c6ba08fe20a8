/** A server as far as a device believes it: it signs with the key of the vectors, and holds what it was told. */
import type {
  DeviceJwk,
  EnrolAnswer,
  EntryVerdict,
  InventoryAnswer,
  LogHead,
  LogState,
  PullAnswer,
  Purpose,
  PushAnswer,
  Receipt,
  ServerJwk,
  SignedText,
  TimeAnchor,
} from "@contract";
import { Device } from "../../src/device";
import type { DeviceTime, Surroundings } from "../../src/device";
import type { Captured, LocalStore, SigningKey } from "../../src/store/ports";
import { b64url, joined, purposeMessage, sha, thumbprint, unhex, utf8, type Bytes } from "../../src/wire";
import { MemoryStore } from "./memory-store";
import { example, vectors } from "./vectors";

interface Keys {
  device: { d_hex: string; jwk: DeviceJwk; kid: string };
  server: { seed_hex: string; jwk: ServerJwk };
}

const ES256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const PKCS8_ED25519 = unhex("302e020100300506032b657004220420");
const ANSWER = example<{ answer: EnrolAnswer }>("enrolment").answer;

export const DEVICE = ANSWER.device;
export const INSPECTOR = ANSWER.inspector;
export const HISTORY = ANSWER.history;
export const RESTORED = "019a0000-0000-7000-8000-0000000000ff";
export const VISIT = "019a0000-0000-7000-8000-000000000005";
export const OTHER = "019a0000-0000-7000-8000-000000000006";
/** The server's instant of the example anchor, ms since 1970. */
export const NOW = Date.parse("2026-03-02T01:00:00Z");

/** The key of the vectors. */
export async function vectorKey(): Promise<SigningKey> {
  const { device } = vectors<Keys>("keys");
  const { x, y } = device.jwk;
  return signingKey({ kty: "EC", crv: "P-256", x, y, d: b64url(unhex(device.d_hex)) });
}

/** A key that nobody else has. */
export async function freshKey(): Promise<SigningKey> {
  const pair = await crypto.subtle.generateKey(ES256, true, ["sign", "verify"]);
  return signingKey(await crypto.subtle.exportKey("jwk", pair.privateKey));
}

async function signingKey(secret: JsonWebKey): Promise<SigningKey> {
  const key = await crypto.subtle.importKey("jwk", secret, ES256, false, ["sign"]);
  const jwk = { kty: "EC", crv: "P-256", x: secret.x ?? "", y: secret.y ?? "" } as const;
  return {
    ...{ kid: thumbprint(jwk), jwk },
    sign: async (message) => new Uint8Array(await crypto.subtle.sign(ES256, key, message)),
  };
}

/** Clocks that tick a millisecond at each look, and bytes that are repeatable by seed. */
export class World implements Surroundings {
  wall = 1_772_413_200_000;
  mono = 0;
  boot = "boot-1";
  #drawn = 0;

  constructor(private readonly seed = "world") {}

  time(): DeviceTime {
    this.wall += 1;
    this.mono += 1;
    return { wall: this.wall, mono: this.mono, boot: this.boot };
  }

  entropy(length: number): Bytes {
    this.#drawn += 1;
    return sha(utf8(`${this.seed} ${this.#drawn}`)).slice(0, length);
  }
}

/** One piece of work after another. */
export function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** A tablet that is enrolled with the published example. */
export async function tablet(store: LocalStore = new MemoryStore(), world = new World()): Promise<Device> {
  const device = new Device(store, await vectorKey(), world, inTurn());
  await device.enrolled(ANSWER);
  return device;
}

/** An anchor id that is good, and different for each number. */
export function anchorId(number: number): string {
  return `anchor_${String(number).padStart(23, "0")}`;
}

/** Signs as the server of the vectors. */
export class Office {
  history = HISTORY;
  #receipts = 0;

  private constructor(
    private readonly key: CryptoKey,
    readonly jwk: ServerJwk,
  ) {}

  static async open(seed?: Bytes): Promise<Office> {
    const { server } = vectors<Keys>("keys");
    const pkcs8 = joined(PKCS8_ED25519, seed ?? unhex(server.seed_hex));
    const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
    const { x = "" } = await crypto.subtle.exportKey("jwk", key);
    const bare = { kty: "OKP", crv: "Ed25519", x, kid: "" } as const;
    return new Office(key, { ...bare, kid: thumbprint(bare) });
  }

  async signed(purpose: Purpose, value: object | string): Promise<SignedText> {
    const p = typeof value === "string" ? value : JSON.stringify(value);
    const raw = await crypto.subtle.sign("Ed25519", this.key, purposeMessage(purpose, p));
    return { p, k: this.jwk.kid, a: "EdDSA", s: b64url(new Uint8Array(raw)) };
  }

  anchor(number = 1, time = "2026-03-02T01:00:00Z"): Promise<SignedText> {
    const anchor: TimeAnchor = { v: 1, id: anchorId(number), time, history: this.history };
    return this.signed("insp/anchor/v1", anchor);
  }

  head(size: number, root: Bytes, past: LogHead["past"] = []): LogHead {
    return { v: 1, size, root: b64url(root), at: "2026-03-02T01:00:00Z", history: this.history, past };
  }

  receipt(given: Partial<Receipt> = {}): Promise<SignedText> {
    this.#receipts += 1;
    const receipt: Receipt = {
      ...{ v: 1, id: VISIT, history: this.history, carrier: DEVICE, received_at: "2026-03-02T01:00:00Z" },
      ...{ entries: [], logs: [], feed: 0, ...given },
    };
    return this.signed("insp/receipt/v1", receipt);
  }

  /** Takes all of a batch, unless told otherwise of some. */
  async took(
    batch: readonly Captured[],
    other: { verdicts?: Partial<EntryVerdict>[]; receipt?: Partial<Receipt> } = {},
  ): Promise<PushAnswer> {
    const verdicts = batch.map((entry, line): EntryVerdict => {
      return { line, hash: entry.hash, verdict: "accepted", ...other.verdicts?.[line] };
    });
    const kept = verdicts.filter((told) => told.verdict !== "refused" && told.verdict !== "later");
    const entries = kept.map((told) => ({ hash: told.hash ?? "", verdict: told.verdict }));
    return {
      verdicts,
      receipt: await this.receipt({ entries, ...other.receipt }),
      anchor: await this.anchor(this.#receipts),
    };
  }

  async page(from: string | null, to: string, given: Partial<PullAnswer> = {}): Promise<PullAnswer> {
    return { from, to, head: 9, more: false, anchor: await this.anchor(), items: [], ...given };
  }

  inventory(state: Partial<LogState>, missing: InventoryAnswer["logs"][number]["missing"] = []): InventoryAnswer {
    const told: LogState = { dev: DEVICE, ep: 1, seq: 0, top: state.seq ?? 0, ...state };
    return { history: this.history, logs: [{ state: told, missing }] };
  }
}
