/** What may be deleted, and when: bytes of files that the server has, 30 proven days after their visit was published. */
import type { Device } from "../device";
import { forgetGone, goneVisits } from "./gone";

const KEPT_MS = 30 * 86_400_000;
const NAME = "published:";

/** Own entries are never deleted here, nor a file that the server lacks. How many files went. */
export async function tidy(device: Device): Promise<number> {
  const now = await device.provenTime();
  if (now === null) return 0;
  let dropped = 0;
  for (const [visit, since] of await published(device, now)) {
    if (now - since < KEPT_MS) continue;
    const files = await device.store.files({ visit });
    const had = files.filter((one) => one.complete).map((one) => one.digest);
    if (had.length > 0) await device.store.dropFiles(had);
    dropped += had.length;
  }
  await forgetOld(device, now);
  return dropped;
}

/** By visit, when this tablet first heard (in proven time) that it is published. */
async function published(device: Device, now: number): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const [visit, { reason, at }] of await goneVisits(device)) {
    if (reason === "published" && at !== null) found.set(visit, at);
  }
  for (const [visit, card] of await device.visits()) {
    if (card.state !== "published") continue;
    const noted = await device.store.recall(`${NAME}${visit}`);
    if (noted === null) await device.store.remember(`${NAME}${visit}`, String(now));
    found.set(visit, noted === null ? now : Number(noted));
  }
  return found;
}

/** The cards of visits that left long ago, once nothing of them is only here. */
async function forgetOld(device: Device, now: number): Promise<void> {
  for (const [visit, { at }] of await goneVisits(device)) {
    if (at === null || now - at < KEPT_MS) continue;
    const alone = (await device.store.count("own", visit)) + (await device.store.count("refused", visit));
    if (alone === 0 && (await device.store.files({ visit, incomplete: true })).length === 0) {
      await forgetGone(device, visit);
    }
  }
}
