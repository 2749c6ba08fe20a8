/** What a device finds when it checks the signatures of entries that it was told. */
import type { DeviceJwk, EntryLine, ServerJwk, VisitCard } from "@contract";
import type { HeardEntry } from "../store/ports";
import { entrySigned, thumbprint } from "../wire/keys";
import type { Doubt } from "./types";

/** By hash, the entries whose signature does not verify under one of these keys, with the reason. */
export async function doubtful(
  entries: readonly HeardEntry[],
  devices: readonly DeviceJwk[],
  servers: readonly ServerJwk[],
): Promise<Map<string, Doubt>> {
  const known = new Map(devices.map((key) => [thumbprint(key), key]));
  const offices = new Map(servers.map((key) => [key.kid, key]));
  const doubts = new Map<string, Doubt>();
  for (const entry of entries) {
    const line = JSON.parse(entry.line) as EntryLine;
    const key = line.a === "ES256" ? known.get(line.k) : line.a === "EdDSA" ? offices.get(line.k) : undefined;
    if (key === undefined) doubts.set(entry.hash, "unknown-key");
    else if (!(await entrySigned(key, line))) doubts.set(entry.hash, "bad-signature");
  }
  return doubts;
}

/** The keys by which a visit's entries may be signed. */
export function keysOf(card: VisitCard | null): DeviceJwk[] {
  return [...(card?.team ?? []), ...(card?.former ?? [])].flatMap((one) => one.keys ?? []);
}
