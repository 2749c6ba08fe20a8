/** Numbers, sizes, days and times as people read them; days and times are those of Beijing, wherever the tablet is. */
import { derived } from "svelte/store";
import { lang, type Lang } from "./index";

const ZONE = "Asia/Shanghai";
const TAGS: Readonly<Record<Lang, string>> = { zh: "zh-CN", en: "en-GB" };
const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** An instant: ISO 8601, or milliseconds since 1970. */
export type Instant = string | number;

/** What formats in one language. An instant that is none is shown as it came. */
export interface Format {
  number(value: number): string;
  /** `12.4 MB`; thousands, as storage is sold. */
  bytes(value: number): string;
  /** `2026年11月22日` / `22 November 2026`. */
  day(value: Instant): string;
  /** `10:31`. */
  time(value: Instant): string;
  /** `11月22日 10:31` / `22 Nov, 10:31`. */
  moment(value: Instant): string;
  /** `3 分 20 秒` / `3 min 20 s`; seconds. */
  span(seconds: number): string;
}

const made = new Map<Lang, Format>();

/** The formats of a language; made once. */
export function formatOf(now: Lang): Format {
  const known = made.get(now);
  if (known) return known;
  const fresh = make(now);
  made.set(now, fresh);
  return fresh;
}

/** `$format.bytes(…)` in the language of the screen. */
export const format = derived(lang, formatOf);

function make(now: Lang): Format {
  const tag = TAGS[now];
  const whole = new Intl.NumberFormat(tag);
  const tenth = new Intl.NumberFormat(tag, { maximumFractionDigits: 1 });
  const dates = (options: Intl.DateTimeFormatOptions) => {
    const one = new Intl.DateTimeFormat(tag, { timeZone: ZONE, hourCycle: "h23", ...options });
    return (value: Instant) => {
      const date = new Date(value);
      return Number.isNaN(date.getTime()) ? String(value) : one.format(date);
    };
  };
  return {
    number: (value) => whole.format(value),
    bytes: (value) => {
      const power = value < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(value) / 3));
      return `${tenth.format(value / 1000 ** power)} ${UNITS[power] ?? "B"}`;
    },
    day: dates({ year: "numeric", month: "long", day: "numeric" }),
    time: dates({ hour: "2-digit", minute: "2-digit" }),
    moment: dates({ month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" }),
    span: (seconds) => span(now, Math.max(0, Math.ceil(seconds))),
  };
}

const SPANS: Readonly<Record<Lang, readonly [days: string, hours: string, minutes: string, seconds: string]>> = {
  zh: ["天", "小时", "分", "秒"],
  en: ["d", "h", "min", "s"],
};

/** The two largest units that are not nothing. */
function span(now: Lang, seconds: number): string {
  const parts = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  const first = parts.findIndex((part) => part > 0);
  if (first < 0) return `0 ${SPANS[now][3]}`;
  return parts
    .map((part, at) => (part > 0 && at >= first && at < first + 2 ? `${part} ${SPANS[now][at] ?? ""}` : ""))
    .filter(Boolean)
    .join(" ");
}
