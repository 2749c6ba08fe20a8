import { svelte } from "@sveltejs/vite-plugin-svelte";
import { fileURLToPath, URL } from "node:url";
import { defineConfig } from "vitest/config";
import { serviceWorker } from "./build/service-worker.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ mode }) => ({
  base: "/tablet/",
  plugins: [svelte(), serviceWorker({ entry: here("src/worker/sw.ts"), name: "sw.js" })],
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
  },
  test: { environment: "jsdom", include: ["test/**/*.test.ts"], setupFiles: ["test/setup.ts"] },
}));
