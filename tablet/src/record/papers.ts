/** Signatures and refusals: the record is signed for the object, or it says why not and who witnessed it. */
import type { MediaAdd, Refusal, SignatureBody, VisitCard } from "@contract";
import { fateOf } from "./answers";
import type { Intake, Said } from "./intake";
import { bodyOf, ruleOn } from "./rulings";
import type { Resolves, Ruling } from "./rulings";
import type { Point, Scheme } from "./scheme";
import type { Standing } from "./standing";
import type { Supersession } from "./supersession";
import type { Vouching } from "./vouching";

/** What a `resolve` names as its item when it decides between a signature and a refusal to sign. */
export const SIGNATURE_TOPIC = "signature";

export type RefusalState = "stands" | "awaiting-witness" | "awaiting-attestation" | "not-counted";

export interface RefusalTold {
  readonly said: Said;
  readonly body: Refusal;
  readonly state: RefusalState;
}

export interface SignatureTold {
  readonly said: Said;
  readonly body: SignatureBody;
  readonly counts: boolean;
}

export interface Papers {
  readonly signatures: readonly SignatureTold[];
  readonly refusals: readonly RefusalTold[];
  /** Points that a standing refusal covers. */
  readonly refused: ReadonlySet<Point>;
  /** A signature of the party and its refusal to sign contradict each other, and nobody decided. */
  readonly conflict: boolean;
  /** Nobody signed for the party and no refusal stands. */
  readonly signatureDue: boolean;
}

export interface PaperGround {
  readonly intake: Intake;
  readonly card: VisitCard;
  readonly scheme: Scheme;
  readonly standing: Standing;
  readonly order: Supersession;
  readonly vouching: Vouching;
  readonly concurs: ReadonlyMap<string, readonly Said[]>;
  readonly resolves: Resolves;
}

/** All papers, and whether the duty to have the record signed is met. */
export function papersOf(ground: PaperGround): Papers {
  const signatures = signaturesOf(ground);
  const refusals = refusalsOf(ground);
  const signed = signatures
    .filter((one) => one.counts && one.body.role === "representative")
    .map((one) => one.said.hash);
  const refused = refusals
    .filter((one) => one.state !== "not-counted" && one.body.what === "signature")
    .map((one) => one.said.hash);
  const ruling = rulingOn(signed, refused, ground.resolves);
  const stands = refusals.some((one) => one.state === "stands" && ["signature", "access"].includes(one.body.what));
  const signatureStands = signed.length > 0 && !(ruling.state === "decided" && ruling.value === "refused");
  return {
    signatures,
    refusals,
    refused: refusedPoints(refusals, ground.scheme),
    conflict: isOpen(signed.length > 0 && refused.length > 0, ruling),
    signatureDue: !signatureStands && !stands,
  };
}

function rulingOn(signed: readonly string[], refused: readonly string[], resolves: Resolves): Ruling {
  const heads = new Map<string, string>();
  for (const hash of signed) heads.set(hash, "signed");
  for (const hash of refused) heads.set(hash, "refused");
  const mine = [...resolves.every.values()].filter((one) => bodyOf(one).item === SIGNATURE_TOPIC);
  const allows = (value: string) => value === "signed" || value === "refused";
  return ruleOn({ heads, disputes: new Set(), allValues: heads, allows }, mine, resolves);
}

function isOpen(contradict: boolean, ruling: Ruling): boolean {
  if (ruling.state === "contradictory") return true;
  return ruling.state === "decided" ? ruling.how === "re-inspect" : contradict;
}

function signaturesOf({ intake, standing, order }: PaperGround): SignatureTold[] {
  return intake.of("signature").map((said) => ({
    said,
    body: said.body as unknown as SignatureBody,
    counts: fateOf(said, standing, order) === "current",
  }));
}

/**
 * Every refusal and whether it stands: it needs a witness, a recording or the second inspector's concurrence (what
 * exactly says the rule-set), and as many vouching inspectors as the rule-set says. A second inspector concurs by
 * `concur`, or by an entry of his own that states the same refusal.
 */
function refusalsOf(ground: PaperGround): RefusalTold[] {
  const { intake, card, standing, order, vouching, concurs } = ground;
  const said = intake.of("refusal");
  if (said.length === 0) return [];
  const recordings = recordingsOf(intake, standing);
  const current = said.filter((one) => fateOf(one, standing, order) === "current");
  return said.map((one) => {
    const body = one.body as unknown as Refusal;
    if (!current.includes(one)) return { said: one, body, state: "not-counted" };
    const peers = current.filter((peer) => peer.ins !== one.ins && isSameThing(peer, one));
    const explicit = (concurs.get(one.hash) ?? []).map((concur) => concur.ins);
    const vouchers = new Set(explicit);
    for (const peer of [one, ...peers]) for (const ins of vouching.by.get(peer.hash) ?? []) vouchers.add(ins);
    const concurred = explicit.length + peers.length > 0;
    const recorded = (body.media ?? []).some((digest) => recordings.has(digest));
    if (!isWitnessed(one, body, concurred, recorded, card)) return { said: one, body, state: "awaiting-witness" };
    return { said: one, body, state: vouchers.size >= card.refusal_vouchers ? "stands" : "awaiting-attestation" };
  });
}

function isWitnessed(said: Said, body: Refusal, concurred: boolean, recorded: boolean, card: VisitCard): boolean {
  if (card.witness === "never") return true;
  // The author cannot be his own witness.
  const named = !!body.witness && (!body.witness.inspector || body.witness.inspector !== said.ins);
  return named || recorded || (card.witness === "when_necessary" && concurred);
}

function isSameThing(one: Said, other: Said): boolean {
  const [a, b] = [one.body as unknown as Refusal, other.body as unknown as Refusal];
  return a.what === b.what && (a.item ?? null) === (b.item ?? null);
}

/** The digests of sound and moving pictures that counted entries of this record add. */
function recordingsOf(intake: Intake, standing: Standing): Set<string> {
  const found = new Set<string>();
  for (const said of intake.of("photo.add", "document.add")) {
    if (!standing.counts(said.hash)) continue;
    const { digest, mime } = said.body as unknown as MediaAdd;
    if (mime.startsWith("audio/") || mime.startsWith("video/")) found.add(digest);
  }
  return found;
}

function refusedPoints(refusals: readonly RefusalTold[], scheme: Scheme): Set<Point> {
  const found = new Set<Point>();
  for (const { said, body, state } of refusals) {
    if (state !== "stands" || body.what === "signature") continue;
    if (body.what === "access" && !body.item) for (const point of scheme.points) found.add(point);
    const named = scheme.place(said.header.ck, body.item);
    if (named) found.add(named);
  }
  return found;
}
