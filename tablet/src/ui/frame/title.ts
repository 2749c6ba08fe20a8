/** The title of the window: where a person is, and the name of the app. */
import type { VisitSummary } from "../../app/tablet";
import type { Given } from "../../i18n";
import type { Route } from "../router";

type Say = (key: string, given?: Given) => string;

/** `签字 – 江城某某饭店 – 双随机检查`. */
export function titleOf(route: Route, visits: readonly VisitSummary[], say: Say): string {
  const parts = [say("common.app")];
  if (route.at === "visit") {
    const known = visits.find((one) => one.card.id === route.visit);
    if (known) parts.unshift(known.card.object.name);
    if (route.step !== "overview") parts.unshift(say(`frame.step_${route.step}`));
  } else {
    parts.unshift(say(`${route.at}.title`));
  }
  return parts.join(" – ");
}
