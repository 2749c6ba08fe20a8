/** The screens, fetched when they are first shown; all of them are kept on the tablet beforehand by the service worker. */
import type { Component } from "svelte";
import type { Route } from "../router";

/** A screen of a visit is told which; the others are told nothing. */
export type Screen = Component<{ visit: string }> | Component<Record<string, never>>;

type Made = Record<string, () => Promise<{ default: Screen }>>;

const MADE = import.meta.glob<{ default: Screen }>([
  "../screens/today/Today.svelte",
  "../screens/visit/Visit.svelte",
  "../screens/door/Door.svelte",
  "../screens/list/List.svelte",
  "../screens/evidence/Evidence.svelte",
  "../screens/end/End.svelte",
  "../screens/sync/Sync.svelte",
  "../screens/settings/Settings.svelte",
]) as Made;

const PLACES: Readonly<Record<string, string>> = {
  today: "today/Today",
  overview: "visit/Visit",
  door: "door/Door",
  list: "list/List",
  evidence: "evidence/Evidence",
  end: "end/End",
  sync: "sync/Sync",
  settings: "settings/Settings",
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

/** Fetches a screen; null for one that nobody made. */
export async function fetchScreen(key: string): Promise<Screen | null> {
  const known = here.get(key);
  if (known) return known;
  const fetch = MADE[`../screens/${PLACES[key] ?? ""}.svelte`];
  if (!fetch) return null;
  const { default: screen } = await fetch();
  here.set(key, screen);
  return screen;
}
