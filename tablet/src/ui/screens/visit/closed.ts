/** Why a visit is closed on this tablet, as a key of the catalogue. */

const KNOWN = ["reassigned", "recused", "closed", "published", "erased"];

/** A reason that this app does not know is told as one that the office gave. */
export function closedKey(reason: string): string {
  return KNOWN.includes(reason) ? `visit.closed_${reason}` : "visit.closed_other";
}
