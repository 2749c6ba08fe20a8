/** Whether the body of an entry is one of its type: what is none is kept and shown, and folds to nothing. */
import { flag, form, isObject, list, maybe, shape, text, unless, whole, word } from "./shapes";
import type { Check } from "./shapes";

const hash = form(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/);
const digest = form(/^[0-9a-f]{64}$/);
const id = form(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const salt = form(/^[A-Za-z0-9_-]{21}[AQgw]$/);
const count = whole(0);
const position = whole(1);
const short = text(1, 200);
const long = text(0, 10_000);
const full = text(1, 10_000);
const code = text(1, 100);

const place = shape({
  lat_e7: whole(-900_000_000, 900_000_000),
  lon_e7: whole(-1_800_000_000, 1_800_000_000),
  acc_dm: count,
  source: word("gnss", "network", "fused", "manual"),
  fix_age_ms: count,
  mock: unless(flag),
});
const logEnd = shape({ dev: id, ep: position, seq: count, hash: maybe(hash) });
const heads = unless(list(logEnd, 64));
const media = unless(list(digest, 50));

const none = (value: unknown) => value === undefined || value === null;
const oneOf = (a: string, b: string) => (value: Readonly<Record<string, unknown>>) => none(value[a]) !== none(value[b]);

const body = (members: Readonly<Record<string, Check>>, fits?: (value: Readonly<Record<string, unknown>>) => boolean) =>
  shape({ salt, ...members }, fits);

const presence = body({ position: maybe(place), no_fix: maybe(short) }, oneOf("position", "no_fix"));
const added = body({
  digest,
  bytes: whole(0, 2 ** 40),
  mime: form(/^[a-z]+\/[a-z0-9.+-]+$/, 100),
  width: maybe(position),
  height: maybe(position),
  taken_wall: maybe(count),
  position: maybe(place),
  item: maybe(code),
  caption: maybe(long),
});
const stance = body({ targets: list(hash, 200, 1), reason: maybe(long) });
const vouch = body({ set: hash, heads, count });
const admission = body({ targets: list(hash, 200, 1), reason: long });
const link = body({ a: id, b: id, reason: maybe(long) });
const ck: Check = (value) =>
  Array.isArray(value) && value.length === 3 && code(value[0]) && position(value[1]) && hash(value[2]);

const signature = body(
  {
    role: word("inspector", "representative", "witness"),
    name: short,
    position: maybe(short),
    id_tail: maybe(form(/^[0-9Xx]{4}$/)),
    method: word("drawn", "image"),
    ink: maybe(isObject),
    image: maybe(digest),
    doc: digest,
    set: hash,
    heads,
  },
  (one) => (one.method === "drawn") === !none(one.ink) && (one.method === "image") === !none(one.image),
);

const refusal = body(
  {
    what: word("access", "answer", "document", "signature"),
    outcome: unless(word("refused", "unable", "absent")),
    item: maybe(code),
    reason_code: form(/^[a-z_]+$/, 40),
    text: full,
    by: shape(
      { name: maybe(short), role: maybe(short), unknown: unless(flag) },
      (by) => none(by.name) === (by.unknown === true),
    ),
    witness: maybe(
      shape({ inspector: maybe(id), name: maybe(short), contact: maybe(short) }, oneOf("inspector", "name")),
    ),
    media,
    set: maybe(hash),
    heads,
  },
  (one) => one.what === "signature" || none(one.outcome) || one.outcome === "refused",
);

const resolve = body(
  {
    item: code,
    how: word("value", "choose", "both-stand", "re-inspect"),
    value: maybe(text(1, 2_000)),
    choose: maybe(hash),
    reason: long,
  },
  (one) => (one.how === "value") === !none(one.value) && (one.how === "choose") === !none(one.choose),
);

/** By type, for what a device writes. */
const STATED: Readonly<Record<string, Check>> = {
  "visit.open": body({ object: id, tasks: unless(list(id, 50)), reason: maybe(long) }),
  arrive: presence,
  leave: presence,
  "notice.serve": body({
    number: text(1, 60),
    how: word("handed_over", "shown", "scanned", "link"),
    receiver: maybe(shape({ name: short, role: maybe(short) })),
    doc: maybe(digest),
    lang: unless(word("zh", "en")),
  }),
  "answer.set": body({
    item: code,
    value: text(1, 2_000),
    comment: maybe(long),
    basis: unless(word("seen", "told", "document")),
    media,
  }),
  "answer.withdraw": body({ item: code, reason: long }),
  "photo.add": added,
  "document.add": added,
  "photo.annotate": body({ of: digest, overlay: digest, caption: maybe(long) }),
  "note.add": body({ text: full, item: maybe(code) }),
  signature,
  refusal,
  concur: stance,
  dispute: stance,
  attest: vouch,
  submit: vouch,
  withdraw: body({ reason: long }),
  "log.epoch": body({ reason: short, last: maybe(logEnd) }),
};

/** By type, for what leaders and the office write. */
const DECIDED: Readonly<Record<string, Check>> = {
  "log.gap": body({ dev: id, ep: position, first: position, last: position, reason: long }),
  assign: body({ assignment: id, version: position, inspector: id }),
  recuse: body({ inspector: id, reason: long }),
  substitute: body({ leaves: id, enters: id, reason: long }),
  handover: body({ leader: id }),
  "device.bind": body({ dev: id, inspector: id }),
  "device.revoke": body({ dev: id, reason: long }),
  "ck.publish": body({ ck }),
  "ck.pin": body({ ck }),
  "visit.link": link,
  "visit.unlink": link,
  resolve,
  admit: admission,
  exclude: admission,
  publish: body({ set: hash, fold: short, state: hash }),
  amend: body({ publication: short, reason: long }),
  "erase.body": body({ targets: list(hash, 200, 1), ground: long }),
};

/** Whether leaders and the office write this type. */
export function isDecision(type: string): boolean {
  return Object.hasOwn(DECIDED, type);
}

/** Whether inspectors' devices write this type. */
export function isStated(type: string): boolean {
  return Object.hasOwn(STATED, type);
}

/** Whether a body of this type is usable; false for a type that nobody knows. */
export function isBody(type: string, value: unknown): boolean {
  const check = isStated(type) ? STATED[type] : isDecision(type) ? DECIDED[type] : undefined;
  return check !== undefined && check(value);
}
