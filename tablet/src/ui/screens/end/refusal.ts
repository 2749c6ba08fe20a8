/** The form of a refusal: what may be said, what is still lacking, and what is handed to the tablet. Pure. */
import type { NotSigned, RefusedThing, VisitCard } from "@contract";
import type { Tablet } from "../../../app/tablet";

/** Who or what saw it. */
export type WitnessKind = "none" | "inspector" | "person" | "recording";

/** The form as it is filled in; empty texts are what nobody filled in. */
export interface RefusalForm {
  readonly what: RefusedThing;
  readonly outcome: NotSigned;
  readonly reason: string;
  readonly text: string;
  readonly name: string;
  readonly role: string;
  readonly unknown: boolean;
  readonly witness: WitnessKind;
  /** Id of the second inspector. */
  readonly inspector: string;
  readonly person: string;
  readonly contact: string;
  /** Digest of a recording of this visit. */
  readonly recording: string;
  /** Code of the check point, for an answer or a document. */
  readonly item: string;
}

export const EMPTY_REFUSAL: RefusalForm = {
  what: "signature",
  outcome: "refused",
  reason: "",
  text: "",
  name: "",
  role: "",
  unknown: false,
  witness: "none",
  inspector: "",
  person: "",
  contact: "",
  recording: "",
  item: "",
};

/** The refusal that a verb of the tablet takes. */
export type Refusal = Parameters<Tablet["refuse"]>[1];

const REASONS: Readonly<Record<NotSigned | Exclude<RefusedThing, "signature">, readonly string[]>> = {
  refused: ["disagrees", "no_reason", "not_authorised", "other"],
  unable: ["cannot_write", "cannot_read", "other"],
  absent: ["left", "nobody", "other"],
  access: ["no_reason", "recusal_asked", "obstructed", "other"],
  answer: ["no_reason", "not_authorised", "other"],
  document: ["no_reason", "not_here", "not_authorised", "other"],
};

/** The codes from which the reason is chosen. No rule-set lists any: these are this app's. */
export function reasonsFor(what: RefusedThing, outcome: NotSigned): readonly string[] {
  return REASONS[what === "signature" ? outcome : what];
}

/** Standard sentences (keys of the catalogue) for what is refused. */
export function phrasesFor(what: RefusedThing, outcome: NotSigned): readonly string[] {
  const about = what === "signature" ? outcome : what;
  return [1, 2].map((n) => `refusal.phrase_${about}_${n}`);
}

/** What is still lacking, as keys of the catalogue. Empty: it can be recorded. */
export function flawsOf(form: RefusalForm, card: VisitCard, me: string): readonly string[] {
  const flaws: string[] = [];
  if (!reasonsFor(form.what, form.outcome).includes(form.reason)) flaws.push("refusal.flaw_reason");
  if (form.text.trim() === "") flaws.push("refusal.flaw_text");
  if (!form.unknown && form.name.trim() === "") flaws.push("refusal.flaw_by");
  if (form.witness === "none" && card.witness === "required") flaws.push("refusal.flaw_witness");
  if (form.witness === "inspector" && (form.inspector === "" || form.inspector === me))
    flaws.push("refusal.flaw_inspector");
  if (form.witness === "person" && form.person.trim() === "") flaws.push("refusal.flaw_person");
  if (form.witness === "recording" && form.recording === "") flaws.push("refusal.flaw_recording");
  return flaws;
}

/** What it still needs after it is recorded, as keys of the catalogue. */
export function stillNeeded(form: RefusalForm, card: VisitCard): readonly string[] {
  const needs: string[] = [];
  if (form.witness === "none" && card.witness === "when_necessary") needs.push("refusal.needs_concur");
  if (card.refusal_vouchers > 0) needs.push("refusal.needs_vouchers");
  return needs;
}

/** The refusal. `paper`: the digest of the record that was shown all the same; null when nobody was shown any. */
export function refusalOf(form: RefusalForm, paper: string | null): Refusal {
  const media = [...(form.witness === "recording" ? [form.recording] : []), ...(paper ? [paper] : [])];
  const role = form.role.trim();
  const about = form.what === "answer" || form.what === "document";
  return {
    what: form.what,
    ...(form.what === "signature" ? { outcome: form.outcome } : {}),
    reasonCode: form.reason,
    text: form.text.trim(),
    by: { ...(form.unknown ? { unknown: true } : { name: form.name.trim() }), ...(role ? { role } : {}) },
    ...witnessOf(form),
    ...(media.length > 0 ? { media } : {}),
    ...(about && form.item ? { item: form.item } : {}),
  };
}

function witnessOf(form: RefusalForm): Pick<Refusal, "witness"> {
  if (form.witness === "inspector") return { witness: { inspector: form.inspector } };
  if (form.witness !== "person") return {};
  const contact = form.contact.trim();
  return { witness: { name: form.person.trim(), ...(contact ? { contact } : {}) } };
}
