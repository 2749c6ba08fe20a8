/**
 * What is still to do before the own part ends. What only this inspector can mend, and always can, blocks; what the
 * partner's tablet may hold already, what a place may make impossible and what a leader decides is said and no more.
 */
import type { Papers } from "./papers";
import type { PointView, RecordView } from "./view";

type Obstacle = RecordView["obstacles"][number];

export interface ObstacleGround {
  readonly points: readonly PointView[];
  readonly papers: Papers;
  readonly signatures: RecordView["signatures"];
  readonly refusals: RecordView["refusals"];
  readonly arrived: boolean;
  readonly served: boolean;
  readonly lacking: readonly string[];
  /** Whether this inspector wrote something of a point since it was sent back. */
  readonly mended: (point: PointView) => boolean;
}

export function obstaclesOf(ground: ObstacleGround): Obstacle[] {
  const { points, papers } = ground;
  const found: Obstacle[] = [];
  const say = (key: string, blocks: boolean, concerned: readonly PointView[]) => {
    if (concerned.length > 0) found.push({ key: `record.${key}`, blocks, points: concerned.map((one) => one.key) });
  };
  const tell = (key: string, blocks: boolean, holds: boolean) => {
    if (holds) found.push({ key: `record.${key}`, blocks, points: [] });
  };
  const lacks = (what: PointView["missing"][number]) => points.filter((one) => one.missing.includes(what));
  const unanswered = lacks("answer");
  const uncommented = lacks("comment");

  tell("not_arrived", true, !ground.arrived);
  say("each_unanswered", true, unanswered.filter(isForEach));
  say("comment_missing", true, uncommented.filter(isOwnFault));
  say(
    "unanswered",
    false,
    unanswered.filter((one) => !isForEach(one)),
  );
  say(
    "partner_comment_missing",
    false,
    uncommented.filter((one) => !isOwnFault(one)),
  );
  say("photo_missing", false, lacks("photo"));
  say("self_conflict", false, inState(points, "self_conflict"));
  say("conflict", false, inState(points, "conflict", "reopened", "rulings_differ"));
  say("disputed", false, inState(points, "disputed"));
  say("reinspect", false, inState(points, "reinspect"));
  say(
    "returned_unmended",
    false,
    points.filter((one) => one.remark !== null && !ground.mended(one)),
  );
  tell("checklist_lacking", false, ground.lacking.length > 0);
  tell("notice_not_served", false, !ground.served);
  tell("signature_due", false, papers.signatureDue && papers.refusals.every((one) => one.state === "not-counted"));
  tell(
    "signature_stale",
    false,
    ground.signatures.some((one) => one.stale),
  );
  tell("signature_contradicted", false, papers.conflict);
  tell(
    "refusal_unwitnessed",
    false,
    ground.refusals.some((one) => !one.witnessed),
  );
  return found;
}

const isForEach = (one: PointView) => one.item.policy === "each";
const isOwnFault = (one: PointView) => one.own?.value === "no" && !one.own.comment;

function inState(points: readonly PointView[], ...states: readonly PointView["state"][]): PointView[] {
  return points.filter((one) => states.includes(one.state));
}
