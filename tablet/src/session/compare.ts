/** Which of the own log the server lacks (docs/native-app.md §10). */
import { readInventory } from "../wire/answers";
import type { Parts } from "./parts";

/** What runs here, told with every inventory and every export. */
export const APP = "fieldcheck-tablet/1";

/** Asks what the server lacks of the own log and offers it again; how many entries went back to the outbox. */
export async function compareLogs({ channel, device }: Parts): Promise<number> {
  const body = JSON.stringify(await device.inventory(APP));
  const answer = await channel.json(readInventory, "POST", "/v1/sync/inventory", { body });
  return device.offerAgain(answer);
}
