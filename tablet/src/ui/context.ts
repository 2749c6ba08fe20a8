/** Hands the tablet to the screens. */
import { getContext, setContext } from "svelte";
import type { Tablet } from "../app/tablet";

const PLACE = Symbol("tablet");

/** Called once, by the component that stands around all screens. */
export function giveTablet(tablet: Tablet): void {
  setContext(PLACE, tablet);
}

/** The tablet; only while a component is being set up. */
export function useTablet(): Tablet {
  const tablet = findTablet();
  if (!tablet) throw new Error("no tablet around this component");
  return tablet;
}

/** The tablet, or null where a part stands by itself. */
export function findTablet(): Tablet | null {
  return getContext<Tablet | undefined>(PLACE) ?? null;
}
