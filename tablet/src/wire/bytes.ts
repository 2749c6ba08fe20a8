/** Texts and bytes: UTF-8, hex, and base64url without padding (RFC 4648 §5). */

/** Bytes that WebCrypto takes. */
export type Bytes = Uint8Array<ArrayBuffer>;

const ENCODER = new TextEncoder();
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const VALUES = new Map([...LETTERS].map((letter, value) => [letter.charCodeAt(0), value]));

/** The UTF-8 of a text. A lone surrogate becomes U+FFFD: where that matters, the text is checked before. */
export function utf8(text: string): Bytes {
  return ENCODER.encode(text) as Bytes;
}

/** Both, one behind the other. */
export function joined(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Lower-case hex. */
export function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes of lower-case hex; RangeError for anything else. */
export function unhex(text: string): Bytes {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new RangeError("not hex");
  const data = new Uint8Array(text.length / 2);
  for (let at = 0; at < data.length; at += 1) data[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return data;
}

/** Base64url without padding, the form of hashes, keys and signatures on the wire. */
export function b64url(data: Uint8Array): string {
  let text = "";
  for (let at = 0; at < data.length; at += 3) {
    const [one = 0, two = 0, three = 0] = data.subarray(at, at + 3);
    const bits = (one << 16) | (two << 8) | three;
    const letters = Math.min(data.length - at, 3) + 1;
    for (let n = 0; n < letters; n += 1) text += LETTERS.charAt((bits >> (18 - 6 * n)) & 63);
  }
  return text;
}

/** The bytes of base64url; RangeError for padding, foreign characters and stray bits. */
export function unb64url(text: string): Bytes {
  const data = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let n = 0; n < text.length; n += 1) {
    const value = VALUES.get(text.charCodeAt(n));
    if (value === undefined) throw new RangeError("not base64url");
    bits = ((bits << 6) | value) & 0xfff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      data[at] = (bits >> held) & 0xff;
      at += 1;
    }
  }
  if (text.length % 4 === 1 || (bits & ((1 << held) - 1)) !== 0) throw new RangeError("not canonical base64url");
  return data;
}
