/** The digests of the contract: entries, bodies, sets of entries, the feed. Synchronous, to be taken in transactions. */
import { sha256 } from "@noble/hashes/sha2.js";
import { b64url, hex, joined, unb64url, utf8, type Bytes } from "./bytes";

const DOMAIN = utf8("insp/entry/v1\u0000");
const HASH_BYTES = 32;

/** SHA-256. */
export function sha(data: Uint8Array): Bytes {
  return sha256(data) as Bytes;
}

/** SHA-256 as lower-case hex: how files are named. */
export function shaHex(data: Uint8Array): string {
  return hex(sha256(data));
}

/** What the device key signs: the domain prefix and the exact bytes of the header. */
export function signedBytes(p: string | Uint8Array): Bytes {
  return joined(DOMAIN, typeof p === "string" ? utf8(p) : p);
}

/** The identity of an entry, base64url. */
export function entryHash(p: string | Uint8Array): string {
  return b64url(sha256(signedBytes(p)));
}

/** What the header's `body` names, base64url. */
export function bodyDigest(b: string | Uint8Array): string {
  return b64url(sha256(typeof b === "string" ? utf8(b) : b));
}

/** What `set` of an attestation or a signature names: SHA-256 over the sorted 32-byte hashes, each once; base64url. */
export function entrySetDigest(hashes: Iterable<string>): string {
  const raw = [...new Set(hashes)].map(unb64url).sort(byBytes);
  return b64url(sha256(joined(...raw)));
}

/** What a topic that stands in a feed adds (by XOR) to the feed's digest: 32 bytes. */
export function topicDigest(topic: string, seq: number): Bytes {
  return sha(utf8(`${topic}\u0000${seq}`));
}

/** The digest of a feed by the topics that stand in it, each with its number; base64url. */
export function feedDigest(topics: Iterable<readonly [string, number]>): string {
  const both = new Uint8Array(HASH_BYTES);
  for (const [topic, seq] of topics) {
    topicDigest(topic, seq).forEach((byte, at) => {
      both[at] = (both[at] ?? 0) ^ byte;
    });
  }
  return b64url(both);
}

function byBytes(one: Uint8Array, other: Uint8Array): number {
  for (let at = 0; at < Math.min(one.length, other.length); at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference) return difference;
  }
  return one.length - other.length;
}
