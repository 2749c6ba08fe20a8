/** Whether what an inspector shows is still good, as far as this tablet can know. The party's phone decides for itself. */
import type { CredentialCertificate } from "@contract";

/** A credential that ends within so many ms is told of before it ends. */
const SOON = 3 * 3600_000;

export interface Lapse {
  readonly state: "good" | "soon" | "expired";
  /** Nobody has told this tablet how far its clock is off: what is said goes by it alone. */
  readonly guessed: boolean;
}

/** The office's time as far as it is known: the tablet's clock, put right by what it is off. */
export function officeNow(clock: number, clockOff: number | null): number {
  return clock - (clockOff ?? 0);
}

/** How a credential stands that is good until `expires` (ISO 8601). One without a readable end is never called good. */
export function lapseOf(expires: string, clock: number, clockOff: number | null): Lapse {
  const left = Date.parse(expires) - officeNow(clock, clockOff);
  const state = left > SOON ? "good" : left > 0 ? "soon" : "expired";
  return { state, guessed: clockOff === null };
}

/** The end of a day ("2028-06-30") in Beijing. */
function endOf(day: string): number {
  return Date.parse(`${day}T24:00:00+08:00`);
}

/** Whether somebody may show a certificate: in use, begun, and not yet over. */
export function mayShow(one: CredentialCertificate, clock: number, clockOff: number | null): boolean {
  const now = officeNow(clock, clockOff);
  const begun = one.valid_from === null || Date.parse(`${one.valid_from}T00:00:00+08:00`) <= now;
  return one.status === "valid" && begun && endOf(one.valid_until) > now;
}
