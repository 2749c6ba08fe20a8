/** How the data key lies on the disk: wrapped by a key made of the PIN, then by one that cannot leave this browser. */
import { Damaged } from "./errors";

type Bytes = Uint8Array<ArrayBuffer>;

/** What a PIN is turned into a key by. */
export interface Stretch {
  readonly salt: Bytes;
  readonly rounds: number;
}

/** Never fewer (OWASP, PBKDF2-HMAC-SHA-256), never so many that a slow day at set-up keeps people out for long. */
const LEAST_ROUNDS = 600_000;
const MOST_ROUNDS = 4_000_000;
const GOAL_MS = 300;
const SAMPLE_ROUNDS = 100_000;

const SALT = 16;
const IV = 12;
const AES = "AES-GCM";
const utf8 = new TextEncoder();

/** As many rounds as take about 300 ms on this device, 600,000 at least. `clock` in ms. */
export async function calibrated(clock: () => number): Promise<number> {
  const sample = { salt: randomBytes(SALT), rounds: SAMPLE_ROUNDS };
  const before = clock();
  await pinKey("000000", sample);
  const took = Math.max(1, clock() - before);
  const rounds = Math.round((SAMPLE_ROUNDS * GOAL_MS) / took);
  return Math.min(MOST_ROUNDS, Math.max(LEAST_ROUNDS, rounds));
}

/** With a salt of its own. */
export function stretch(rounds: number): Stretch {
  return { salt: randomBytes(SALT), rounds };
}

/** A key of this browser: usable here, readable nowhere. */
export function deviceKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: AES, length: 256 }, false, ["encrypt", "decrypt"]);
}

export function randomBytes(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}

export async function wrap(data: Bytes, pin: string, by: Stretch, device: CryptoKey): Promise<Bytes> {
  return sealed(device, by, await sealed(await pinKey(pin, by), by, data));
}

/** What the PIN's key has to open. Damaged when this browser's key does not fit: that is nobody's wrong PIN. */
export async function unwrapOuter(wrapped: Bytes, by: Stretch, device: CryptoKey): Promise<Bytes> {
  const inner = await opened(device, by, wrapped);
  if (inner === null) throw new Damaged("lock", "lock");
  return inner;
}

/** The data key; null when the PIN is wrong. */
export async function unwrapInner(inner: Bytes, pin: string, by: Stretch): Promise<Bytes | null> {
  return opened(await pinKey(pin, by), by, inner);
}

async function pinKey(pin: string, { salt, rounds }: Stretch): Promise<CryptoKey> {
  const raw = await crypto.subtle.importKey("raw", utf8.encode(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, raw, { name: AES, length: 256 }, false, ["encrypt", "decrypt"]);
}

async function sealed(key: CryptoKey, by: Stretch, bytes: Bytes): Promise<Bytes> {
  const iv = randomBytes(IV);
  const body = new Uint8Array(await crypto.subtle.encrypt({ name: AES, iv, additionalData: bound(by) }, key, bytes));
  const whole = new Uint8Array(IV + body.length);
  whole.set(iv);
  whole.set(body, IV);
  return whole;
}

async function opened(key: CryptoKey, by: Stretch, whole: Bytes): Promise<Bytes | null> {
  const how = { name: AES, iv: whole.slice(0, IV), additionalData: bound(by) };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(how, key, whole.slice(IV)));
  } catch {
    return null;
  }
}

/** A wrapped key is bound to the salt and the rounds it was made with. */
function bound({ salt, rounds }: Stretch): Bytes {
  return utf8.encode(JSON.stringify(["fieldcheck lock", 1, rounds, ...salt]));
}
