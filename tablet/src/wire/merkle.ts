/** The Merkle tree of RFC 9162 §2 with SHA-256: how anybody checks what the transparency log promises. */
import { HASH_BYTES } from "@contract";
import { joined, type Bytes } from "./bytes";
import { sha } from "./digests";

/** The root of the tree without leaves (RFC 9162 §2.1.1). */
export const EMPTY_ROOT: Bytes = sha(new Uint8Array());

/** The hash of a leaf: SHA-256 over 0x00 and the leaf's input; of the log, the 32 bytes of an entry's hash. */
export function leafHash(data: Uint8Array): Bytes {
  return sha(joined(Uint8Array.of(0), data));
}

/** The hash of an inner node: SHA-256 over 0x01 and both children. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Bytes {
  return sha(joined(Uint8Array.of(1), left, right));
}

/**
 * Whether `path` proves that leaf hash `leaf` is number `index` of the `size` leaves under `root` (RFC 9162 §2.1.3.2).
 * Anything that is no proof is simply not one; nothing is thrown.
 */
export function inclusionHolds(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!areSizes(index, size) || index >= size || !areHashes([leaf, ...path])) return false;
  const place = new Place(index, size - 1);
  let found = leaf;
  for (const sibling of path) {
    if (place.atTop) return false;
    found = place.isRight ? nodeHash(sibling, found) : nodeHash(found, sibling);
    place.rise();
  }
  return place.atTop && same(found, root);
}

/**
 * Whether `path` proves that the tree of `second` leaves begins with the tree of `first` leaves (RFC 9162 §2.1.4.2).
 * Equal sizes need equal roots and an empty path; the empty tree begins every tree.
 */
export function consistencyHolds(
  first: number,
  second: number,
  path: readonly Uint8Array[],
  firstRoot: Uint8Array,
  secondRoot: Uint8Array,
): boolean {
  if (!areSizes(first, second) || first > second || !areHashes(path)) return false;
  if (first === 0 || first === second) return !path.length && same(firstRoot, first === 0 ? EMPTY_ROOT : secondRoot);
  const size = BigInt(first);
  const [start, ...rest] = size & (size - 1n) ? path : [firstRoot, ...path];
  if (start === undefined) return false;
  const place = new Place(first - 1, second - 1);
  place.skipRightChildren();
  let before = start;
  let after = start;
  for (const node of rest) {
    if (place.atTop) return false;
    if (place.isRight) before = nodeHash(node, before);
    after = place.isRight ? nodeHash(node, after) : nodeHash(after, node);
    place.rise();
  }
  return place.atTop && same(before, firstRoot) && same(after, secondRoot);
}

/** A node on its way up, and the last node of its level. Sizes go to 2^53, bits of numbers to 2^31: hence BigInt. */
class Place {
  #at: bigint;
  #last: bigint;

  constructor(at: number, last: number) {
    this.#at = BigInt(at);
    this.#last = BigInt(last);
  }

  get atTop(): boolean {
    return this.#last === 0n;
  }

  /** Whether the sibling stands on the left: of a right child, and of the last node of a level. */
  get isRight(): boolean {
    return (this.#at & 1n) === 1n || this.#at === this.#last;
  }

  skipRightChildren(): void {
    while (this.#at & 1n) this.#up();
  }

  rise(): void {
    // Above a last node that is a left child, the right edge has no siblings of its own.
    if (this.isRight) while (this.#at && !(this.#at & 1n)) this.#up();
    this.#up();
  }

  #up(): void {
    this.#at >>= 1n;
    this.#last >>= 1n;
  }
}

function areSizes(...sizes: number[]): boolean {
  return sizes.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function areHashes(nodes: readonly Uint8Array[]): boolean {
  return nodes.every((node) => node.length === HASH_BYTES);
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
