/** Which cards are near the screen: of the others only text and marks stand there, so that five hundred weigh little. */
import { SvelteSet } from "svelte/reactivity";

/** Further than the browser lays out ahead: a card has its controls before it is drawn. */
const MARGIN = "200% 0px";

export class Near {
  private readonly keys: SvelteSet<string>;
  private readonly seen: IntersectionObserver | null;

  /** `first`: keys that are taken to be near until the browser has looked. */
  constructor(first: readonly string[]) {
    this.keys = new SvelteSet(first);
    this.seen =
      typeof IntersectionObserver === "undefined"
        ? null
        : new IntersectionObserver((all) => all.forEach((one) => this.note(one)), { rootMargin: MARGIN });
  }

  has(key: string): boolean {
    return this.seen === null || this.keys.has(key);
  }

  /** An action: follows an element whose `data-point` is the key. */
  readonly watch = (node: HTMLElement): { destroy: () => void } => {
    this.seen?.observe(node);
    return { destroy: () => this.seen?.unobserve(node) };
  };

  private note({ target, isIntersecting }: IntersectionObserverEntry): void {
    const key = (target as HTMLElement).dataset["point"] ?? "";
    if (isIntersecting) this.keys.add(key);
    // Who types in it keeps his keyboard.
    else if (!target.contains(document.activeElement)) this.keys.delete(key);
  }
}
