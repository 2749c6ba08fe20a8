/** Entries as people read them: what was done, by whom, and what became of it. Keys of the catalogue with what is filled in. */
import type { EntryShown, VisitView } from "../../../app/tablet";

/** A key of the catalogue and what stands in it. */
export interface Line {
  readonly key: string;
  readonly given: Readonly<Record<string, string | number>>;
  /** Which of them are keys of the catalogue themselves; the others are what people wrote. */
  readonly keys?: readonly string[];
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
const ANSWERS = ["yes", "no", "not_applicable"];
const HOWS = ["handed_over", "shown", "scanned", "link"];
const ROLES = ["representative", "inspector", "witness"];
const REFUSED = ["access", "answer", "document", "signature"];

/** A line with one word of a closed list: as its key where it is known; new values of the server are shown as they are. */
function withWord(line: Line, name: string, list: readonly string[], prefix: string, value: unknown): Line {
  const said = text(value);
  const known = list.includes(said);
  return { key: line.key, given: { ...line.given, [name]: known ? prefix + said : said }, keys: known ? [name] : [] };
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

type Body = Readonly<Record<string, unknown>>;

/** What entries of a kind say beside it. */
const DETAILS: Readonly<Record<string, (body: Body, point: string) => Line>> = {
  arrive: whereOf,
  leave: whereOf,
  "answer.set": (body, point) => {
    const line = { key: "visit.said_answer", given: { point, comment: text(body.comment) } };
    return withWord(line, "value", ANSWERS, "common.", body.value);
  },
  "answer.withdraw": (body, point) => ({ key: "visit.said_reason", given: { point, reason: text(body.reason) } }),
  "notice.serve": (body) => {
    const line = { key: "visit.said_notice", given: { number: text(body.number) } };
    return withWord(line, "how", HOWS, "visit.how_", body.how);
  },
  signature: (body) => {
    const line = { key: "visit.said_signature", given: { name: text(body.name) } };
    return withWord(line, "role", ROLES, "visit.role_", body.role);
  },
  refusal: (body) => {
    const line = { key: "visit.said_refusal", given: { text: text(body.text) } };
    return withWord(line, "what", REFUSED, "visit.refused_", body.what);
  },
};

/** What an entry says beside its kind; null when the kind says all. */
export function detailOf(view: VisitView, entry: EntryShown): Line | null {
  const { body, type } = entry;
  if (body === null) return { key: "visit.said_erased", given: {} };
  const code = text(body.item);
  const point = code && pointOf(view, code);
  const detail = DETAILS[type]?.(body, point);
  if (detail) return detail;
  const words = text(body.text) || text(body.caption) || text(body.reason);
  if (point)
    return { key: words ? "visit.said_point_note" : "visit.said_text", given: { point, text: words || point } };
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
