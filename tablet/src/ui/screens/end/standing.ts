/** How far signatures and submissions are, read from what is known of a visit here. Pure. */
import type { Ink, TeamMemberCard } from "@contract";
import type { EntryShown, VisitView } from "../../../app/tablet";

/** Where one inspector of the team stands, as far as this tablet knows. */
export interface MemberStanding {
  readonly member: TeamMemberCard;
  readonly own: boolean;
  readonly signed: boolean;
  readonly submitted: boolean;
}

/** A signature with what its entry says. */
export interface SignatureShown {
  readonly hash: string;
  readonly role: string;
  readonly name: string;
  readonly position: string | null;
  /** Digest of the paper that was shown. */
  readonly doc: string | null;
  readonly ink: Ink | null;
  readonly inspector: string | null;
  readonly wall: number | null;
  /** A signed statement was changed after it. */
  readonly stale: boolean;
}

/** A refusal with what its entry says. */
export interface RefusalShown {
  readonly hash: string;
  readonly what: string;
  readonly outcome: string;
  readonly reason: string;
  readonly text: string;
  readonly by: string;
  readonly inspector: string | null;
  readonly own: boolean;
  readonly witnessed: boolean;
  readonly stands: boolean;
  /** This inspector has said that he saw it, too. */
  readonly concurred: boolean;
}

type Body = Readonly<Record<string, unknown>>;

/** Every signature that counts, in the order of the record. */
export function signaturesOf(view: VisitView): SignatureShown[] {
  const entries = byHash(view);
  return view.record.signatures.map((one) => {
    const entry = entries.get(one.hash);
    const body: Body = entry?.body ?? {};
    return {
      ...one,
      position: textOf(body["position"]),
      doc: textOf(body["doc"]),
      ink: inkIn(body["ink"]),
      inspector: entry?.inspector ?? null,
      wall: entry?.wall ?? null,
    };
  });
}

/** Every refusal that counts. */
export function refusalsOf(view: VisitView): RefusalShown[] {
  const entries = byHash(view);
  const concurred = new Set(
    standing(view)
      .filter((one) => one.own && one.type === "concur")
      .flatMap((one) => listOf(one.body?.["targets"])),
  );
  return view.record.refusals.map((one) => {
    const entry = entries.get(one.hash);
    const by = entry?.body?.["by"];
    const person: Body = typeof by === "object" && by !== null ? (by as Body) : {};
    return {
      hash: one.hash,
      what: one.what,
      outcome: one.outcome,
      reason: textOf(entry?.body?.["reason_code"]) ?? "",
      text: textOf(entry?.body?.["text"]) ?? "",
      by: [textOf(person["name"]), textOf(person["role"])].filter(Boolean).join(" "),
      inspector: entry?.inspector ?? null,
      own: entry?.own ?? false,
      witnessed: one.witnessed,
      stands: one.stands,
      concurred: concurred.has(one.hash),
    };
  });
}

/** The team, and who has signed and submitted. What a partner did since the last sync is not known here. */
export function teamOf(view: VisitView, me: string): MemberStanding[] {
  const signatures = signaturesOf(view).filter((one) => one.role === "inspector" && !one.stale);
  const submits = standing(view).filter((one) => one.type === "submit");
  return [...view.card.team]
    .sort((one, other) => one.slot - other.slot)
    .map((member) => {
      const own = member.inspector === me;
      return {
        member,
        own,
        signed: signatures.some((one) => one.inspector === member.inspector),
        submitted: own ? view.record.submitted !== null : submits.some((one) => one.inspector === member.inspector),
      };
    });
}

/** The party's newest signature; null without any. */
export function partySignature(view: VisitView): SignatureShown | null {
  return signaturesOf(view).findLast((one) => one.role === "representative") ?? null;
}

/** Whether the party signed, or the record says why it did not. */
export function partySettled(view: VisitView): boolean {
  const signed = partySignature(view);
  if (signed && !signed.stale) return true;
  return view.record.refusals.some((one) => one.what === "signature" || one.what === "access");
}

/** Own signature as an inspector that still covers what is stated; null without any. */
export function ownSignature(view: VisitView, me: string): SignatureShown | null {
  return signaturesOf(view).findLast((one) => one.role === "inspector" && one.inspector === me && !one.stale) ?? null;
}

/** Recordings of this visit: what may stand for a witness. */
export function recordingsOf(view: VisitView): VisitView["record"]["photos"] {
  return view.record.photos.filter((one) => one.mime.startsWith("audio/") || one.mime.startsWith("video/"));
}

/** Entries that the server did not refuse and that nothing later of their author replaced. */
function standing(view: VisitView): EntryShown[] {
  const gone = new Set(view.history.flatMap((one) => (one.custody === "refused" ? [] : one.over)));
  return view.history.filter((one) => one.custody !== "refused" && !gone.has(one.hash));
}

function byHash(view: VisitView): ReadonlyMap<string, EntryShown> {
  return new Map(view.history.map((one) => [one.hash, one]));
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** Ink that can be drawn; a partner's may be anything. */
function inkIn(value: unknown): Ink | null {
  if (typeof value !== "object" || value === null) return null;
  const { width, height, strokes } = value as Partial<Ink>;
  const sound =
    typeof width === "number" &&
    typeof height === "number" &&
    Array.isArray(strokes) &&
    strokes.every(
      (stroke: unknown) =>
        Array.isArray(stroke) &&
        stroke.every((point: unknown) => Array.isArray(point) && point.slice(0, 2).every(Number.isFinite)),
    );
  return sound ? (value as Ink) : null;
}
