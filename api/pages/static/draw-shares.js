// How many of each: sample sizes, exact probabilities, the seeded rounding, batches. BigInt only, no fractions of a
// number. Source: docs/sr-draw-1.md (Sizes, Probability and quota, Batches) and draw.md §4.4, §4.5.

import { hex, u32, uniform } from "./draw-hashes.js";

const up = (a, b) => (a + b - 1n) / b;
const least = (a, b) => (a < b ? a : b);
const most = (a, b) => (a > b ? a : b);
const sum = (values) => values.reduce((whole, value) => whole + value, 0n);

/** How many a task asks for: ⌈ratio · base⌉ or the count; by own ratios the sum of what the strata ask for. */
export function wanted(task) {
  if (task.strata.rule === "own-ratio") return sum(task.strata.list.map((one) => ownWish(task, one)));
  if (task.size.rule === "count") return BigInt(task.size.count);
  return shareOf(task.size.ratio, baseOf(task, task));
}

// A stratum's own ratio is of its rows, or of its eligible rows where the task's is.
function baseOf({ size }, counted) {
  const base = size.rule === "count" ? "directory" : size.base;
  if (base !== "directory" && base !== "eligible") throw new TypeError("no such base");
  return base === "eligible" ? counted.eligible : counted.rows;
}
const ownWish = (task, one) => most(BigInt(one.floor), shareOf(one.ratio, baseOf(task, one)));
const shareOf = ([above, below], base) => up(BigInt(above) * BigInt(base), BigInt(below));

/** The sizes of a task's strata, in the order of their list; throws where the rules leave none. */
export function sizes(task) {
  const list = task.strata.list, eligible = list.map((one) => BigInt(one.eligible));
  const floors = list.map((one, at) => least(BigInt(one.floor), eligible[at]));
  if (task.strata.rule === "own-ratio") {
    return list.map((one, at) => least(ownWish(task, one), eligible[at]));
  }
  const n = least(wanted(task), sum(eligible));
  if (task.strata.rule === "whole") {
    if (list.length > 1) throw new RangeError("one stratum only");
    return list.length ? [n] : [];
  }
  if (task.strata.rule !== "proportional" || sum(floors) > n) throw new RangeError("no such rule");
  return dealt(n, floors, list.map((one) => BigInt(one.rows)), eligible);
}

// The largest remainder over the rows, nobody beyond its eligible rows, again until all is given.
function dealt(n, floors, rows, eligible) {
  const given = [...floors];
  for (let rest = n - sum(given); rest > 0n; rest = n - sum(given)) {
    const open = [...given.keys()].filter((at) => given[at] < eligible[at]);
    const all = sum(open.map((at) => rows[at]));
    const due = new Map(open.map((at) => [at, (rest * rows[at]) / all]));
    const over = (at) => (rest * rows[at]) % all;
    const order = [...open].sort((a, b) => (over(a) === over(b) ? a - b : over(a) > over(b) ? -1 : 1));
    for (const at of order.slice(0, Number(rest - sum([...due.values()])))) due.set(at, due.get(at) + 1n);
    for (const [at, share] of due) given[at] += least(share, eligible[at] - given[at]);
  }
  return given;
}

/**
 * Probability and quota of every cell of one stratum: Map of cell number → {chance: [above, below], quota}.
 * `cells` have cell, size, weight; `key` is the stratum's key in tag 20; n is a BigInt.
 */
export function quotas(hash, seed, key, cells, n) {
  const found = new Map(), size = (cell) => BigInt(cell.size), weight = (cell) => BigInt(cell.weight);
  let active = [...cells], left = n;
  for (;;) {
    const all = sum(active.map((cell) => size(cell) * weight(cell)));
    const certain = new Set(active.filter((cell) => left * weight(cell) >= all));
    if (!certain.size) break;
    for (const cell of certain) found.set(cell.cell, { chance: [1n, 1n], quota: size(cell) });
    left -= sum([...certain].map(size));
    active = active.filter((cell) => !certain.has(cell));
  }
  if (!active.length) return found;
  const all = sum(active.map((cell) => size(cell) * weight(cell)));
  const threshold = uniform((counter) => hash(0x20, seed, u32(key), u32(counter)), all);
  const lots = new Map(active.map((cell) => [cell, hex(hash(0x21, seed, u32(cell.cell)))]));
  let passed = 0n;
  for (const cell of active.sort((a, b) => (lots.get(a) < lots.get(b) ? -1 : 1))) {
    const share = left * size(cell) * weight(cell), over = share % all;
    const extra = (passed + over + threshold) / all - (passed + threshold) / all;
    found.set(cell.cell, { chance: [left * weight(cell), all], quota: share / all + extra });
    passed += over;
  }
  return found;
}

/** Whether two fractions [above, below] are the same chance. */
export const fraction = ([a, b, ...more], [c, d, ...rest]) => more.length + rest.length === 0 && BigInt(b) > 0n && BigInt(d) > 0n && BigInt(a) * BigInt(d) === BigInt(c) * BigInt(b);

/** Which batch each rank of a cell is in: Map of cell number → [batch of rank 1, of rank 2, …]. */
export function batches(hash, seed, task, cells, count) {
  const cut = new Map(cells.map((cell) => [cell.cell, []]));
  for (let number = 1; number <= count; number += 1) {
    const open = cells.map((cell) => ({ ...cell, size: cell.quota - cut.get(cell.cell).length }));
    const left = open.filter((cell) => cell.size > 0);
    const n = up(sum(left.map((cell) => BigInt(cell.size))), BigInt(count - number + 1));
    const chance = number === 1 ? seed : hash(0x25, seed, u32(number));
    for (const [cell, share] of quotas(hash, chance, task * 65536, left, n)) {
      for (let i = 0n; i < share.quota; i += 1n) cut.get(cell).push(number);
    }
  }
  return cut;
}
