import type { IconName } from "./icons";
import type { Tone } from "./tone";

/** One part of the bar of `Steps`. */
export interface Step {
  readonly key: string;
  readonly label: string;
  readonly href: string;
  readonly icon: IconName;
  readonly done?: boolean | undefined;
  /** Read out behind the label of what is done. */
  readonly doneLabel?: string | undefined;
  /** What waits there; nothing is shown for 0. */
  readonly count?: number | undefined;
  readonly countLabel?: string | undefined;
  readonly tone?: Tone | undefined;
}
