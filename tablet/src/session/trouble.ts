/** What people are told of what went wrong: a key of the catalogue (`trouble.…`), and the server's code where it gave one. */
import type { ProblemCode } from "@contract";
import { LogBusyError, NoNumberLeftError, NotEnrolledError, UntrustedAnswerError, WrongEntryError } from "../device";
import { Damaged, Locked, NoSuchFile, StorageFull } from "../store/errors";
import { ProblemError, UnreachableError, UnreadableError } from "./problem";

export interface Trouble {
  readonly key: string;
  readonly code: ProblemCode | null;
}

const KEYS: readonly (readonly [new (...given: never[]) => Error, string])[] = [
  [StorageFull, "trouble.storage_full"],
  [Damaged, "trouble.damaged"],
  [NoSuchFile, "trouble.no_such_file"],
  [Locked, "trouble.locked"],
  [NotEnrolledError, "trouble.not_enrolled"],
  [NoNumberLeftError, "trouble.no_number_left"],
  [LogBusyError, "trouble.log_busy"],
  [WrongEntryError, "trouble.wrong_entry"],
  [UntrustedAnswerError, "trouble.untrusted"],
  [UnreachableError, "trouble.unreachable"],
  [UnreadableError, "trouble.unreadable"],
];

/** Codes for which there is a sentence of its own about what the inspector can do. */
const BY_CODE: Readonly<Record<string, string>> = {
  "device-revoked": "trouble.revoked",
  "device-wipe": "trouble.wipe_ordered",
  "client-too-old": "trouble.too_old",
  "upload-quota": "trouble.upload_quota",
  "digest-mismatch": "trouble.file_differs",
  "enrolment-code-invalid": "trouble.enrolment_code",
  "enrolment-proof-invalid": "trouble.enrolment_code",
};

/** The trouble in what was thrown; `trouble.unknown` for what nobody foresaw. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof ProblemError) {
    const code = error.code || null;
    return { key: BY_CODE[error.code] ?? byStatus(error.status), code };
  }
  const found = KEYS.find(([kind]) => error instanceof kind);
  return { key: found?.[1] ?? "trouble.unknown", code: null };
}

function byStatus(status: number): string {
  if (status === 429 || status === 503) return "trouble.server_busy";
  if (status >= 500) return "trouble.server_error";
  return status === 401 || status === 403 ? "trouble.not_let_in" : "trouble.refused";
}
