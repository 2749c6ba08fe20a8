/** A sound recording in parts: each part is whole by itself and handed over as soon as it ends. */

/** What may be made here, best first. The contract names media types without parameters. */
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus", "audio/webm"];

export const MINUTES_PER_PART = 10;

export interface Recording {
  /** Ends the last part and lets the microphone go; resolves when the part was handed over. */
  stop(): Promise<void>;
}

/** Whether this browser can record at all. */
export function canRecord(): boolean {
  return typeof MediaRecorder !== "undefined" && "mediaDevices" in navigator;
}

/**
 * Begins to record. `part` gets every part in its order, and is awaited before the end is told. Fails when the
 * microphone is not allowed or not there.
 */
export async function record(part: (sound: Blob, number: number) => Promise<void>): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one)) ?? "";
  let number = 0;
  let over = false;
  let handed: Promise<unknown> = Promise.resolve();
  let current = begin();
  const turn = setInterval(() => void next(), MINUTES_PER_PART * 60_000);

  function begin(): { end: () => Promise<void> } {
    number += 1;
    const mine = number;
    const chunks: Blob[] = [];
    const recorder = new MediaRecorder(stream, type ? { mimeType: type } : {});
    recorder.ondataavailable = ({ data }) => {
      if (data.size > 0) chunks.push(data);
    };
    const stopped = new Promise<void>((resolve) => {
      recorder.onstop = () => resolve();
    });
    recorder.start(1000);
    return {
      end: async () => {
        if (recorder.state !== "inactive") recorder.stop();
        await stopped;
        const [plain = "audio/webm"] = (recorder.mimeType || type).split(";", 1);
        const sound = new Blob(chunks, { type: plain.toLowerCase() });
        if (sound.size > 0) await part(sound, mine);
      },
    };
  }

  function next(): Promise<unknown> {
    const ending = current;
    // The next part begins before the last one is kept: nothing that is said between them is missing.
    current = begin();
    handed = handed.then(() => ending.end());
    return handed;
  }

  return {
    stop: async () => {
      if (over) return;
      over = true;
      clearInterval(turn);
      try {
        await handed;
        await current.end();
      } finally {
        stream.getTracks().forEach((track) => track.stop());
      }
    },
  };
}
