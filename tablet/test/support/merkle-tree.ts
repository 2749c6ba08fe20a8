/** A log in memory that proves what a server proves, for tests of those who check it (RFC 9162 §2.1). */
import { EMPTY_ROOT, leafHash, nodeHash } from "../../src/wire/merkle";

type Hash = Uint8Array<ArrayBuffer>;

/** The root over these leaf hashes. */
export function rootOf(leaves: readonly Hash[]): Hash {
  const [first] = leaves;
  if (first === undefined) return EMPTY_ROOT;
  if (leaves.length === 1) return first;
  const k = split(leaves.length);
  return nodeHash(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}

/** The proof that leaf `index` is among the leaf hashes. */
export function inclusionPath(leaves: readonly Hash[], index: number): Hash[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  if (index < k) return [...inclusionPath(leaves.slice(0, k), index), rootOf(leaves.slice(k))];
  return [...inclusionPath(leaves.slice(k), index - k), rootOf(leaves.slice(0, k))];
}

/** The proof that the tree over all leaf hashes continues the one over the `first` ones. */
export function consistencyPath(leaves: readonly Hash[], first: number): Hash[] {
  return first === 0 ? [] : subProof(leaves, first, true);
}

/** So many different leaves. */
export function grown(count: number, from = 0): Hash[] {
  return Array.from({ length: count }, (_, at) => leafHash(new TextEncoder().encode(`leaf ${from + at}`)));
}

function subProof(leaves: readonly Hash[], first: number, whole: boolean): Hash[] {
  if (first === leaves.length) return whole ? [] : [rootOf(leaves)];
  const k = split(leaves.length);
  if (first <= k) return [...subProof(leaves.slice(0, k), first, whole), rootOf(leaves.slice(k))];
  return [...subProof(leaves.slice(k), first - k, false), rootOf(leaves.slice(0, k))];
}

/** The largest power of two below `size`, for at least two leaves. */
function split(size: number): number {
  let k = 1;
  while (2 * k < size) k *= 2;
  return k;
}
