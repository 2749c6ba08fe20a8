/** The tablet as a witness of the server's log: what does not hold is an alarm for people (docs/native-app.md §12). */
import type { ConsistencyAnswer } from "@contract";
import { readConsistency, readHead, readLogHead } from "../wire/answers";
import { parseStrict } from "../wire/strict";
import { believe, type Parts } from "./parts";
import { ProblemError } from "./problem";

/** Fetches the newest tree head and has its consistency with all that was seen proved; whether it holds. */
export async function watchLog(parts: Parts): Promise<boolean> {
  const { channel, device } = parts;
  const { signed } = await channel.json(readHead, "GET", "/v1/log/sth", { open: true });
  if (!signed) return (await device.witness.alarms()).length === 0;
  const text = await believe(parts, () => device.trusted("insp/tree/v1", signed));
  const head = readLogHead(parseStrict(text));
  const proofs: ConsistencyAnswer[] = [];
  for (const [first, second] of await device.witness.openQuestions(head)) {
    const query = { first: String(first), second: String(second) };
    try {
      proofs.push(await channel.json(readConsistency, "GET", "/v1/log/consistency", { query, open: true }));
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== "tree-size-unknown") throw error;
    }
  }
  return device.witness.judge(head, proofs);
}
