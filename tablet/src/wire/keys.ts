/**
 * Keys and signatures: ES256 of devices, Ed25519 of the server. Both by WebCrypto; where a browser has no Ed25519 yet
 * (Chrome before 137, as on tablets that nobody updates), @noble/curves verifies instead, loaded only then.
 */
import type { DeviceJwk, EntryLine, Purpose, ServerJwk, SignedText } from "@contract";
import { b64url, joined, unb64url, utf8, type Bytes } from "./bytes";
import { canonicalBytes } from "./canonical";
import { sha, signedBytes } from "./digests";

const ES256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const SIGNATURE_BYTES = 64;

/** The bytes that are signed for a purpose: its name, a zero byte, the text. */
export function purposeMessage(purpose: Purpose, text: string): Bytes {
  return joined(utf8(`${purpose}\u0000`), utf8(text));
}

/** The bytes whose signature proves that a device holds the key it enrols with. */
export function enrolmentMessage(code: string, kid: string): Bytes {
  return purposeMessage("insp/enrol/v1", `${code}.${kid}`);
}

/** The id of a key: RFC 7638 thumbprint with SHA-256, base64url. */
export function thumbprint(key: DeviceJwk | ServerJwk): string {
  const members =
    "y" in key ? { kty: "EC", crv: "P-256", x: key.x, y: key.y } : { kty: "OKP", crv: "Ed25519", x: key.x };
  return b64url(sha(canonicalBytes(members)));
}

/** Whether one of these keys of the server signed the text for this purpose. */
export async function serverSigned(keys: readonly ServerJwk[], purpose: Purpose, signed: SignedText): Promise<boolean> {
  const key = keys.find((one) => one.kid === signed.k);
  if (key === undefined || (signed.a ?? "EdDSA") !== "EdDSA") return false;
  return ed25519Holds(key, purposeMessage(purpose, signed.p), signed.s);
}

/** Whether the signature of an entry is one of this key. */
export function entrySigned(key: DeviceJwk | ServerJwk, line: EntryLine): Promise<boolean> {
  const message = signedBytes(line.p);
  return "y" in key ? es256Holds(key, message, line.s) : ed25519Holds(key, message, line.s);
}

/** Whether raw r ‖ s (base64url) is an ES256 signature of this key. Anything that is none is simply not one. */
export async function es256Holds(key: DeviceJwk, message: Bytes, signature: string): Promise<boolean> {
  try {
    const jwk = { kty: "EC", crv: "P-256", x: key.x, y: key.y };
    const public_ = await crypto.subtle.importKey("jwk", jwk, ES256, false, ["verify"]);
    return await crypto.subtle.verify(ES256, public_, rawSignature(signature), message);
  } catch {
    return false;
  }
}

/** Whether 64 bytes (base64url) are an Ed25519 signature of this key. Anything that is none is simply not one. */
export async function ed25519Holds(key: ServerJwk, message: Bytes, signature: string): Promise<boolean> {
  try {
    const [raw, public_] = [rawSignature(signature), unb64url(key.x)];
    return (await nativeEd25519()) ? await byPlatform(public_, message, raw) : await byNoble(public_, message, raw);
  } catch {
    return false;
  }
}

let native: Promise<boolean> | null = null;

/** Whether this browser knows Ed25519; asked once. */
function nativeEd25519(): Promise<boolean> {
  // The base point is a key like any other.
  const probe = Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 0x58 : 0x66));
  native ??= crypto.subtle.importKey("raw", probe, "Ed25519", false, ["verify"]).then(
    () => true,
    () => false,
  );
  return native;
}

async function byPlatform(key: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  const public_ = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", public_, signature, message);
}

/** The same without the platform; exported so that both can be compared. */
export async function byNoble(key: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  const { ed25519 } = await import("@noble/curves/ed25519.js");
  // RFC 8032 as the platforms read it, not ZIP 215.
  return ed25519.verify(signature, message, key, { zip215: false });
}

function rawSignature(text: string): Bytes {
  const raw = unb64url(text);
  if (raw.length !== SIGNATURE_BYTES) throw new RangeError("not a signature");
  return raw;
}
