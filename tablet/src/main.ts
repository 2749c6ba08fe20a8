/** Starts the app. */
import { mount } from "svelte";
import { writable } from "svelte/store";
import { createTablet } from "./app/create";
import { TabletSafe } from "./store";
import App from "./ui/App.svelte";
import { watchInstall } from "./ui/install";
import { keepApp } from "./ui/update";

/** What went wrong where nobody waited for it; shown when the app cannot even begin. */
const fault = writable<unknown>(null);

function trouble(error: unknown): void {
  console.error(error);
  fault.set(error);
}

watchInstall();
const target = document.getElementById("app");
const tablet = createTablet({ safe: new TabletSafe(), trouble });
if (target) mount(App, { target, props: { tablet, fault } });
if (import.meta.env.PROD) keepApp(`${import.meta.env.BASE_URL}sw.js`).catch(trouble);
