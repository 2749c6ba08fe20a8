/** Entries as people read them: what was done, by whom, and what became of it. Keys of the catalogue with what is filled in. */
import type { EntryShown, VisitView } from "../../../app/tablet";

/** A key of the catalogue and what stands in it. */
export interface Line {
  readonly key: string;
  readonly given: Readonly<Record<string, string | number>>;
}

const KINDS: Readonly<Record<string, string>> = {
  "visit.open": "opened",
  arrive: "arrived",
  leave: "left",
  "notice.serve": "served",
  "answer.set": "answered",
  "answer.withdraw": "answer_withdrawn",
  "photo.add": "photo",
  "document.add": "document",
  "photo.annotate": "annotated",
  "note.add": "note",
  signature: "signed",
  refusal: "refused",
  concur: "concurred",
  dispute: "disputed",
  attest: "attested",
  submit: "submitted",
  withdraw: "withdrawn",
  resolve: "resolved",
  admit: "admitted",
  exclude: "excluded",
  recuse: "recused",
  substitute: "substituted",
  handover: "handed_over",
  publish: "published",
  amend: "amended",
  "erase.body": "erased",
  "visit.link": "linked",
  "visit.unlink": "unlinked",
};

const text = (value: unknown) => (typeof value === "string" ? value : "");
const VALUES: Readonly<Record<string, string>> = {
  yes: "common.yes",
  no: "common.no",
  not_applicable: "common.not_applicable",
};
const HOWS = ["handed_over", "shown", "scanned", "link"];
const ROLES = ["representative", "inspector", "witness"];
const REFUSED = ["access", "answer", "document", "signature"];

/** A word of a closed list as its key, anything else as it came: new values of the server are shown as they are. */
function word(list: readonly string[], prefix: string, value: unknown): string {
  const said = text(value);
  return list.includes(said) ? `${prefix}${said}` : said;
}

function pointOf(view: VisitView, code: string): string {
  const item = view.record.points.find((point) => point.item.code === code)?.item;
  return item ? `${code} ${item.text.zh}` : code;
}

/** Where somebody was, in metres of accuracy; or why nobody knows. */
function whereOf(body: Readonly<Record<string, unknown>>): Line {
  const position = body.position as { acc_dm?: unknown } | null | undefined;
  const accuracy = typeof position?.acc_dm === "number" ? Math.max(1, Math.round(position.acc_dm / 10)) : null;
  if (accuracy !== null) return { key: "visit.said_position", given: { metres: accuracy } };
  return { key: "visit.said_no_position", given: { why: text(body.no_fix) } };
}

/** What an entry says beside its kind; null when the kind says all. A word that is a key itself is put into words by the screen. */
export function detailOf(view: VisitView, entry: EntryShown): Line | null {
  const { body, type } = entry;
  if (body === null) return { key: "visit.said_erased", given: {} };
  const point = text(body.item) && pointOf(view, text(body.item));
  if (type === "arrive" || type === "leave") return whereOf(body);
  if (type === "answer.set") {
    const value = text(body.value);
    return { key: "visit.said_answer", given: { point, value: VALUES[value] ?? value, comment: text(body.comment) } };
  }
  if (type === "answer.withdraw") return { key: "visit.said_reason", given: { point, reason: text(body.reason) } };
  if (type === "notice.serve") {
    return { key: "visit.said_notice", given: { number: text(body.number), how: word(HOWS, "visit.how_", body.how) } };
  }
  if (type === "note.add")
    return { key: point ? "visit.said_point_note" : "visit.said_text", given: { point, text: text(body.text) } };
  if (type === "signature")
    return {
      key: "visit.said_signature",
      given: { name: text(body.name), role: word(ROLES, "visit.role_", body.role) },
    };
  if (type === "refusal")
    return {
      key: "visit.said_refusal",
      given: { what: word(REFUSED, "visit.refused_", body.what), text: text(body.text) },
    };
  const words = text(body.caption) || text(body.reason);
  if (point) return { key: "visit.said_point_note", given: { point, text: words } };
  return words ? { key: "visit.said_text", given: { text: words } } : null;
}

/** What was done. A type that this app does not know is shown by its name. */
export function kindOf(entry: EntryShown): Line {
  const known = KINDS[entry.type];
  return known ? { key: `visit.did_${known}`, given: {} } : { key: "visit.did_unknown", given: { type: entry.type } };
}

/** The name of who wrote it; null for the office, empty for somebody whose name no card tells any more. */
export function nameOf(view: VisitView, inspector: string | null): string | null {
  if (inspector === null) return null;
  return view.card.team.find((one) => one.inspector === inspector)?.name ?? "";
}

/** What became of an entry, and how much that matters. */
export interface Fate {
  readonly key: string;
  readonly tone: "quiet" | "waiting" | "warning" | "danger";
}

export function fateOf(entry: EntryShown): Fate {
  if (entry.custody === "refused" || entry.verdict === "refused") return { key: "visit.fate_refused", tone: "danger" };
  if (entry.custody === "own") return { key: "visit.fate_own", tone: "waiting" };
  if (entry.verdict === "held") return { key: "visit.fate_held", tone: "warning" };
  if (entry.verdict === "flagged" || entry.reasons.length > 0) return { key: "visit.fate_flagged", tone: "warning" };
  return { key: "visit.fate_kept", tone: "quiet" };
}
