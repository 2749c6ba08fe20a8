import { fileURLToPath, URL } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The store alone in one script, for `tests/tablet/test_store_in_chromium.py`. */
export default defineConfig({
  root: here("."),
  resolve: { alias: { "@contract": here("../../../../mobile_contract/typescript/fieldcheck.ts") } },
  build: { target: "es2022", lib: { entry: here("page.ts"), formats: ["es"], fileName: () => "page.js" } },
});
