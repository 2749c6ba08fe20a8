/** How far a visit is: its four steps, and what each still wants. Pure; nothing here decides whether a record is complete. */
import type { VisitView } from "../../../app/tablet";
import { statedOf } from "../door/stated";

export const STEPS = ["door", "list", "evidence", "end"] as const;
export type StepName = (typeof STEPS)[number];

/** One thing that is missing, as a key of `visit.miss_<key>`, and how many of it. */
export interface Missing {
  readonly key: string;
  readonly count: number;
}

export interface Step {
  readonly name: StepName;
  readonly state: "open" | "begun" | "done";
  /** In the order in which it is usually done. */
  readonly missing: readonly Missing[];
}

const one = (key: string): Missing => ({ key, count: 1 });

function stateOf(begun: boolean, missing: readonly Missing[]): Step["state"] {
  if (missing.length === 0) return "done";
  return begun ? "begun" : "open";
}

function door(view: VisitView): Step {
  const stated = statedOf(view);
  const missing: Missing[] = [];
  if (!stated.arrived) missing.push(one("arrival"));
  if (!stated.certificates) missing.push(one("certificates"));
  if (!stated.recording) missing.push(one("recording"));
  if (!stated.recusal) missing.push(one("recusal"));
  else if (stated.recusal.asked && !stated.ruling) missing.push(one("ruling"));
  if (stated.served.length === 0) missing.push(one("notice"));
  return { name: "door", state: stateOf(missing.length < 5, missing), missing };
}

function list(view: VisitView): Step {
  const { points, asked, answered } = view.record;
  const missing: Missing[] = [];
  const unanswered = Math.max(0, asked - answered);
  const comments = points.filter((point) => point.missing.includes("comment")).length;
  if (unanswered > 0) missing.push({ key: "answers", count: unanswered });
  if (comments > 0) missing.push({ key: "comments", count: comments });
  if (view.record.conflicts > 0) missing.push({ key: "conflicts", count: view.record.conflicts });
  return { name: "list", state: stateOf(answered > 0, missing), missing };
}

/** Photos may be enough in number and still lie on this tablet alone: that is told, and is not missing. */
function evidence(view: VisitView): Step {
  const photos = view.record.points.filter((point) => point.missing.includes("photo")).length;
  const missing = photos > 0 ? [{ key: "photos", count: photos }] : [];
  const begun = view.record.photos.length > 0;
  return { name: "evidence", state: begun ? stateOf(true, missing) : "open", missing };
}

function end(view: VisitView): Step {
  const { signatures, refusals, submitted } = view.record;
  const fresh = signatures.filter((signature) => !signature.stale);
  const missing: Missing[] = [];
  const party = fresh.some((signature) => signature.role === "representative");
  const refused = refusals.some((refusal) => refusal.what === "signature" || refusal.what === "access");
  if (!party && !refused) missing.push(one("party"));
  if (!fresh.some((signature) => signature.role === "inspector")) missing.push(one("inspector"));
  if (!submitted) missing.push(one("submission"));
  return {
    name: "end",
    state: stateOf(signatures.length + refusals.length > 0 || submitted !== null, missing),
    missing,
  };
}

/** The four steps in their order. */
export function stepsOf(view: VisitView): readonly Step[] {
  return [door(view), list(view), evidence(view), end(view)];
}

/** The step to go on with: the first that is not done; the end when all are. What was sent back is put right in the list. */
export function nextStep(steps: readonly Step[], state: VisitView["card"]["state"]): StepName {
  if (state === "returned") return "list";
  return steps.find((step) => step.state !== "done" && step.name !== "evidence")?.name ?? "end";
}
