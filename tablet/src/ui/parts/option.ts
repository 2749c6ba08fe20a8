import type { IconName } from "./icons";
import type { Tone } from "./tone";

/** One of the buttons of a `Choice`. */
export interface Option<V extends string = string> {
  readonly value: V;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly icon?: IconName | undefined;
  /** How it looks when it is chosen; `accent` unless told. */
  readonly tone?: Tone | undefined;
}
