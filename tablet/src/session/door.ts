/** What is shown at a door, and the numbers of notices, kept for a place without a network (docs/native-app.md §15, §16). */
import type { CredentialsAnswer } from "@contract";
import { readCredentials, readNumbers } from "../wire/answers";
import type { Parts } from "./parts";
import { problemOf, UnreadableError } from "./problem";

const NOT_CHANGED = 304;
const NOT_FOUND = 404;
const LARGEST_PHOTO = 1 << 20;

/** Keeps what the inspectors of this tablet show at a visit's door, with their photos. */
export async function fetchCredentials(parts: Parts, visit: string): Promise<CredentialsAnswer> {
  const answer = await parts.channel.json(readCredentials, "GET", `/v1/visits/${visit}/credentials`);
  await parts.device.keepCredentials(visit, answer);
  for (const one of answer.credentials) {
    if (one.photo) await fetchPhoto(parts, visit, one.inspector, one.photo);
  }
  return answer;
}

/** Keeps the small photo of an inspector under the digest of its original, unless it is the one that is kept. */
async function fetchPhoto({ channel, device }: Parts, visit: string, who: string, digest: string): Promise<void> {
  const { store } = device;
  const name = `photo_tag:${digest}`;
  const tag = (await store.copy(digest, "small")) === null ? null : await store.recall(name);
  const path = `/v1/visits/${visit}/team/${who}/photo`;
  const answer = await channel.send("GET", path, { headers: tag === null ? {} : { "If-None-Match": tag } });
  if (answer.status === NOT_CHANGED || answer.status === NOT_FOUND) return;
  if (!answer.ok) throw await problemOf(answer);
  const photo = await answer.blob();
  if (!photo.type.startsWith("image/") || photo.size > LARGEST_PHOTO) throw new UnreadableError(path);
  await store.putCopy(digest, "small", photo);
  await store.remember(name, answer.headers.get("ETag"));
}

/** Keeps the numbers of notices that this tablet may give out; how many are left. Push first, then ask. */
export async function reserveNumbers({ channel, device }: Parts): Promise<number> {
  await device.keepNumbers(await channel.json(readNumbers, "POST", "/v1/notices/numbers"));
  return device.numbersLeft();
}
