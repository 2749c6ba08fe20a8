/** Every word that people read, by group and key, in Chinese and English. One file a group; each has the same keys twice. */
import { derived, writable } from "svelte/store";
import { common } from "./common";
import { problem, removal, verdict } from "./contract";
import { frame } from "./frame";
import { unlock } from "./unlock";
import { trouble } from "./trouble";
import { sync } from "./sync";
import { settings } from "./settings";
import { reason } from "./reason";
import { enrol } from "./enrol";
import { end } from "./end";
import { evidence } from "./evidence";
import { paper } from "./paper";
import { door } from "./door";
import { today } from "./today";
import { list } from "./list";
import { record } from "./record";
import { refusal } from "./refusal";
import { visit } from "./visit";

export type Lang = "zh" | "en";

const GROUPS = {
  common,
  door,
  end,
  enrol,
  evidence,
  frame,
  list,
  paper,
  problem,
  reason,
  record,
  refusal,
  removal,
  settings,
  sync,
  today,
  trouble,
  unlock,
  verdict,
  visit,
};

type Groups = typeof GROUPS;
/** `group.key`. */
export type Key = { [G in keyof Groups]: `${G}.${Extract<keyof Groups[G]["zh"], string>}` }[keyof Groups];
export type Given = Readonly<Record<string, string | number>>;

/** The language of the screen; the party's papers have their own. */
export const lang = writable<Lang>("zh");

/**
 * `$t("common.cancel")`; `{name}` in a text is replaced by what is given, `{n|record|records}` by the first word when n
 * is 1 and by the second otherwise. A key nobody knows is shown as it is.
 */
export const t = derived(
  lang,
  (now) =>
    (key: Key | (string & {}), given: Given = {}) =>
      words(now, key, given),
);

/** The text of a key in a language. */
export function words(now: Lang, key: string, given: Given = {}): string {
  const [group = "", name = ""] = key.split(".", 2);
  const texts = (GROUPS as Record<string, Record<Lang, Record<string, string>>>)[group];
  const text = texts?.[now][name] ?? key;
  return text.replace(/\{(\w+)(?:\|([^{}|]*)\|([^{}|]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined) return whole;
    if (one === undefined || many === undefined) return String(value);
    return Number(value) === 1 ? one : many;
  });
}
