/** Becoming known to the server, and its time. */
import { readEnrolled, readTime } from "../wire/answers";
import { believe, type Parts } from "./parts";

/** Enrols with a single-use code. Safe to repeat with the same code when the answer was lost. */
export async function enrol({ channel, device }: Parts, code: string, name: string): Promise<void> {
  const body = JSON.stringify(await device.enrolRequest(code, name));
  const answer = await channel.json(readEnrolled, "POST", "/v1/devices", { body, open: true });
  await device.enrolled(answer);
}

/** Holds a fresh time anchor. */
export async function fetchAnchor(parts: Parts): Promise<void> {
  const answer = await parts.channel.json(readTime, "GET", "/v1/time", { open: true });
  await believe(parts, () => parts.device.keepAnchor(answer.signed));
}
