/** Shows the screens over an invented tablet (`npm run dev`, then /tablet/dev.html?phase=locked); never part of a build. */
import { mount } from "svelte";
import type { Component } from "svelte";
import { fakeTablet } from "../test/support/fake-tablet";
import type { Phase, Tablet } from "./app/tablet";
import App from "./ui/App.svelte";

const asked = new URLSearchParams(location.search).get("phase");
const PHASES: readonly Phase[] = ["starting", "new", "locked", "open", "wiped"];
const phase = PHASES.find((one) => one === asked) ?? "open";

const target = document.getElementById("app");
if (target) mount(App as Component<{ tablet: Tablet }>, { target, props: { tablet: fakeTablet({ phase }) } });
