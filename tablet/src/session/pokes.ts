/** The server's pokes: a stream that says that something changed, and nothing else. A convenience; who misses it polls. */
import type { Channel } from "./channel";
import { problemOf, StoppedError, UnreachableError } from "./problem";

/** Longer than the server lets a stream live. */
const PATIENCE_MS = 900_000;
const LONGEST_LINE = 10_000;

/** Calls `poked` at every poke until the stream ends. Throws when it breaks. */
export async function listen(channel: Channel, poked: () => void, stopped: AbortSignal): Promise<void> {
  const asked = { headers: { Accept: "text/event-stream" }, patience: PATIENCE_MS, stopped };
  const answer = await channel.send("GET", "/v1/sync/events", asked);
  if (!answer.ok) throw await problemOf(answer);
  if (!answer.body) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = `${rest}${value}`.split("\n");
      rest = (lines.pop() ?? "").slice(-LONGEST_LINE);
      if (lines.some((line) => line.startsWith("data:"))) poked();
    }
  } catch (error) {
    if (stopped.aborted) throw new StoppedError("stopped", { cause: error });
    throw new UnreachableError({ cause: error });
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}
