/** How a person wants the app to be; kept in the clear on this tablet, because it is asked before the lock is opened. */
import { derived, get, writable } from "svelte/store";
import { lang, type Lang } from "../i18n";

/** What can be wished for. Nothing in here is secret or part of a record. */
export interface Preferences {
  readonly language: "system" | Lang;
  /** The language of the party's papers, chosen apart from the screen's. */
  readonly paper: Lang;
  /** Explanations below headings and check points. */
  readonly hints: boolean;
  /** Minutes without a touch until the app locks itself. */
  readonly lockAfter: number;
}

/** How long the app may lie idle, in minutes. */
export const LOCK_AFTER = [2, 5, 10, 30] as const;
const PLACE = "fieldcheck.preferences";
const USUAL: Preferences = { language: "system", paper: "zh", hints: true, lockAfter: 5 };

/** What is wished for now. */
export const preferences = writable<Preferences>(load());

/** Changes some of it and keeps it. */
export function prefer(wish: Partial<Preferences>): void {
  preferences.update((now) => ({ ...now, ...wish }));
  try {
    localStorage.setItem(PLACE, JSON.stringify(get(preferences)));
  } catch {
    // A browser that keeps nothing here still obeys until it is closed.
  }
}

/** The language of the screen: as wished, else the system's; Chinese where the system speaks neither. */
export const screenLanguage = derived(preferences, ({ language }): Lang => {
  if (language !== "system") return language;
  for (const tag of navigator.languages) {
    if (/^zh\b/i.test(tag)) return "zh";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "zh";
});

/** Lets the words and the page follow the wishes; ends with what is returned. */
export function followWishes(): () => void {
  const page = document.documentElement;
  const ends = [
    screenLanguage.subscribe((now) => {
      lang.set(now);
      page.lang = now === "zh" ? "zh-CN" : "en";
    }),
    // What is marked `.hint` goes out of sight; it stays the description of its field for who hears the screen.
    preferences.subscribe(({ hints }) => (page.dataset.hints = hints ? "on" : "off")),
  ];
  return () => ends.forEach((end) => end());
}

function load(): Preferences {
  try {
    return read(JSON.parse(localStorage.getItem(PLACE) ?? "{}"));
  } catch {
    return USUAL;
  }
}

/** What is kept is read with care: another version may have written it. */
export function read(kept: unknown): Preferences {
  const told: Partial<Record<keyof Preferences, unknown>> = typeof kept === "object" && kept !== null ? kept : {};
  const { language, paper, hints, lockAfter } = told;
  return {
    language: language === "zh" || language === "en" ? language : USUAL.language,
    paper: paper === "zh" || paper === "en" ? paper : USUAL.paper,
    hints: typeof hints === "boolean" ? hints : USUAL.hints,
    lockAfter: LOCK_AFTER.find((one) => one === lockAfter) ?? USUAL.lockAfter,
  };
}
