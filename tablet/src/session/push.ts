/** The outbox, batch by batch (docs/native-app.md §6, §7). */
import { MAX_LINES, type PushAnswer } from "@contract";
import type { Captured } from "../store/ports";
import { readPush } from "../wire/answers";
import { utf8 } from "../wire/bytes";
import { sha } from "../wire/digests";
import { compareLogs } from "./compare";
import { believe, type Parts } from "./parts";
import { ProblemError } from "./problem";

const TOO_LARGE = 413;
const PATIENCE_MS = 180_000;

/** Sends what the server does not have as long as something moves; how many entries were settled. */
export async function push(parts: Parts): Promise<number> {
  const { device } = parts;
  let [total, compared, most] = [0, false, MAX_LINES];
  for (;;) {
    const batch = await device.outbox(most);
    if (batch.length === 0) return total;
    let answer: PushAnswer;
    try {
      answer = await sent(parts, batch);
    } catch (error) {
      // Whatever stands between here and the server may take less than the server does.
      if (!(error instanceof ProblemError) || error.status !== TOO_LARGE || batch.length === 1) throw error;
      most = Math.ceil(batch.length / 2);
      continue;
    }
    const settled = await believe(parts, () => device.settle(batch, answer));
    total += settled;
    if (!compared && (await device.serverWasRestored())) {
      // Once: a server that still lacks what it was offered again is asked the next time.
      await compareLogs(parts);
      compared = true;
    } else if (settled === 0) {
      return total;
    }
  }
}

async function sent({ channel }: Parts, batch: readonly Captured[]): Promise<PushAnswer> {
  const plain = utf8(batch.map((entry) => `${entry.line}\n`).join(""));
  const packed = await gzipped(plain);
  const body = packed ?? plain;
  const headers = {
    "Content-Type": "application/x-ndjson",
    ...(packed ? { "Content-Encoding": "gzip" } : {}),
    "Content-Digest": `sha-256=:${base64(sha(body))}:`,
  };
  return channel.json(readPush, "POST", "/v1/sync/push", { body, headers, patience: PATIENCE_MS });
}

/** Packed; null where the browser cannot. */
async function gzipped(plain: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | null> {
  if (typeof CompressionStream === "undefined") return null;
  const packing = new CompressionStream("gzip");
  const packed = new Response(packing.readable).arrayBuffer();
  const writer = packing.writable.getWriter();
  await Promise.all([writer.write(plain), writer.close()]);
  return new Uint8Array(await packed);
}

function base64(data: Uint8Array): string {
  return btoa(String.fromCharCode(...data));
}
