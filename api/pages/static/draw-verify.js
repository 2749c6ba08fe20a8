// Runs a draw again from its public bundle: a second program beside the one in Python, written from
// docs/sr-draw-1.md. The codes are the same in both; what each check says stands in draw-words.js.

import { climb, framed, hashNamed, hex, joined, sha256, textOf, u16, u32, unhex, utf8 } from "./draw-hashes.js";
import { Bundle, canon, parsed, pick, same } from "./draw-read.js";
import { LATER, is32, isDice, leadsTo } from "./draw-later.js";
import { RESULT } from "./draw-result.js";
import { fraction, quotas } from "./draw-shares.js";
import { WORDS } from "./draw-words.js";

// ---- V-one: one opened object, from its opening alone ----------------------------------------------------------

const CODES = ["CAP", "UP", "CLOSED", "SCOPE", "OPEN"];
const fields = (o) => {
  const [, cells, codes, digest, ...more] = o.row.split("\t");
  if (digest === undefined || more.length) throw new TypeError("no row");
  return { cells: cells.split(","), codes: codes.split(",") };
};

function inFrame(o) {
  const hash = hashNamed(o.hash_alg), leaf = hash(0, unhex(o.salt), utf8(o.row));
  return hex(climb(hash, leaf, o.index, o.frame_rows, o.siblings.map(unhex))) === o.frame_root;
}

function ticketOf(o) {
  const value = hex(hashNamed(o.hash_alg)(0x11, unhex(o.seed), unhex(o.salt), u32(o.index)));
  if (value !== o.ticket) throw new TypeError("another ticket");
  return value;
}

function own(o) {
  const params = parsed(o.params), [cell, ...more] = params.cells.filter((one) => one.cell === o.cell);
  if (more.length) throw new TypeError("one cell");
  return { params, cell };
}

const ONE = {
  fingerprint(o) {
    const hash = hashNamed(o.hash_alg), params = parsed(o.params);
    const agreed = params.frame.rows === o.frame_rows && params.hash_alg === o.hash_alg;
    return agreed && hex(hash(0x30, unhex(o.frame_root), hash(utf8(o.params)))) === o.fingerprint;
  },
  frame(o) {
    const { cells, codes } = fields(o), { task } = own(o).cell;
    return inFrame(o) && codes[task] === "0" && cells[task] === String(o.cell);
  },
  probability(o) {
    const { params, cell } = own(o), beside = (one) => one.task === cell.task && one.stratum === cell.stratum;
    const [{ size }] = params.tasks[cell.task].strata.list.filter((one) => one.stratum === cell.stratum);
    const key = cell.task * 65536 + cell.stratum;
    const told = quotas(hashNamed(o.hash_alg), unhex(o.seed), key, params.cells.filter(beside), BigInt(size)).get(o.cell);
    return fraction(told.chance, o.probability) && (o.rank === null || (o.rank >= 1 && BigInt(o.rank) <= told.quota));
  },
  ticket: (o) => is32(o.threshold) && ticketOf(o) <= o.threshold,
  result(o) {
    const hash = hashNamed(o.hash_alg), place = hash(0x14, unhex(o.salt), u32(o.index));
    const leaf = hash(0, u32(o.cell), u32(o.rank), unhex(o.ticket), place);
    return hex(climb(hash, leaf, o.result_place, o.result_rows, o.result_siblings.map(unhex))) === o.result_root;
  },
  undrawn: (o) => (o.threshold === null || is32(o.threshold)) && ticketOf(o) > (o.threshold ?? ""),
  excluded(o) {
    const { cells, codes } = fields(o);
    return inFrame(o) && codes.every((code) => CODES.includes(code)) && cells.every((cell) => cell === "0");
  },
};
const TOLD = {
  drawn: ["fingerprint", "frame", "probability", "ticket", "result"],
  undrawn: ["fingerprint", "frame", "probability", "undrawn"],
  excluded: ["fingerprint", "excluded"],
};

// ---- V-public: all that needs no secret ------------------------------------------------------------------------

const STEPS = ["draw.frozen", "draw.contributed", "draw.seeded", "draw.executed", "draw.matched", "draw.sealed"];
const FIXED = ["kind", "name", "commitment", "witnesses", "anchor", "beacon"];
const label = (c) => utf8(`${c.kind}:${c.name}`);
const given = (b, ...kinds) => b.head.contributions.filter((c) => kinds.includes(c.kind));
// True or false of all, null (no such check) of none.
const whereAny = (listed, test) => (listed.length ? listed.every(test) : null);
const nonce = (c) => unhex(c.nonce === null ? "" : c.nonce);

// ISO 8601 with an offset: [whole seconds since 1970, the fraction as a text].
function instant(text) {
  const [, day, part, offset] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  const seconds = Date.parse(day + offset) / 1000;
  if (!Number.isInteger(seconds)) throw new TypeError("no instant");
  return [seconds, (part ?? "").padEnd(6, "0")];
}
const microseconds = (text) => BigInt(instant(text)[0]) * 1000000n + BigInt(instant(text)[1]);

const PUBLIC = {
  journal(b) {
    let before = new Uint8Array(32), number = 0;
    for (const line of b.lines) {
      const told = parsed(line.text);
      number += 1;
      before = sha256(joined([Uint8Array.of(0x40), before, sha256(utf8(line.text))]));
      if (told.seq !== number || told.stream !== `draw:${b.head.draw}` || hex(before) !== line.hash) return false;
    }
    return number > 0;
  },
  fingerprint(b) {
    const keys = ["algorithm", "hash_alg", "sequence", "attempt"], params = b.bytes("params.json");
    const agreed = b.params.algorithm === "SR-DRAW/1" && same(pick(b.params, keys), pick(b.head, keys));
    const named = same(b.params.tasks.map((task) => task.id), b.head.tasks) && b.params.frame.rows === b.head.frame_rows;
    const root = hex(b.hash(0x30, b.raw("frame_root"), b.hash(params)));
    return agreed && named && canon(b.params) === textOf(params) && root === b.head.fingerprint;
  },
  order(b) {
    const events = b.events.filter((event) => STEPS.includes(event.kind)), shown = b.head.contributions;
    const steps = [STEPS[0], ...shown.map(() => STEPS[1]), ...STEPS.slice(2)];
    const [frozen] = events, early = ["draw.committed", "draw.escrowed", "draw.feasible"];
    const before = b.events.every((event) => !early.includes(event.kind) || event.seq < frozen.seq);
    const late = events.every((event) => event.at >= frozen.at);
    const told = events.filter((event) => event.kind === STEPS[1]).map((event) => pick(event.payload, ["name", "value"]));
    const revealed = shown.map((c) => pick(c, ["name", "value"]));
    const alike = same(told.map(canon).sort(), revealed.map(canon).sort()) && new Set(told.map(canon)).size === shown.length;
    return same(events.map((event) => event.kind), steps) && b.events[0].kind === "draw.planned" && before && late && alike;
  },
  recorded(b) {
    const facts = { ...pick(b.head, ["fingerprint", "frame_root", "seed", "result_root", "level"]), match_root: b.match.root };
    const needed = { "draw.frozen": "fingerprint", "draw.seeded": "seed", "draw.executed": "result_root", "draw.matched": "match_root" };
    return b.events.filter((event) => STEPS.includes(event.kind)).every(({ kind, payload }) => {
      const told = Object.keys(facts).every((key) => !Object.hasOwn(payload, key) || same(payload[key], facts[key]));
      return told && (!Object.hasOwn(needed, kind) || Object.hasOwn(payload, needed[kind]));
    });
  },
  rules(b) {
    const planned = b.event("draw.planned"), digest = b.params.rule_set_digest;
    return is32(digest) && planned.rule_set === b.params.rule_set && planned.payload.rule_set_digest === digest;
  },
  persons(b) {
    const operator = b.event("draw.planned").actor.id, approver = b.event("draw.frozen").actor.id;
    const kinds = new Map(b.head.contributions.map((c) => [c.name, c.kind]));
    const by = (kind) => b.events.filter((event) => event.kind === kind);
    const apart = by("draw.contributed").every(({ actor: { id }, payload: { name } }) => {
      if (!kinds.has(name)) throw new TypeError("unknown contributor");
      const typed = by("draw.dice_typed").filter((event) => event.payload.name === name);
      if (kinds.get(name) === "DICE") return !typed.length || typed[typed.length - 1].actor.id !== id;
      return !["SUPV", "LINK"].includes(kinds.get(name)) || (id !== operator && id !== approver);
    });
    return operator && approver && operator !== approver && apart && by("draw.sealed").every((event) => event.actor.id !== operator);
  },
  escrow(b) {
    const kept = b.params.escrow, shown = b.head.escrow;
    if (kept === null && shown === null) return null;
    return is32(kept.digest) && hex(b.hash(0x37, unhex(shown))) === kept.digest;
  },
  attempts(b) {
    const { voids } = b.head, { sequence, attempt } = b.params, last = voids.length ? voids[voids.length - 1].record : null;
    const counted = voids.every((one, at) => one.attempt === at + 1 && one.reason && is32(one.record));
    const { payload } = b.event("draw.planned"), told = ["attempt", "previous_void"].filter((key) => Object.hasOwn(payload, key));
    return same(pick(payload, told), pick(b.params, told)) && counted && attempt === voids.length + 1 && Number.isInteger(sequence) && sequence > 0 && last === b.params.previous_void;
  },
  focused: (b) => b.params.tasks.every(({ condition, eligible, sample, focused }) =>
    focused === (!["", "{}"].includes(condition) && (eligible < 20 || 2 * sample.size > eligible))),
  named(b) {
    const valid = ({ window: days }) => days.length === 2 && days.every((day) => /^\d{4}-\d\d-\d\d$/.test(day)) && days[0] <= days[1];
    return b.params.tasks.length > 0 && b.params.tasks.every(valid) && typeof b.params.authority === "string" && b.params.authority;
  },
  contributions(b) {
    const fixed = b.params.entropy.contributors.map((c) => canon(pick(c, FIXED))).sort();
    const shown = b.head.contributions, names = new Set(shown.map((c) => c.name));
    const opens = (c) => hex(b.hash(0x31, framed(label(c)), framed(unhex(c.value)), framed(nonce(c)))) === c.commitment;
    return shown.length > 0 && names.size === shown.length && same(fixed, shown.map((c) => canon(pick(c, FIXED))).sort())
      && shown.every((c) => ["OPER", "SUPV", "DICE", "LINK", "BEACON"].includes(c.kind) && c.value) && given(b, "OPER", "SUPV").every(opens);
  },
  dice: (b) => given(b, "DICE").every((c) => isDice(unhex(c.value)) && !nonce(c).length),
  links: (b) => whereAny(given(b, "LINK"), (c) => c.value.length === 64 && !nonce(c).length && leadsTo(unhex(c.value), c.anchor)),
  beacon(b) {
    return whereAny(given(b, "BEACON"), (c) => {
      const [seconds, part] = instant(b.params.snapshot_at), known = seconds + (part === "000000" ? 0 : 1);
      const { genesis, period, round } = c.beacon, first = Math.ceil(Math.max(0, known + 60 - genesis) / period) + 1;
      const out = BigInt(genesis + (round - 1) * period) * 1000000n, late = out > microseconds(b.event("draw.frozen").at);
      return round === first && late && nonce(c).length > 0 && hex(sha256(nonce(c))) === c.value;
    });
  },
  level(b) {
    const has = (...kinds) => given(b, ...kinds).length > 0, seen = given(b, "DICE").some((c) => c.witnesses.length > 0);
    return b.head.level === (has("BEACON") ? "L3" : seen ? "L2" : has("SUPV", "LINK") ? "L1" : "L0");
  },
  seed(b) {
    const told = b.head.contributions.map((c) => [hex(label(c)), c.value]).sort(([one], [other]) => (one < other ? -1 : 1));
    const body = told.flatMap(([name, value]) => [framed(unhex(name)), framed(unhex(value))]);
    return hex(b.hash(0x32, b.raw("fingerprint"), u16(told.length), ...body)) === b.head.seed;
  },
};

// ---- Running them ----------------------------------------------------------------------------------------------

function* run(level, tests, subject, order = Object.keys(tests)) {
  for (const name of order) {
    let ok = false;
    try {
      const answer = tests[name](subject);
      if (answer === null) continue;
      ok = Boolean(answer);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError)) throw error;
    }
    const code = `${level}.${name}`, [zh, en] = WORDS[code];
    yield { code, ok, zh: ok ? zh : `不成立：${zh}`, en: ok ? en : `Does not hold: ${en}` };
  }
}

/** V-one: the checks of one opened object (parsed JSON), as it says itself: drawn, not drawn, or excluded. */
export function checkOne(opening) {
  const told = opening !== null && typeof opening === "object" ? opening : {};
  const has = (name, value) => Object.hasOwn(told, name) && told[name] === value;
  return run("one", ONE, told, has("cell", 0) ? TOLD.excluded : has("rank", null) ? TOLD.undrawn : TOLD.drawn);
}

/** V-public: the checks of a bundle (Map of file name → bytes), one after the other; without those that do not apply. */
export function checkPublic(files) {
  const holds = (opening) => [...checkOne(opening)].every((check) => check.ok);
  return run("public", { ...PUBLIC, ...RESULT(holds), ...LATER }, new Bundle(files));
}
