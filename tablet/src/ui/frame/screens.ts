/** The screens, fetched when they are first shown; all of them are kept on the tablet beforehand by the service worker. */
import type { Component } from "svelte";
import type { Route } from "../router";

/** A screen of a visit is told which; the others are told nothing. */
export type Screen = Component<{ visit: string }> | Component<Record<string, never>>;

const SCREENS: Readonly<Record<string, () => Promise<{ default: Screen }>>> = {
  today: () => import("../screens/today/Today.svelte"),
  overview: () => import("../screens/visit/Visit.svelte"),
  door: () => import("../screens/door/Door.svelte"),
  list: () => import("../screens/list/List.svelte"),
  evidence: () => import("../screens/evidence/Evidence.svelte"),
  end: () => import("../screens/end/End.svelte"),
  sync: () => import("../screens/sync/Sync.svelte"),
  settings: () => import("../screens/settings/Settings.svelte"),
};

/** What was fetched: shown at once the next time. */
const here = new Map<string, Screen>();

/** Which screen a place has. */
export function screenKey(route: Route): string {
  return route.at === "visit" ? route.step : route.at;
}

/** A screen that is here already. */
export function screenHere(key: string): Screen | undefined {
  return here.get(key);
}

/** Fetches a screen. */
export async function fetchScreen(key: string): Promise<Screen> {
  const known = here.get(key);
  if (known) return known;
  const fetch = SCREENS[key];
  if (!fetch) throw new Error(`no screen is called ${key}`);
  const { default: screen } = await fetch();
  here.set(key, screen);
  return screen;
}

/** Fetches them all, one after another, so that the next touch need not wait. A screen that fails is asked for again. */
export async function fetchAll(): Promise<void> {
  for (const key of Object.keys(SCREENS)) await fetchScreen(key).catch(() => undefined);
}
