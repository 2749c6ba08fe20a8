/** Writes `licences.txt` beside the app: the licence of every package of which something was built in. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "vite";

const LICENCE = /^(licen[cs]e|copying|notice)/i;

interface Packed {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly texts: readonly string[];
}

/** `also`: packages that another build than the page's puts in (the service worker's). */
export function licences({ root, also }: { root: string; also: readonly string[] }): Plugin {
  return {
    name: "fieldcheck:licences",
    apply: "build",
    async generateBundle(_, bundle) {
      const used = new Set(also);
      for (const file of Object.values(bundle)) {
        if (file.type !== "chunk") continue;
        for (const id of file.moduleIds) {
          const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id.replaceAll("\\", "/"))?.[1];
          if (name) used.add(name);
        }
      }
      const packed = await Promise.all([...used].sort().map((name) => read(join(root, "node_modules", name))));
      this.emitFile({ type: "asset", fileName: "licences.txt", source: packed.map(told).join("\n\n") });
    },
  };
}

async function read(folder: string): Promise<Packed> {
  const about: unknown = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const { name, version, license } = about as Readonly<Record<string, unknown>>;
  const files = (await readdir(folder)).filter((one) => LICENCE.test(one)).sort();
  const texts = await Promise.all(files.map((one) => readFile(join(folder, one), "utf8")));
  return { name: String(name), version: String(version), licence: String(license), texts };
}

function told({ name, version, licence, texts }: Packed): string {
  return [`${name} ${version} (${licence})`, "=".repeat(72), ...texts.map((text) => text.trim())].join("\n");
}
