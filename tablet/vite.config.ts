import { svelte } from "@sveltejs/vite-plugin-svelte";
import { readFileSync } from "node:fs";
import { fileURLToPath, URL } from "node:url";
import { defineConfig } from "vitest/config";
import { licences } from "./build/licences.ts";
import { serviceWorker } from "./build/service-worker.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The version of the whole project: the app is part of it. */
const version = /^version = "(.+)"$/m.exec(readFileSync(here("../pyproject.toml"), "utf8"))?.[1] ?? "?";

export default defineConfig(({ mode }) => ({
  base: "/tablet/",
  define: { __APP_VERSION__: JSON.stringify(version) },
  plugins: [
    svelte(),
    licences({ root: here("."), also: ["workbox-core", "workbox-precaching", "workbox-routing"] }),
    serviceWorker({ entry: here("src/worker/sw.ts"), name: "sw.js" }),
  ],
  resolve: {
    alias: { "@contract": here("../mobile_contract/typescript/fieldcheck.ts") },
    ...(mode === "test" ? { conditions: ["browser"] } : {}),
  },
  build: {
    // Inside the package that serves it, so that a wheel carries it; made, never committed.
    outDir: here("../api/tablet_app"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      treeshake: {
        // A list of exports does nothing by being read: what only one screen uses comes with that screen.
        moduleSideEffects: (id) => !/\/(src\/ui\/parts\/index\.ts$|node_modules\/qrcode-generator\/)/.test(id),
      },
    },
  },
  test: {
    environment: "jsdom",
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/setup.ts"],
    // Every file has a document of its own all the same; a process of its own for each costs as much as the tests.
    isolate: false,
    // Nothing is timed here: a slow machine is not a fault.
    testTimeout: 60_000,
  },
}));
