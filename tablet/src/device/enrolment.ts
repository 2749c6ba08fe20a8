/** How a device becomes known to a server, and known again (docs/native-app.md §2). */
import type { EnrolAnswer, EnrolRequest } from "@contract";
import type { LocalStore, SigningKey } from "../store/ports";
import { readAnchor } from "../wire/answers";
import { b64url } from "../wire/bytes";
import { enrolmentMessage, serverSigned, thumbprint } from "../wire/keys";
import { parseStrict } from "../wire/strict";
import { epochOf, NAMES } from "./memory";
import { holdAnchor } from "./trust";
import { UntrustedAnswerError, type DeviceTime } from "./types";

/** The request by which this device's key becomes known. */
export async function enrolRequest(
  store: LocalStore,
  key: SigningKey,
  code: string,
  name: string,
): Promise<EnrolRequest> {
  const proof = b64url(await key.sign(enrolmentMessage(code, key.kid)));
  const { kty, crv, x, y } = key.jwk;
  return { code, key: { kty, crv, x, y }, proof, name, device: await store.recall(NAMES.device) };
}

/**
 * Keeps what the server told, in one step. What the log held under this key goes on where the server is.
 * UntrustedAnswerError when the answer is about another key, or its anchor is signed by none of the keys it names.
 */
export async function enrolled(
  store: LocalStore,
  key: SigningKey,
  answer: EnrolAnswer,
  now: DeviceTime,
): Promise<void> {
  if (answer.kid !== key.kid) throw new UntrustedAnswerError("kid");
  if (answer.server_keys.some((one) => one.kid !== thumbprint(one))) throw new UntrustedAnswerError("server_keys");
  if (!(await serverSigned(answer.server_keys, "insp/anchor/v1", answer.anchor))) {
    throw new UntrustedAnswerError("insp/anchor/v1");
  }
  const anchor = readAnchor(parseStrict(answer.anchor.p));
  await store.step(async () => {
    const before = await store.recall(NAMES.history);
    await store.remember(NAMES.device, answer.device);
    await store.remember(NAMES.inspector, answer.inspector);
    await store.remember(NAMES.token, answer.token);
    await store.remember(NAMES.history, answer.history);
    await store.remember(NAMES.serverKeys, JSON.stringify(answer.server_keys));
    await holdAnchor(store, anchor, now);
    if (before !== null && before !== answer.history) await store.remember(NAMES.restored, answer.history);
    await startBehind(store, answer);
  });
}

/** A wiped device that enrols with its old key must not write numbers twice. */
async function startBehind(store: LocalStore, answer: EnrolAnswer): Promise<void> {
  const epoch = await epochOf(store);
  const own = answer.logs.filter((log) => log.dev === answer.device).map((log) => log.ep);
  const highest = own.reduce((most, ep) => Math.max(most, ep), 0);
  if (highest >= epoch && (await store.newest(epoch)) === null) {
    await store.remember(NAMES.epoch, String(highest + 1));
  }
}
