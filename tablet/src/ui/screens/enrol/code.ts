/** The one-time code of the office, as people type it and as its QR code says it. */

/** How many characters a code has. */
export const CODE_LENGTH = 16;

/** The code in what somebody typed: capitals, no spaces and lines. Digits that base32 lacks are letters misread. */
export function codeOf(typed: string): string {
  return typed
    .toUpperCase()
    .replace(/[\s\-–—_.]/g, "")
    .replace(/0/g, "O")
    .replace(/1/g, "I")
    .replace(/8/g, "B");
}

/** In groups of four, for reading. */
export function grouped(code: string): string {
  return code.replace(/(.{4})(?=.)/g, "$1 ");
}

/** What is wrong with a code, as the end of a key `enrol.code_…`; null when it may be one. */
export function codeFault(code: string): "short" | "wrong" | null {
  if (/[^A-Z2-7]/.test(code)) return "wrong";
  return code.length === CODE_LENGTH ? null : "short";
}

/** What an invitation's QR code says; null for any other QR code. A bare code is one, too. */
export function invitationOf(text: string): { readonly server: string | null; readonly code: string } | null {
  const bare = codeOf(text);
  if (codeFault(bare) === null) return { server: null, code: bare };
  if (!text.startsWith("fieldcheck://enrol?")) return null;
  const told = new URLSearchParams(text.slice(text.indexOf("?") + 1));
  const code = told.get("code") ?? "";
  const server = told.get("server");
  if (server === null || codeFault(code) !== null) return null;
  return { server, code };
}

/** Whether an invitation is for the server that this page came from; one that names no server is for any. */
export function isFor(server: string | null, origin: string): boolean {
  if (server === null) return true;
  try {
    return new URL(server).origin === origin;
  } catch {
    return false;
  }
}
