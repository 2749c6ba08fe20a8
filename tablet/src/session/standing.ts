/** How this tablet stands with the office, and what it does when it is told to erase itself (docs/native-app.md §13). */
import type { DeviceSelf, WipeOrder } from "@contract";
import { readSelf, readWiped } from "../wire/answers";
import { compareLogs } from "./compare";
import type { Parts } from "./parts";
import { ProblemError, UnreachableError, UnreadableError } from "./problem";
import { push } from "./push";

const TRIES = "wipe_tries";
const MOST_TRIES = 3;

/** Asks the office. Open to a revoked tablet, too. */
export function standing({ channel }: Parts): Promise<DeviceSelf> {
  return channel.json(readSelf, "GET", "/v1/devices/self");
}

/** How far an order to erase was followed. */
export type Obeyed = "nothing" | "holding" | "erased" | "heard";

/**
 * Does what the office ordered: hands in everything, erases this tablet, says so.
 *
 * `holding`: something is here that nobody else has, and it may not be given up; try again. `erased`: everything is
 * gone, the office has not heard it yet. Safe to repeat after a crash or a lost answer at any point.
 */
export async function obey(parts: Parts, told: DeviceSelf, upload: () => Promise<void>): Promise<Obeyed> {
  const { device } = parts;
  if ((await device.acknowledgement()) === null) {
    const order = told.wipe ?? null;
    if (order === null) return "nothing";
    await handIn(parts, order, upload);
    const held = await device.holding();
    if ((held.entries > 0 || held.files > 0) && !order.also_unsent) return "holding";
    await device.erase(order);
  }
  return (await acknowledge(parts)) ? "heard" : "erased";
}

/** Says that this tablet erased itself, if it did; true when the office heard it and the last trace is gone. */
export async function acknowledge({ channel, device }: Parts): Promise<boolean> {
  const said = await device.acknowledgement();
  if (said === null) return false;
  try {
    await channel.json(readWiped, "POST", "/v1/devices/wiped", { body: JSON.stringify(said) });
  } catch (error) {
    if (isNetwork(error)) return false;
    throw error;
  }
  await device.forgetAll();
  return true;
}

async function handIn(parts: Parts, order: WipeOrder, upload: () => Promise<void>): Promise<void> {
  const { store } = parts.device;
  const tries = Number((await store.recall(TRIES)) ?? 0) + 1;
  await store.remember(TRIES, String(tries));
  try {
    // What the server once had and lost by a restore nobody else may have either.
    await compareLogs(parts);
    await push(parts);
    await upload();
  } catch (error) {
    // One broken connection is no reason to give work up, not even where it may be given up.
    if (!order.also_unsent || !isNetwork(error) || tries < MOST_TRIES) throw error;
  }
}

function isNetwork(error: unknown): boolean {
  return error instanceof ProblemError || error instanceof UnreachableError || error instanceof UnreadableError;
}
