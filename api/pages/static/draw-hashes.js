// Bytes, SHA-256, SM3 and trees for SR-DRAW/1. Plain functions, no dependency: it also works where a page has no
// WebCrypto (an intranet without TLS). Sources: FIPS 180-4, GB/T 32905-2016, RFC 9162 §2.1, docs/sr-draw-1.md.

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of a text. */
export const utf8 = (text) => encoder.encode(text);

/** The text of UTF-8 bytes; throws on anything else. */
export const textOf = (bytes) => decoder.decode(bytes);

/** Several runs of bytes as one. */
export function joined(parts) {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Bytes out of lower- or upper-case hex; throws on anything else. */
export function unhex(text) {
  if (typeof text !== "string" || !/^([0-9a-fA-F]{2})*$/.test(text)) throw new TypeError("not hex");
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => parseInt(text.slice(2 * at, 2 * at + 2), 16));
}

const HEX = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, "0"));

/** Lower-case hex. */
export function hex(bytes) {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

function whole(value, below) {
  if (!Number.isInteger(value) || value < 0 || value >= below) throw new RangeError("no such number");
  return value;
}

/** Two bytes, the high one first. */
export const u16 = (value) => Uint8Array.of(whole(value, 2 ** 16) >> 8, value & 255);

/** Four bytes, the high one first. */
export const u32 = (value) => Uint8Array.of(whole(value, 2 ** 32) >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);

/** Bytes behind their length in two bytes. */
export const framed = (bytes) => joined([u16(bytes.length), bytes]);

const turned = (word, by) => (word << by) | (word >>> (32 - by));

// The message, a one bit, zeros, and the length in bits as 64 bits: the same in both standards.
function blocks(message) {
  const padded = new Uint8Array(64 * Math.ceil((message.length + 9) / 64));
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(message.length / 2 ** 29));
  view.setUint32(padded.length - 4, (message.length * 8) >>> 0);
  return view;
}

function told(state) {
  const view = new DataView(new ArrayBuffer(32));
  state.forEach((word, at) => view.setUint32(4 * at, word));
  return new Uint8Array(view.buffer);
}

// The fractional parts of the roots of the first primes, exactly: ⌊root(prime · 2^(32·degree))⌋ modulo 2^32.
function roots(count, degree) {
  const found = [];
  for (let n = 2n; found.length < count; n += 1n) {
    let prime = true;
    for (let d = 2n; d * d <= n; d += 1n) if (n % d === 0n) prime = false;
    if (!prime) continue;
    let low = 0n, high = n << 32n;
    while (high - low > 1n) {
      const middle = (low + high) >> 1n;
      if (middle ** degree <= n << (32n * degree)) low = middle;
      else high = middle;
    }
    found.push(Number(low & 0xffffffffn) | 0);
  }
  return found;
}

const ROUND = Int32Array.from(roots(64, 3n));
const START = Int32Array.from(roots(8, 2n));

/** SHA-256 of bytes. */
export function sha256(message) {
  const view = blocks(message), state = Int32Array.from(START), w = new Int32Array(64);
  for (let at = 0; at < view.byteLength; at += 64) {
    for (let i = 0; i < 16; i += 1) w[i] = view.getInt32(at + 4 * i);
    for (let i = 16; i < 64; i += 1) {
      const x = w[i - 15], y = w[i - 2];
      w[i] = w[i - 16] + (turned(x, 25) ^ turned(x, 14) ^ (x >>> 3)) + w[i - 7] + (turned(y, 15) ^ turned(y, 13) ^ (y >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const one = (h + (turned(e, 26) ^ turned(e, 21) ^ turned(e, 7)) + ((e & f) ^ (~e & g)) + ROUND[i] + w[i]) | 0;
      const two = ((turned(a, 30) ^ turned(a, 19) ^ turned(a, 10)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] += word; });
  }
  return told(state);
}

const SM3_START = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];
const P1 = (x) => x ^ turned(x, 15) ^ turned(x, 23);

/** SM3 of bytes (GB/T 32905). */
export function sm3(message) {
  const view = blocks(message), state = Int32Array.from(SM3_START), w = new Int32Array(68);
  for (let at = 0; at < view.byteLength; at += 64) {
    for (let i = 0; i < 16; i += 1) w[i] = view.getInt32(at + 4 * i);
    for (let i = 16; i < 68; i += 1) w[i] = P1(w[i - 16] ^ w[i - 9] ^ turned(w[i - 3], 15)) ^ turned(w[i - 13], 7) ^ w[i - 6];
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const early = i < 16, twelve = turned(a, 12);
      const s = turned((twelve + e + turned(early ? 0x79cc4519 : 0x7a879d8a, i % 32)) | 0, 7);
      const ff = early ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
      const gg = early ? e ^ f ^ g : (e & f) | (~e & g);
      const one = (ff + d + (s ^ twelve) + (w[i] ^ w[i + 4])) | 0, two = (gg + h + s + w[i]) | 0;
      [d, c, b, a] = [c, turned(b, 9), a, one];
      [h, g, f, e] = [g, turned(f, 19), e, two ^ turned(two, 9) ^ turned(two, 17)];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] ^= word; });
  }
  return told(state);
}

/** The draw's hash by its name: parts → 32 bytes. A part is bytes, or a tag: a number that is one byte. */
export function hashNamed(name) {
  const plain = new Map([["sha256", sha256], ["sm3", sm3]]).get(name);
  if (!plain) throw new TypeError("no such hash");
  return (...parts) => plain(joined(parts.map((part) => (typeof part === "number" ? Uint8Array.of(part) : part))));
}

/** A whole number below n out of hash blocks, each as likely: `block(ctr)` gives the blocks; n is a BigInt. */
export function uniform(block, n) {
  const range = 1n << 256n, most = range - (range % n);
  for (let counter = 0; ; counter += 1) {
    const value = BigInt(`0x${hex(block(counter))}`);
    if (value < most) return value % n;
  }
}

/** The root of a tree of leaf hashes; an odd node moves up as it is. Without leaves: the hash of nothing. */
export function rootOf(hash, leaves) {
  let level = leaves;
  while (level.length > 1) {
    const above = [];
    for (let at = 0; at + 1 < level.length; at += 2) above.push(hash(1, level[at], level[at + 1]));
    if (level.length % 2) above.push(level[level.length - 1]);
    level = above;
  }
  return level.length ? level[0] : hash();
}

/** The root that a leaf leads to by its siblings (RFC 9162 §2.1.3.2), or null when their number cannot be right. */
export function climb(hash, leaf, index, size, siblings) {
  let at = whole(index, 2 ** 53), last = whole(size, 2 ** 53) - 1, root = leaf;
  if (at > last) return null;
  for (const sibling of siblings) {
    if (last === 0) return null;
    if (at % 2 || at === last) {
      root = hash(1, sibling, root);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else {
      root = hash(1, root, sibling);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? root : null;
}
