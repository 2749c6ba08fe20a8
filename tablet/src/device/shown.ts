/** What the inspectors of a device show at a visit's door, kept for a place without a network. */
import type { CredentialsAnswer } from "@contract";
import type { LocalStore } from "../store/ports";
import { recalled } from "./memory";

const NAME = "credentials:";

/** Keeps the newest answer; what it replaces is of no use to anybody. */
export function keepCredentials(store: LocalStore, visit: string, answer: CredentialsAnswer): Promise<void> {
  return store.remember(`${NAME}${visit}`, JSON.stringify(answer));
}

/** What was kept of a visit. Whether it has expired says the phone that checks it, not the tablet's clock. */
export function keptCredentials(store: LocalStore, visit: string): Promise<CredentialsAnswer | null> {
  return recalled<CredentialsAnswer>(store, `${NAME}${visit}`);
}

/** The visit is not this device's any more: nobody shows anything of it, and the photos of its team go as well. */
export async function forgetCredentials(store: LocalStore, visit: string): Promise<void> {
  const kept = await keptCredentials(store, visit);
  await store.remember(`${NAME}${visit}`, null);
  if (kept === null) return;
  const photos = kept.credentials.flatMap((one) => (one.photo === null ? [] : [one.photo]));
  const elsewhere = await photosElsewhere(store, visit);
  await store.dropCopies(photos.filter((photo) => !elsewhere.has(photo)));
}

async function photosElsewhere(store: LocalStore, visit: string): Promise<Set<string>> {
  const found = new Set<string>();
  for (const topic of (await store.topics("visit:")).keys()) {
    const other = topic.slice("visit:".length);
    if (other === visit) continue;
    for (const one of (await keptCredentials(store, other))?.credentials ?? []) if (one.photo) found.add(one.photo);
  }
  return found;
}
