/** Builds the service worker after the page, with the list of what it keeps: address and digest of each file. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { build, type Plugin } from "vite";

interface Asked {
  readonly entry: string;
  readonly name: string;
}

interface Kept {
  readonly url: string;
  readonly revision: string;
}

export function serviceWorker({ entry, name }: Asked): Plugin {
  let publicDir = "";
  return {
    name: "fieldcheck:service-worker",
    apply: "build",
    enforce: "post",
    configResolved(config) {
      publicDir = config.publicDir;
    },
    generateBundle: {
      // Last of all: the page itself is made here too.
      order: "post",
      async handler(_, bundle) {
        const made = Object.values(bundle)
          .filter((file) => !file.fileName.endsWith(".map"))
          .map((file) => kept(file.fileName, file.type === "chunk" ? file.code : file.source));
        const source = await worker(entry, name, [...made, ...(await brought(publicDir))]);
        this.emitFile({ type: "asset", fileName: name, source });
      },
    },
  };
}

function kept(url: string, bytes: string | Uint8Array): Kept {
  return { url, revision: createHash("sha256").update(bytes).digest("hex").slice(0, 16) };
}

/** What lies beside the page and goes out as it is. */
async function brought(folder: string): Promise<Kept[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  return Promise.all(
    paths.sort().map(async (path) => kept(relative(folder, path).split(sep).join("/"), await readFile(path))),
  );
}

async function worker(entry: string, name: string, files: readonly Kept[]): Promise<string> {
  const made = await build({
    configFile: false,
    publicDir: false,
    logLevel: "warn",
    define: { __KEPT__: JSON.stringify(files), "process.env.NODE_ENV": '"production"' },
    build: {
      write: false,
      target: "es2022",
      rollupOptions: { input: entry, output: { format: "iife", entryFileNames: name } },
    },
  });
  const [output] = Array.isArray(made) ? made : [made];
  const chunk = output && "output" in output ? output.output.find((file) => file.type === "chunk") : undefined;
  if (chunk?.type !== "chunk") throw new Error("the service worker was not built");
  return chunk.code;
}
