// V-public, what came out: sizes, quotas, tickets, batches, the match, opened objects.

import { hex, rootOf, textOf, u32, unhex, utf8 } from "./draw-hashes.js";
import { pick, same } from "./draw-read.js";
import { batches, fraction, quotas, sizes, wanted } from "./draw-shares.js";

const CELL = ["cell", "task", "stratum", "weight", "size"];
const HEAD = ["hash_alg", "fingerprint", "frame_root", "frame_rows", "seed"];
const HOW = ["lot", "continuity", "designated"];
const sum = (values) => values.reduce((whole, value) => whole + value, 0);
const big = (value) => BigInt(value);
const ofTask = (listed, task) => listed.filter((cell) => cell.task === task);

const ascending = (values) => values.every((value, at) => at === 0 || values[at - 1] < value);

// Rows of a task are those of the frame that are neither closed nor out of its scope.
function counts(b) {
  const { cells, frame, tasks } = b.params;
  const listed = cells.every((cell) => cell.task < tasks.length && cell.size > 0 && cell.weight > 0 && cell.cell > 0);
  return listed && ascending(cells.map((cell) => cell.cell)) && tasks.every((task, number) => {
    const { list } = task.strata, out = new Map(Object.entries(task.excluded)), own = ofTask(cells, number);
    const outside = (out.get("CLOSED") ?? 0) + (out.get("SCOPE") ?? 0), rows = [...out.values()];
    const strata = list.every((one, at) => one.stratum === at && one.eligible >= 0 && one.eligible <= one.rows
      && sum(own.filter((cell) => cell.stratum === at).map((cell) => cell.size)) === one.eligible);
    return strata && own.every((cell) => cell.stratum < list.length) && ascending(list.map((one) => hex(utf8(one.name))))
      && rows.every((count) => count >= 0) && task.rows === frame.rows - outside && task.eligible === frame.rows - sum(rows)
      && sum(list.map((one) => one.rows)) === task.rows && sum(list.map((one) => one.eligible)) === task.eligible;
  });
}

function told(b) {
  const found = new Map();
  b.params.tasks.forEach((task, number) => {
    for (const { stratum, size } of task.strata.list) {
      const own = ofTask(b.params.cells, number).filter((cell) => cell.stratum === stratum);
      for (const [cell, share] of quotas(b.hash, b.raw("seed"), number * 65536 + stratum, own, big(size))) found.set(cell, share);
    }
  });
  return found;
}

const batchesOf = (b, number) => b.json("drawn").filter((one) => one.cell === number)
  .sort((one, other) => one.rank - other.rank).map((one) => one.batch);
const ofCell = (b, number) => b.drawn.filter((ticket) => ticket.cell === number);

function seatsOf(b, tasks) {
  const seats = b.params.match.seats.filter((seat) => seat.tasks.some((task) => tasks.has(task)));
  if (!seats.length) throw new TypeError("no seat");
  return Math.max(seats.length, ...seats.map((seat) => seat.slots));
}

/** The checks, in order; `holds` says whether every check of one opening holds. */
export const RESULT = (holds) => ({
  counts,
  sizes: (b) => b.params.tasks.every((task) => {
    const { list } = task.strata, due = sizes(task), n = due.reduce((whole, size) => whole + size, 0n);
    return big(task.sample.wanted) === wanted(task) && big(task.sample.size) === n && list.every((one, at) => big(one.size) === due[at]);
  }),
  shares(b) {
    const due = told(b), fixed = b.cells.map((cell) => pick(cell, CELL));
    return same(fixed, b.params.cells.map((cell) => pick(cell, CELL))) && due.size === b.cells.length
      && b.cells.every((cell) => fraction(due.get(cell.cell).chance, cell.probability) && big(cell.quota) === due.get(cell.cell).quota);
  },
  batches: (b) => b.params.tasks.every((task, number) => {
    const { count, windows } = task.batches, weights = new Map(b.params.cells.map((cell) => [cell.cell, cell.weight]));
    const own = ofTask(b.cells, number).map(({ cell, quota }) => ({ cell, quota, weight: weights.get(cell) }));
    const cut = batches(b.hash, b.raw("seed"), number, own, count);
    return (count === 1 || windows.length === count) && [...cut].every(([cell, due]) => same(due, batchesOf(b, cell)));
  }) && sum(b.cells.map((cell) => cell.quota)) === b.json("drawn").length,
  tickets(b) {
    const known = new Set(b.cells.map((cell) => cell.cell)), places = new Map(b.drawn.map((one) => [one.ticket, one.place]));
    const apart = new Set(places.values()).size === places.size && b.drawn.every((one) => places.get(one.ticket) === one.place);
    return apart && b.drawn.every((ticket) => known.has(ticket.cell)) && b.cells.every(({ cell, quota, threshold }) => {
      const own = ofCell(b, cell), values = own.map((ticket) => ticket.ticket);
      const ranked = own.every((ticket, at) => ticket.rank === at + 1 && (at === 0 || values[at - 1] < values[at]));
      return ranked && own.length === quota && threshold === (values.length ? values[values.length - 1] : null);
    });
  },
  result(b) {
    const ordered = [...b.drawn].sort((one, other) => one.cell - other.cell || one.rank - other.rank);
    const leaves = ordered.map((t) => b.hash(0, u32(t.cell), u32(t.rank), t.bytes, unhex(t.place)));
    return hex(rootOf(b.hash, leaves)) === b.head.result_root;
  },
  match(b) {
    const tasks = new Map(b.params.cells.map((cell) => [cell.cell, cell.task])), doors = new Map();
    for (const { cell, ticket } of b.drawn) {
      if (!tasks.has(cell)) throw new TypeError("unknown cell");
      doors.set(ticket, (doors.get(ticket) ?? new Set()).add(tasks.get(cell)));
    }
    const places = sum([...doors.values()].map((own) => seatsOf(b, own)));
    const how = Object.entries(b.match.how), known = how.every(([kind, count]) => HOW.includes(kind) && count >= 0 && count !== null);
    return known && b.match.objects === doors.size && b.match.places === places && sum(how.map(([, count]) => count)) === places;
  },
  openings: (b) => b.openings.every((o) => {
    const own = o.cell === 0 ? null : b.cells.find((cell) => cell.cell === o.cell);
    const agreed = own === null || (o.threshold === own.threshold && fraction(o.probability, own.probability));
    const ranked = o.rank === null || (o.result_root === b.head.result_root && o.result_rows === b.json("drawn").length);
    return agreed && ranked && same(pick(o, HEAD), pick(b.head, HEAD)) && o.params === textOf(b.bytes("params.json")) && holds(o);
  }),
});
