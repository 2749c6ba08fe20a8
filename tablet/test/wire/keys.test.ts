// @vitest-environment node
/** Signatures of the server are verified with and without a browser that knows Ed25519. */
import type { Purpose, ServerJwk } from "@contract";
import { afterEach, expect, test, vi } from "vitest";
import { vectors } from "../support/vectors";

const { jwk } = vectors<{ server: { jwk: ServerJwk } }>("keys").server;
const { purpose, text, k, signature } = vectors<
  Record<string, { purpose: Purpose; text: string; k: string; signature: string }>
>("signed")["anchor"] ?? { purpose: "insp/anchor/v1", text: "", k: "", signature: "" };

afterEach(() => {
  vi.restoreAllMocks();
});

/** A fresh copy of the module: it asks the browser once. */
async function keys(): Promise<typeof import("../../src/wire/keys")> {
  vi.resetModules();
  return import("../../src/wire/keys");
}

async function expectStrict({ serverSigned }: typeof import("../../src/wire/keys")): Promise<void> {
  expect(await serverSigned([jwk], purpose, { p: text, k, s: signature })).toBe(true);
  expect(await serverSigned([jwk], purpose, { p: `${text} `, k, s: signature })).toBe(false);
  expect(await serverSigned([jwk], purpose, { p: text, k, s: `${"A".repeat(85)}A` })).toBe(false);
  expect(await serverSigned([{ ...jwk, x: "A".repeat(43) }], purpose, { p: text, k, s: signature })).toBe(false);
}

test("by the browser, where it knows how", async () => {
  const asked = vi.spyOn(crypto.subtle, "verify");
  await expectStrict(await keys());
  expect(asked).toHaveBeenCalled();
});

test("without it, where an old browser does not", async () => {
  vi.spyOn(crypto.subtle, "importKey").mockRejectedValue(new DOMException("Unrecognized name.", "NotSupportedError"));
  const asked = vi.spyOn(crypto.subtle, "verify");
  await expectStrict(await keys());
  expect(asked).not.toHaveBeenCalled();
});
