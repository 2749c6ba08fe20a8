/** Says something to everybody: heard by a screen reader, seen for some seconds at the lower edge. */
import { writable } from "svelte/store";
import type { Tone } from "./tone";

/** Something that was said. */
export interface Said {
  readonly id: number;
  readonly text: string;
  readonly tone: Tone;
}

/** What is shown at the moment, oldest first; `Announcer.svelte` shows it. */
export const said = writable<readonly Said[]>([]);

/** How long it stays, in milliseconds: long enough to be read twice. What is bad stays until it is put away. */
const STAYS = 6000;
let last = 0;

/** Says a text once. A `danger` interrupts what is being read out; everything else waits its turn. */
export function announce(text: string, tone: Tone = "neutral"): void {
  last += 1;
  const one: Said = { id: last, text, tone };
  said.update((all) => [...all.filter((other) => other.text !== text), one].slice(-3));
  if (tone !== "danger") setTimeout(() => putAway(one.id), STAYS);
}

/** Takes one away. */
export function putAway(id: number): void {
  said.update((all) => all.filter((one) => one.id !== id));
}
