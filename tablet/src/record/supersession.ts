/** What replaces what: `over` names the author's own earlier statements. Arrival orders nothing. */
import type { Bare, Intake } from "./intake";

/** What an inspector may take back or correct, each by any of these. */
export const STATEMENTS: ReadonlySet<string> = new Set([
  "answer.set",
  "answer.withdraw",
  "refusal",
  "signature",
  "concur",
  "dispute",
]);
export const VOUCHES: ReadonlySet<string> = new Set(["attest", "submit", "withdraw"]);
export const ADMISSIONS: ReadonlySet<string> = new Set(["admit", "exclude"]);
export const RESOLUTIONS: ReadonlySet<string> = new Set(["resolve"]);

/** By replaced hash, the hashes that replace it. */
export type Supersession = ReadonlyMap<string, readonly string[]>;

/**
 * Who replaces whom among the entries of a family; `mayReplace` says whose `over` has any effect.
 *
 * A replaced entry still replaces what it named: a chain of corrections has one survivor, and withdrawing a withdrawal
 * brings nothing back. What names a foreign entry, or itself, has no effect there. There are no circles: a header that
 * names a hash was written after what has that hash, and hashes were checked.
 */
export function supersede(
  intake: Intake,
  family: ReadonlySet<string>,
  mayReplace: (one: Bare) => boolean,
  sameAuthor = true,
): Supersession {
  const by = new Map<string, string[]>();
  for (const one of intake.naming) {
    if (!family.has(one.kind) || !mayReplace(one)) continue;
    for (const hash of new Set(one.header.over)) {
      const target = intake.replacing.get(hash);
      if (!target || hash === one.hash || !family.has(target.kind)) continue;
      if (sameAuthor && target.ins !== one.ins) continue;
      const sources = by.get(hash);
      if (sources) sources.push(one.hash);
      else by.set(hash, [one.hash]);
    }
  }
  for (const sources of by.values()) if (sources.length > 1) sources.sort();
  return by;
}
