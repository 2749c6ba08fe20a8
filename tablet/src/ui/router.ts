/** Which screen is shown: the part of the address behind `#`, so that Back works and a reload comes back here. */
import { readable, type Readable } from "svelte/store";

/** The parts of a visit: its overview and the steps of the bar. */
export const VISIT_STEPS = ["overview", "door", "list", "evidence", "end"] as const;
export type VisitStep = (typeof VISIT_STEPS)[number];

/** Where a person is. */
export type Route =
  | { readonly at: "today" }
  | {
      readonly at: "visit";
      readonly visit: string;
      readonly step: VisitStep;
      /** Key of a check point (`PointView.key`) that the step opens at. */
      readonly point?: string;
    }
  | { readonly at: "sync" }
  | { readonly at: "settings" };

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TODAY: Route = { at: "today" };

/** What an address behind `#` means; today for anything else. */
export function routeOf(hash: string): Route {
  const [at, visit = "", step = "overview", named, ...rest] = hash.replace(/^#?\//, "").split("/");
  if (at === "sync" || at === "settings") return { at };
  if (at !== "visit" || !ID.test(visit) || rest.length > 0) return TODAY;
  const known = VISIT_STEPS.find((one) => one === step) ?? "overview";
  const point = named ? decoded(named) : null;
  return { at, visit, step: known, ...(point !== null && known !== "overview" ? { point } : {}) };
}

/** A part of an address as it was meant; null for one that nobody encoded. */
function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** The address of a place, for `href`. */
export function addressOf(route: Route): string {
  if (route.at !== "visit") return `#/${route.at}`;
  if (route.step === "overview") return `#/visit/${route.visit}`;
  const point = route.point === undefined ? "" : `/${encodeURIComponent(route.point)}`;
  return `#/visit/${route.visit}/${route.step}${point}`;
}

/** The address of a visit, of a step of it, or of a check point in a step. */
export function visitAddress(visit: string, step: VisitStep = "overview", point?: string): string {
  return addressOf({ at: "visit", visit, step, ...(point === undefined ? {} : { point }) });
}

/** Where the arrow at the top leads: out of what is shown. Null on today. */
export function parentOf(route: Route): Route | null {
  if (route.at === "today") return null;
  if (route.at === "visit" && route.step !== "overview") return { at: "visit", visit: route.visit, step: "overview" };
  return TODAY;
}

/** Follows the address. */
export const route: Readable<Route> = readable<Route>(TODAY, (set) => {
  const follow = () => set(routeOf(location.hash));
  follow();
  addEventListener("hashchange", follow);
  return () => removeEventListener("hashchange", follow);
});

/** Goes somewhere; `replace`: Back does not come back to where this was called. */
export function go(to: Route, { replace = false }: { replace?: boolean } = {}): void {
  const address = addressOf(to);
  if (replace) location.replace(address);
  else location.hash = address;
}
