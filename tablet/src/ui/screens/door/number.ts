/** The number of a notice as the office printed it, typed from the paper. */

/** Longer is none (the contract's limit). */
const LONGEST = 60;

/**
 * As it is printed: brackets of any keyboard become 〔 〕, digits and letters of full width plain ones, spaces go.
 * Empty or too long: null.
 */
export function printed(typed: string): string | null {
  const text = typed
    .normalize("NFKC")
    .replace(/\s+/gu, "")
    .replace(/[[(【{［（｛「]/gu, "〔")
    .replace(/[\])】}］）｝」]/gu, "〕");
  return text === "" || text.length > LONGEST ? null : text;
}
