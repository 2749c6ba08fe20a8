/** Who wants to know what a step touched: screens of this window, and of the other windows of this tablet. */
import type { Touched } from "./ports";

export type Listener = (touched: ReadonlySet<Touched>) => void;

/** Every part that can be touched. */
export const PARTS: readonly Touched[] = ["memory", "entries", "topics", "files", "drafts"];

export class Followers {
  readonly #listeners = new Set<Listener>();
  #channel: BroadcastChannel | null = null;

  /** `name`: windows with the same name hear each other. */
  constructor(name: string) {
    if (typeof BroadcastChannel === "undefined") return;
    this.#channel = new BroadcastChannel(`${name}-touched`);
    this.#channel.onmessage = (message: MessageEvent<unknown>) => {
      const told = Array.isArray(message.data) ? message.data : [];
      this.#hear(new Set(PARTS.filter((part) => told.includes(part))));
    };
  }

  follow(listener: Listener): () => void {
    // A wrapper of its own, so that the same function may follow twice.
    const own: Listener = (touched) => listener(touched);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** After a commit. */
  tell(touched: ReadonlySet<Touched>): void {
    if (touched.size === 0) return;
    this.#hear(touched);
    this.#channel?.postMessage([...touched]);
  }

  close(): void {
    this.#channel?.close();
    this.#channel = null;
    this.#listeners.clear();
  }

  #hear(touched: ReadonlySet<Touched>): void {
    if (touched.size === 0) return;
    for (const listener of [...this.#listeners]) {
      try {
        listener(touched);
      } catch (error) {
        // What was kept is kept: a screen that cannot show it fails by itself, where the page reports it.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
