/** The published bytes of the contract, as they lie in the repository. */
import { expect } from "vitest";

const files = import.meta.glob<Record<string, unknown>>("../../../mobile_contract/vectors/*.json", {
  eager: true,
  import: "default",
});
const examples = import.meta.glob<Record<string, unknown>>("../../../mobile_contract/examples/*.json", {
  eager: true,
  import: "default",
});

/** The names of all vector files, without `.json`. */
export const VECTOR_FILES = Object.keys(files).map(nameOf).sort();

/** One vector file; what stands in it is for the test to say. */
export function vectors<T>(name: string): T {
  return named(files, name) as T;
}

/** One file of whole messages. */
export function example<T>(name: string): T {
  return named(examples, name) as T;
}

function named(all: Record<string, unknown>, name: string): unknown {
  const found = Object.entries(all).find(([path]) => nameOf(path) === name)?.[1];
  expect(found, `there is a file ${name}.json`).toBeDefined();
  return found;
}

function nameOf(path: string): string {
  return path.replace(/^.*\//, "").replace(/\.json$/, "");
}
