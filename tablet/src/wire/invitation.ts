/** What the QR code of an invitation says: `fieldcheck://enrol?server=<address>&code=<code>`. */

/** An invitation to enrol. */
export interface Invitation {
  /** Origin of the server; null when only the code was typed. */
  readonly server: string | null;
  /** 16 letters of base32. */
  readonly code: string;
}

const ADDRESS = "fieldcheck://enrol?";
const CODE = /^[A-Z2-7]{16}$/;

/** The invitation in what was scanned or typed, spaces, hyphens and small letters forgiven; null when it is none. */
export function readInvitation(told: string): Invitation | null {
  const scanned = told.trim();
  if (!scanned.startsWith(ADDRESS)) {
    const code = scanned.replaceAll(/[\s-]/g, "").toUpperCase();
    return CODE.test(code) ? { server: null, code } : null;
  }
  const members = new URLSearchParams(scanned.slice(ADDRESS.length));
  const [server, code] = [members.get("server"), members.get("code")];
  return server !== null && code !== null && CODE.test(code) ? { server, code } : null;
}
