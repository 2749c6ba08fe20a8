/** What the app takes from the page it lives in; handed in, so that tests need none. */
import type { Connection } from "../session/sync";
import type { Timers } from "../session/rhythm";
import { askToPersist, storageRoom, type StorageRoom } from "../store/persist";
import { makeCopy } from "../store/picture";

export interface Page {
  readonly fetch: (address: string, asked: RequestInit) => Promise<Response>;
  /** The server's address: what lies above the app's own folder. */
  readonly base: string;
  readonly timers: Timers;
  readonly connection: () => Connection;
  /** Calls back when the network came, went, or changed its kind, and when the app is looked at again. */
  readonly follow: (told: (what: "online" | "offline" | "connection" | "seen") => void) => () => void;
  /** Runs while no other window of this tablet does; ends with `stopped`. */
  readonly alone: (stopped: AbortSignal, work: () => Promise<void>) => Promise<void>;
  readonly patience: (ms: number) => AbortSignal;
  readonly makeCopy: (picture: Blob, longSide: number) => Promise<Blob | null>;
  readonly measure: (picture: Blob) => Promise<{ width: number; height: number } | null>;
  readonly askToPersist: () => Promise<boolean>;
  readonly storageRoom: () => Promise<StorageRoom | null>;
  /** Lets screens be drawn before work goes on. */
  readonly pause: () => Promise<void>;
}

/** The name of the Web Lock that keeps two windows from syncing at once. */
export const SYNC_LOCK = "fieldcheck-sync";

/** `navigator.connection` (Network Information API), where a browser has it. */
interface NetworkInformation extends EventTarget {
  readonly type?: string;
  readonly saveData?: boolean;
}

function network(): NetworkInformation | undefined {
  return (navigator as { connection?: NetworkInformation }).connection;
}

function connection(): Connection {
  const known = network();
  if (known?.type === undefined || known.type === "unknown" || known.type === "other") return "unknown";
  return known.type === "cellular" || known.type === "bluetooth" || known.saveData === true ? "metered" : "free";
}

/** The browser's. */
export function browserPage(): Page {
  return {
    fetch: (address, asked) => fetch(address, asked),
    base: new URL("..", new URL(import.meta.env.BASE_URL, location.href)).href,
    timers: {
      mono: () => performance.now(),
      after: (ms, then) => {
        const timer = setTimeout(then, ms);
        return () => clearTimeout(timer);
      },
      random: Math.random,
    },
    connection,
    follow,
    alone,
    patience: (ms) => AbortSignal.timeout(ms),
    makeCopy,
    measure,
    askToPersist,
    storageRoom,
    pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
  };
}

function follow(told: (what: "online" | "offline" | "connection" | "seen") => void): () => void {
  const ended = new AbortController();
  const { signal } = ended;
  addEventListener("online", () => told("online"), { signal });
  addEventListener("offline", () => told("offline"), { signal });
  network()?.addEventListener("change", () => told("connection"), { signal });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && told("seen"), {
    signal,
  });
  return () => ended.abort();
}

async function alone(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  if (!("locks" in navigator)) return work();
  try {
    await navigator.locks.request(SYNC_LOCK, { signal }, work);
  } catch (error) {
    // Locked before its turn came.
    if (!signal.aborted) throw error;
  }
}

async function measure(picture: Blob): Promise<{ width: number; height: number } | null> {
  try {
    const bitmap = await createImageBitmap(picture, { imageOrientation: "from-image" });
    const { width, height } = bitmap;
    bitmap.close();
    return { width, height };
  } catch {
    return null;
  }
}
