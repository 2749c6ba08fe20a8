/** Canonical JSON (RFC 8785 for values without fractions), and the digests of checklists and cards that are made of it. */
import type { Checklist, ChecklistItem, NumberAnswer, VisitCard } from "@contract";
import { sha256 } from "@noble/hashes/sha2.js";
import { b64url, utf8, type Bytes } from "./bytes";

/**
 * The canonical JSON of a value: names sorted by UTF-16 units, no space, integers only. Members that are undefined are
 * left out. RangeError for what has no canonical form here: a fraction, an unsafe integer, a lone surrogate.
 */
export function canonical(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new RangeError("not a safe integer");
    return String(value === 0 ? 0 : value);
  }
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object") throw new RangeError(`no JSON: ${typeof value}`);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${quoted(name)}:${canonical(member)}`).join(",")}}`;
}

/** The UTF-8 of the canonical JSON. */
export function canonicalBytes(value: unknown): Bytes {
  return utf8(canonical(value));
}

/** What `ck` of a header names: SHA-256 of the canonical JSON of a checklist with all its defaults, base64url. */
export function checklistDigest(checklist: Checklist): string {
  return digest({ source: null, ...given(checklist), title: text(checklist.title), items: checklist.items.map(item) });
}

/** What `rev` of a feed item names for a card. */
export function cardDigest(card: VisitCard): string {
  return digest({
    ...{ rule_set_digest: null, returned_because: null, former: [], deciders: [], linked: [], materials: [] },
    ...given(card),
    returned: (card.returned ?? []).map((one) => ({ through: 0, ...given(one) })),
    object: { code: null, address: null, representative: null, contact: null, ...given(card.object) },
    tasks: card.tasks.map((one) => ({ scheme: null, procedure: null, ...given(one) })),
    team: card.team.map((one) => ({
      ...{ unit: null, ...given(one) },
      certificate: one.certificate ? { issuer: null, valid_until: null, ...given(one.certificate) } : null,
      keys: (one.keys ?? []).map(deviceKey),
    })),
    former: (card.former ?? []).map((one) => ({ ...given(one), keys: (one.keys ?? []).map(deviceKey) })),
  });
}

function digest(value: unknown): string {
  return b64url(sha256(canonicalBytes(value)));
}

function item(told: ChecklistItem): unknown {
  // Members that came later are left out where they say nothing; the older ones are always there.
  const { tenths, photo_required_on_no, number, ...others } = told;
  return {
    ...{ guidance: null, answers: ["yes", "no", "not_applicable"], score: 0, is_key: false, is_veto: false },
    ...{ note_required_on_no: false, photo_required: false, policy: "any" },
    ...given(others),
    ...(tenths ? { tenths } : {}),
    ...(photo_required_on_no ? { photo_required_on_no } : {}),
    ...(number ? { number: numberAnswer(number) } : {}),
    group: told.group ? text(told.group) : null,
    text: text(told.text),
  };
}

function numberAnswer(told: NumberAnswer): unknown {
  return { unit: null, decimals: 0, least: null, most: null, tolerance: "0", ...given(told) };
}

function text(told: { readonly zh: string; readonly en?: string | null }): unknown {
  return { en: null, ...given(told) };
}

function deviceKey(told: object): unknown {
  return { kty: "EC", crv: "P-256", ...given(told) };
}

/** The members that are there: one that is undefined must not hide a default. */
function given<T extends object>(told: T): Partial<T> {
  return Object.fromEntries(Object.entries(told).filter(([, member]) => member !== undefined)) as Partial<T>;
}

function quoted(value: string): string {
  if (/\p{Surrogate}/u.test(value)) throw new RangeError("lone surrogate");
  return JSON.stringify(value);
}
