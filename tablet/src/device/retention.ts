/**
 * What may be deleted, and when (sync.md P6). Own entries: never one by one. An acknowledged entry is not an archived
 * one; until the server says how long a tablet is to keep what was published, only a wipe deletes them, all at once.
 * Files stay as long as entries name them. Copies of pictures that others took go with the visit that showed them.
 */
import type { EntryLine } from "@contract";
import type { LocalStore } from "../store/ports";

const PICTURES: ReadonlySet<string> = new Set(["photo.add", "document.add", "photo.annotate"]);

/** Deletes the copies of pictures that others took in this visit; inside the step that hides it. */
export async function forgetPictures(store: LocalStore, visit: string): Promise<void> {
  const named = new Set<string>();
  for (const { line } of await store.heard(visit)) {
    for (const digest of picturesOf(JSON.parse(line) as EntryLine)) named.add(digest);
  }
  const others: string[] = [];
  for (const digest of named) if ((await store.file(digest)) === null) others.push(digest);
  if (others.length) await store.dropCopies(others);
}

/** The digests that an entry about pictures names; of a body that cannot be read, none. */
function picturesOf({ p, b }: EntryLine): string[] {
  try {
    const { type } = JSON.parse(p) as { type?: unknown };
    if (b == null || typeof type !== "string" || !PICTURES.has(type)) return [];
    const body = JSON.parse(b) as Record<string, unknown>;
    return [body["digest"], body["of"], body["overlay"]].filter((one) => typeof one === "string");
  } catch {
    return [];
  }
}
