/** What was stated at the door, read from the entries of a visit: nothing else is asked, so that a partner's tablet agrees. */
import type { EntryShown, VisitView } from "../../../app/tablet";
import { words } from "../../../i18n";

/** The notes of the door, each with its fixed words `door.note_<name>` in both languages. */
export const NOTES = [
  "certificates",
  "recording",
  "recording_objected",
  "recusal_none",
  "recusal_asked",
  "ruling_continue",
  "ruling_stop",
  "notice_words",
] as const;
export type Note = (typeof NOTES)[number];

const LANGS = ["zh", "en"] as const;

/** The words of a note up to the first place that is filled in: they are told apart by these. */
function beginnings(note: Note): readonly string[] {
  return LANGS.map((lang) => words(lang, `door.note_${note}`).split("{", 1)[0] ?? "");
}

/** Longer beginnings first, so that none is taken for a shorter one. */
const KNOWN = NOTES.flatMap((note) => beginnings(note).map((begins) => ({ note, begins }))).sort(
  (a, b) => b.begins.length - a.begins.length,
);

/** Which note of the door a text is; null for any other. */
export function noteOf(text: unknown): Note | null {
  if (typeof text !== "string") return null;
  return KNOWN.find((one) => one.begins !== "" && text.startsWith(one.begins))?.note ?? null;
}

/** What was stated at the door; the newest of its kind each. What the server refused is not counted. */
export interface Stated {
  readonly opened: boolean;
  readonly arrived: EntryShown | null;
  /** Later than the newest arrival: who came back is there again. */
  readonly left: EntryShown | null;
  readonly certificates: EntryShown | null;
  readonly recording: EntryShown | null;
  /** The party's answer to the question, and whether it asked for it. */
  readonly recusal: { readonly entry: EntryShown; readonly asked: boolean } | null;
  /** What the leader decided after the party had asked. */
  readonly ruling: { readonly entry: EntryShown; readonly goOn: boolean } | null;
  readonly served: readonly EntryShown[];
}

/** What was stated at the door of this visit, by anybody of the team; arrival and leaving by this inspector alone. */
export function statedOf(view: VisitView): Stated {
  const said = view.history.filter((one) => one.custody !== "refused" && one.body !== null);
  const mine = said.filter((one) => one.own);
  const note = (...wanted: readonly Note[]) =>
    said.findLast((one) => {
      const kind = one.type === "note.add" && !one.body?.item ? noteOf(one.body?.text) : null;
      return kind !== null && wanted.includes(kind);
    }) ?? null;
  const recusal = note("recusal_none", "recusal_asked");
  const asked = recusal !== null && noteOf(recusal.body?.text) === "recusal_asked";
  const ruling = asked ? note("ruling_continue", "ruling_stop") : null;
  const later = ruling && recusal && said.indexOf(ruling) > said.indexOf(recusal) ? ruling : null;
  const arrived = mine.findLast((one) => one.type === "arrive") ?? null;
  const left = mine.findLast((one) => one.type === "leave") ?? null;
  return {
    opened: mine.some((one) => one.type === "visit.open"),
    arrived,
    left: left && arrived && mine.indexOf(left) > mine.indexOf(arrived) ? left : null,
    certificates: note("certificates"),
    recording: note("recording", "recording_objected"),
    recusal: recusal && { entry: recusal, asked },
    ruling: later && { entry: later, goOn: noteOf(later.body?.text) === "ruling_continue" },
    served: said.filter((one) => one.type === "notice.serve"),
  };
}

/** Whether the party asked for recusal and nobody has decided, or it was granted: nobody goes on then. */
export function halted(stated: Stated): boolean {
  return stated.recusal?.asked === true && stated.ruling?.goOn !== true;
}

/** Whether anything can still be written in a visit: not when it is gone from this tablet or public. */
export function writable(view: VisitView): boolean {
  return view.closed === null && view.card.state !== "published";
}
