/** What stands beside the check points: presence, notices, files, papers, submissions, and what is known altogether. */
import type { MediaAdd, NoticeServe, PhotoAnnotate } from "@contract";
import { entrySetDigest } from "../wire/digests";
import type { Shown } from "./frozen";
import type { Intake, Said } from "./intake";
import type { Logs } from "./logs";
import { inOrder } from "./order";
import type { Papers } from "./papers";
import type { Standing } from "./standing";
import type { Supersession } from "./supersession";
import type { RecordView } from "./view";

/** Whether this inspector arrived, and left every place at which he arrived; paired by logs, no clock pairs anything. */
export function presenceOf(intake: Intake, standing: Standing, me: string): { arrived: boolean; left: boolean } {
  const last = new Map<string, Said>();
  let arrived = false;
  for (const said of intake.of("arrive", "leave")) {
    if (said.ins !== me || !standing.counts(said.hash)) continue;
    arrived ||= said.kind === "arrive";
    const { dev, ep, seq } = said.header;
    const before = last.get(dev);
    if (!before || before.header.ep < ep || (before.header.ep === ep && before.header.seq < seq)) last.set(dev, said);
  }
  return { arrived, left: last.size > 0 && [...last.values()].every((said) => said.kind === "leave") };
}

/** Servings of the notice, photos and documents that count, in the order in which people read. */
export function evidenceOf(intake: Intake, standing: Standing, me: string): Pick<RecordView, "notices" | "photos"> {
  const counts = (said: Said) => standing.counts(said.hash);
  const notices = intake.of("notice.serve").filter(counts);
  const files = intake.of("photo.add", "document.add").filter(counts);
  return {
    notices: notices.sort(inOrder).map((said) => {
      const { number, how } = said.body as unknown as NoticeServe;
      return { number, how, hash: said.hash };
    }),
    photos: files.sort(inOrder).map((said) => {
      const { digest, mime, item, caption } = said.body as unknown as MediaAdd;
      return { digest, mime, item: item ?? null, caption: caption ?? null, own: said.ins === me };
    }),
  };
}

/** Signatures that count. `stale`: something that the record rests on is not among what was shown with it. */
export function signaturesShown(
  papers: Papers,
  intake: Intake,
  standing: Standing,
  shown: ReadonlyMap<string, Shown>,
): RecordView["signatures"] {
  const counted = papers.signatures.filter((one) => one.counts).sort((a, b) => inOrder(a.said, b.said));
  if (counted.length === 0) return [];
  const own = new Set(papers.signatures.map((one) => one.body.doc));
  const content = intake.of(...CONTENT).filter((said) => standing.counts(said.hash) && isContent(said, own));
  return counted.map(({ said, body }) => {
    const seen = shown.get(said.hash)?.entries;
    const stale = content.some((one) => !seen?.has(one.hash));
    return { role: body.role, name: body.name, hash: said.hash, stale };
  });
}

/** Refusals that count. */
export function refusalsShown(papers: Papers): RecordView["refusals"] {
  return papers.refusals
    .filter((one) => one.state !== "not-counted")
    .sort((a, b) => inOrder(a.said, b.said))
    .map(({ said, body, state }) => ({
      what: body.what,
      outcome: body.outcome ?? "refused",
      item: body.item ?? null,
      hash: said.hash,
      witnessed: state !== "awaiting-witness",
      stands: state === "stands",
    }));
}

/** The newest own submission that nothing took back. */
export function submissionOf(intake: Intake, standing: Standing, order: Supersession, me: string): string | null {
  const own = intake
    .of("submit")
    .filter((said) => said.ins === me && standing.counts(said.hash) && !order.has(said.hash));
  return own.sort(inOrder).at(-1)?.hash ?? null;
}

/** Everything known of the visit: what a signature names. The digest is taken when somebody asks. */
export function shownNow(intake: Intake, logs: Logs): RecordView["shown"] {
  let digest: string | null = null;
  return {
    get set() {
      digest ??= entrySetDigest(intake.places.map((place) => place.hash));
      return digest;
    },
    heads: [...logs.values()].flatMap((log) => {
      const last = log.at(-1);
      return last ? [{ dev: last.dev, ep: last.ep, seq: last.seq, hash: last.hash }] : [];
    }),
    count: intake.places.length,
  };
}

const CONTENT = ["answer.set", "answer.withdraw", "photo.add", "photo.annotate", "document.add", "note.add", "refusal"];

/** What the record says to the party; the paper that was signed, and what stands about signing, are not. */
function isContent(said: Said, papers: ReadonlySet<string>): boolean {
  const { digest, what } = said.body as unknown as Partial<MediaAdd & PhotoAnnotate> & { what?: string };
  return what !== "signature" && (digest === undefined || !papers.has(digest));
}
