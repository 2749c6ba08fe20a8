/** The record of a visit from everything known of it here: the server's fold (sync.md §2.11), for looking at. */
import type { VisitCard } from "@contract";
import { gather, invalidBecause, stancesOf } from "./answers";
import { classify, resolvesByPoint, UNDECIDED } from "./classes";
import type { Around } from "./classes";
import { frozenCorrections, releasedBy, shownWith, signedParts } from "./frozen";
import type { Shown } from "./frozen";
import { takeIn } from "./intake";
import type { Intake, Memory, Said } from "./intake";
import { logsOf } from "./logs";
import type { Logs } from "./logs";
import { obstaclesOf } from "./obstacles";
import { papersOf } from "./papers";
import type { Papers } from "./papers";
import { besideOf, pointView, remarksOf } from "./points";
import type { Beside } from "./points";
import type { Resolves } from "./rulings";
import { schemeOf } from "./scheme";
import type { Point, Scheme } from "./scheme";
import { weigh, without } from "./standing";
import type { Standing } from "./standing";
import { evidenceOf, presenceOf, refusalsShown, shownNow, signaturesShown, submissionOf } from "./evidence";
import { RESOLUTIONS, STATEMENTS, supersede, VOUCHES } from "./supersession";
import type { Supersession } from "./supersession";
import type { PointView, RecordSources, RecordView } from "./view";
import { lossesOf, proofsOf, vouch } from "./vouching";
import type { Proofs, Vouching } from "./vouching";

/** What was found before: give the same one again, and only what is new is read. Holds bodies: drop it with the lock. */
export interface RecordMemory {
  readonly entries: Memory;
  readonly proofs: Proofs;
  scheme: {
    readonly card: VisitCard;
    readonly checklists: RecordSources["checklists"];
    readonly scheme: Scheme;
  } | null;
}

/** A memory for one visit. */
export function recordMemory(): RecordMemory {
  return { entries: new Map(), proofs: new Map(), scheme: null };
}

/** What the parts of a record are built on: who counts, what replaces what, who vouches for what. */
interface Ground {
  readonly given: RecordSources;
  readonly intake: Intake;
  readonly scheme: Scheme;
  readonly standing: Standing;
  readonly statements: Supersession;
  readonly vouches: Supersession;
  readonly vouching: Vouching;
  readonly resolves: Resolves;
  readonly shown: ReadonlyMap<string, Shown>;
  readonly signed: ReadonlySet<string>;
  readonly frees: (point: Point, said: Said) => boolean;
  readonly beside: Beside;
  readonly logs: Logs;
}

/**
 * The record. Pure but for `memory`, and the order in which entries came changes nothing but how histories are listed.
 * Entries are taken for checked: hash, signature and strict JSON are the device's business.
 */
export function recordOf(given: RecordSources, memory: RecordMemory = recordMemory()): RecordView {
  const ground = groundOf(given, memory);
  const papers = papersFrom(ground);
  const points = pointsOf(ground, papers);
  return viewOf(ground, papers, points);
}

function groundOf(given: RecordSources, memory: RecordMemory): Ground {
  const { card } = given;
  const scheme = schemeFrom(given, memory);
  const intake = takeIn(given, memory.entries);
  const logs = logsOf(intake.places);
  const first = weigh(intake, card);
  const proven = proofsOf(intake, logs, first, memory.proofs);
  const shown = shownWith(intake, proven, logs, first, memory.proofs);
  const signed = signedParts(intake, shown, first);
  const frozen = frozenCorrections(intake, signed, card, scheme, first);
  const standing = without(first, frozen, "signed-part");
  const counts = (one: { readonly hash: string }) => standing.counts(one.hash);
  const valid = (one: { readonly hash: string }) => {
    const said = intake.said.get(one.hash);
    return counts(one) && (!said || invalidBecause(said, scheme) === null);
  };
  const vouches = supersede(intake, VOUCHES, counts);
  const every = intake.of("resolve").filter(counts);
  return {
    given,
    intake,
    scheme,
    standing,
    statements: supersede(intake, STATEMENTS, valid),
    vouches,
    vouching: vouch(proven, logs, standing, vouches, lossesOf(intake, standing)),
    resolves: {
      every: new Map(every.map((one) => [one.hash, one])),
      order: supersede(intake, RESOLUTIONS, counts, false),
    },
    shown,
    signed,
    frees: releasedBy(card, scheme),
    beside: besideOf(intake, scheme, standing),
    logs,
  };
}

function schemeFrom(given: RecordSources, memory: RecordMemory): Scheme {
  const before = memory.scheme;
  if (before?.card === given.card && before.checklists === given.checklists) return before.scheme;
  const scheme = schemeOf(given.card, given.checklists);
  memory.scheme = { card: given.card, checklists: given.checklists, scheme };
  return scheme;
}

function papersFrom(ground: Ground): Papers {
  const { intake, scheme, standing, statements: order, vouching, resolves } = ground;
  const concurs = stancesOf(intake, standing, order, "concur");
  return papersOf({ intake, card: ground.given.card, scheme, standing, order, vouching, concurs, resolves });
}

function pointsOf(ground: Ground, papers: Papers): PointView[] {
  const { given, intake, scheme, standing, statements: order, beside, resolves } = ground;
  const told = gather(intake, scheme, standing, order);
  const around: Around = {
    concurs: stancesOf(intake, standing, order, "concur"),
    disputes: stancesOf(intake, standing, order, "dispute"),
    vouching: ground.vouching,
    refused: papers.refused,
    pictured: new Set(beside.photos.keys()),
    noted: new Set(beside.notes.keys()),
  };
  const rulings = resolvesByPoint(resolves, told);
  const remarks = remarksOf(given.card, scheme);
  const { signed, frees } = ground;
  const shown = { intake, card: given.card, me: given.me, beside, remarks, signed, frees };
  return [...told].map(([point, statements]) => {
    const classed = classify(point, statements, rulings.get(point) ?? [], around, resolves);
    return pointView(point, statements, classed, shown);
  });
}

function viewOf(ground: Ground, papers: Papers, points: readonly PointView[]): RecordView {
  const { given, intake, scheme, standing } = ground;
  const signatures = signaturesShown(papers, intake, standing, ground.shown);
  const refusals = refusalsShown(papers);
  const { arrived, left } = presenceOf(intake, standing, given.me);
  const { notices, photos } = evidenceOf(intake, standing, given.me);
  const mended = (point: PointView) => point.own !== null && isNewer(point.own.hash, given.card, intake);
  const lacking = scheme.lacking;
  const served = notices.length > 0;
  return {
    points,
    answered: points.filter((one) => !one.missing.includes("answer")).length,
    asked: points.length,
    conflicts: points.filter((one) => UNDECIDED.has(one.state)).length + (papers.conflict ? 1 : 0),
    arrived,
    left,
    notices,
    signatures,
    refusals,
    photos,
    submitted: submissionOf(intake, standing, ground.vouches, given.me),
    vouched: [...ground.vouching.inspectors].sort(),
    obstacles: obstaclesOf({ points, papers, signatures, refusals, arrived, served, lacking, mended }),
    shown: shownNow(intake, ground.logs),
  };
}

function isNewer(hash: string, card: VisitCard, intake: Intake): boolean {
  const vseq = intake.said.get(hash)?.vseq ?? null;
  return vseq === null || vseq > Math.max(0, ...(card.returned ?? []).map((one) => one.through ?? 0));
}
