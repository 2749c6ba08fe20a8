/** Shows a screen over an invented tablet, and asks axe what it thinks of it. */
import { render } from "@testing-library/svelte";
import axe from "axe-core";
import type { Component } from "svelte";
import type { Tablet } from "../../src/app/tablet";
import Stage from "./Stage.svelte";

// jsdom knows no modal dialogs: open is open.
HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
  this.setAttribute("open", "");
};
HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
  this.removeAttribute("open");
  this.dispatchEvent(new Event("close"));
};

// Nor sizes: nothing ever grows.
globalThis.ResizeObserver ??= class {
  observe(): void {
    return;
  }
  unobserve(): void {
    return;
  }
  disconnect(): void {
    return;
  }
};

/** The screen, on the page. */
export function show<P extends Record<string, unknown>>(tablet: Tablet, screen: Component<P>, given: P) {
  return render(Stage, { tablet, screen: screen as unknown as Component<Record<string, unknown>>, given });
}

/** What axe objects to, in its own words. Colours are looked at in a real browser. */
export async function objections(within: Element): Promise<string[]> {
  const { violations } = await axe.run(within, { rules: { "color-contrast": { enabled: false } } });
  return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" ")}`);
}

/** A browser that tells this position at once, or none for this reason (1 forbidden, 2 unavailable, 3 too slow). */
export function place(found: { lat: number; lon: number; accuracy: number; at?: number } | { code: 1 | 2 | 3 }): void {
  const watchPosition = (good: PositionCallback, bad: PositionErrorCallback): number => {
    if ("code" in found) bad({ code: found.code } as GeolocationPositionError);
    else {
      const coords = { latitude: found.lat, longitude: found.lon, accuracy: found.accuracy };
      good({ coords, timestamp: found.at ?? Date.now() } as GeolocationPosition);
    }
    return 1;
  };
  const geolocation = { watchPosition, clearWatch: () => undefined };
  Object.defineProperty(navigator, "geolocation", { configurable: true, value: geolocation });
}

/** No receiver again, as jsdom has none. */
export function nowhere(): void {
  Reflect.deleteProperty(navigator, "geolocation");
}
