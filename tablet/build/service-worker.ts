/** Builds the service worker after the page, with the list of what it keeps: address and digest of each file. */
import { createHash } from "node:crypto";
import { build, type Plugin } from "vite";

interface Asked {
  readonly entry: string;
  readonly name: string;
}

export function serviceWorker({ entry, name }: Asked): Plugin {
  return {
    name: "fieldcheck:service-worker",
    apply: "build",
    async generateBundle(_, bundle) {
      const kept = Object.values(bundle)
        .filter((file) => !file.fileName.endsWith(".map"))
        .map((file) => {
          const bytes = file.type === "chunk" ? file.code : file.source;
          return { url: file.fileName, revision: createHash("sha256").update(bytes).digest("hex").slice(0, 16) };
        });
      const made = await build({
        configFile: false,
        logLevel: "warn",
        define: { __KEPT__: JSON.stringify(kept), "process.env.NODE_ENV": '"production"' },
        build: { write: false, target: "es2022", rollupOptions: { input: entry, output: { format: "iife", entryFileNames: name } } },
      });
      const [output] = Array.isArray(made) ? made : [made];
      if (!output || !("output" in output)) throw new Error("the service worker was not built");
      for (const file of output.output) {
        if (file.type === "chunk") this.emitFile({ type: "asset", fileName: name, source: file.code });
      }
    },
  };
}
