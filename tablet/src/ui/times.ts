/** Days and instants in words, in the language of the screen. Instants are shown in the time of the tablet's own place. */
import type { Lang } from "../i18n";

const LOCALES: Readonly<Record<Lang, string>> = { zh: "zh-CN", en: "en-GB" };

/** Makers of words are dear to make and cheap to use. */
const made = new Map<string, Intl.DateTimeFormat>();

function words(lang: Lang, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${lang} ${name}`;
  const kept = made.get(key);
  if (kept) return kept;
  const fresh = new Intl.DateTimeFormat(LOCALES[lang], options);
  made.set(key, fresh);
  return fresh;
}

const SHORT = { month: "long", day: "numeric", timeZone: "UTC" } as const;
const LONG = { ...SHORT, year: "numeric" } as const;
const MOMENT = { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

/** A day ("2026-11-27") without its year: 11月27日. What is no day is shown as it came. */
export function dayWords(lang: Lang, day: string): string {
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) ? day : words(lang, "day", SHORT).format(at);
}

/** A day with its year: 2026年11月27日. */
export function fullDayWords(lang: Lang, day: string): string {
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) ? day : words(lang, "full", LONG).format(at);
}

/** An instant (ms, or ISO text) with day, hour and minute: 11月27日 14:05. */
export function momentWords(lang: Lang, instant: number | string): string {
  const at = typeof instant === "number" ? instant : Date.parse(instant);
  return Number.isFinite(at) ? words(lang, "moment", MOMENT).format(at) : String(instant);
}
