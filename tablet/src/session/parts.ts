/** What every verb of a session works with. */
import { UntrustedAnswerError, type Device } from "../device";
import { readKeys } from "../wire/answers";
import type { Channel } from "./channel";

export interface Parts {
  readonly channel: Channel;
  readonly device: Device;
}

/** What `read` makes of a signed answer; if no trusted key signed it, the server may have changed its key. */
export async function believe<T>({ channel, device }: Parts, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UntrustedAnswerError)) throw error;
    const told = await channel.json(readKeys, "GET", "/v1/keys", { open: true });
    if (!(await device.learnKeys(told))) throw error;
    return read();
  }
}
