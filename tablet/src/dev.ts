/** Shows the screens over an invented tablet (`npm run dev`, then /tablet/dev.html?phase=locked); never part of a build. */
import { mount } from "svelte";
import type { Component } from "svelte";
import { fakeTablet } from "../test/support/fake-tablet";
import type { Phase, SyncState, Tablet } from "./app/tablet";
import App from "./ui/App.svelte";

const query = new URLSearchParams(location.search);
const asked = query.get("phase");
/** `&sync={"online":false}`: how the sync stands. */
const sync = JSON.parse(query.get("sync") ?? "{}") as Partial<SyncState>;
const PHASES: readonly Phase[] = ["starting", "new", "locked", "open", "wiped"];
const phase = PHASES.find((one) => one === asked) ?? "open";

const target = document.getElementById("app");
if (target) mount(App as Component<{ tablet: Tablet }>, { target, props: { tablet: fakeTablet({ phase, sync }) } });
