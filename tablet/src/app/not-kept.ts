/** What a verb throws when nothing was written. */
import { troubleOf } from "../session/trouble";
import { NotKept } from "./tablet";

/** As `NotKept` with a key of the catalogue. */
export function notKept(error: unknown): NotKept {
  if (error instanceof NotKept) return error;
  const { key } = troubleOf(error);
  return new NotKept(key === "trouble.unknown" ? "trouble.not_kept" : key, { cause: error });
}
