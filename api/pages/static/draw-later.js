// V-public, the changes after the draw: all listed, written down before their chance, which nobody had seen.

import { hex, sha256, textOf, unhex } from "./draw-hashes.js";
import { pick, same } from "./draw-read.js";

const KINDS = ["swap", "leave", "replace-inspector", "replace-object"];
// Why another object may come in (draw.md §4.10); what is found at the door is a result, never a reason.
const OBJECTS = ["cancelled-before-freeze", "duplicate", "cap-race", "up-after-freeze", "merged-out"];
const RESULTS = ["not-found", "no-such-address", "refused", "closed", "suspended", "moved", "out-of-business"];
const TOLD = ["event", "outcome", "fresh_kind", "fresh", "level"];
const MOST_STEPS = 1000;

export const is32 = (text) => typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
export const isDice = (bytes) => /^[0-9]{20,100}$/.test(textOf(bytes));

/** Whether 1 to 1,000 times tag 36 of a link is the other one (hex). */
export function leadsTo(link, other) {
  let at = link;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    at = sha256(Uint8Array.of(0x36, ...at));
    if (hex(at) === other) return true;
  }
  return false;
}

const settled = (b) => b.json("changes").filter((change) => change.state === "settled");

export const LATER = {
  changes(b) {
    const listed = b.json("changes"), agreed = b.params.substitution.reasons;
    const fits = ({ kind, reason }) => (kind === "replace-object"
      ? OBJECTS.includes(reason) && agreed.includes(reason)
      : KINDS.includes(kind) && reason && !OBJECTS.includes(reason) && !RESULTS.includes(reason));
    const numbers = listed.map((change) => change.seq).sort((one, other) => one - other);
    return listed.every((change) => fits(change) && is32(change.event)) && numbers.every((seq, at) => seq === at + 1);
  },
  settled(b) {
    const of = (kind) => b.events.filter((event) => event.kind === kind), done = of("draw.change_settled"), own = settled(b);
    const asked = new Map(of("draw.link_asked").filter(({ payload }) => Object.hasOwn(payload, "change"))
      .map((event) => [event.payload.change, event]));
    const rest = b.json("changes").filter((change) => change.state !== "settled");
    return done.length === own.length && own.every((change, at) => {
      const { payload, seq } = done[at], before = asked.get(change.seq);
      return payload.change === change.seq && same(pick(payload, TOLD), pick(change, TOLD))
        && before.payload.event === change.event && before.seq < seq;
    }) && rest.every((change) => change.fresh === null && change.outcome === null);
  },
  fresh(b) {
    const known = b.head.contributions.filter((c) => c.kind === "LINK").map((c) => c.value);
    known.push(...b.params.entropy.contributors.map((c) => c.anchor).filter((anchor) => anchor));
    return settled(b).every(({ fresh_kind: kind, fresh, level }) => {
      const value = unhex(fresh), seen = () => known.some((link) => link === fresh || leadsTo(unhex(link), fresh));
      const fit = kind === "DICE" ? isDice(value) : value.length === 32 && (kind === "KEY" || (kind === "LINK" && !seen()));
      if (kind === "LINK") known.push(fresh);
      return fit && level === (kind === "KEY" ? "L0" : "L1");
    });
  },
};
