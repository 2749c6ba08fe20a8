// @vitest-environment node
/** Whom a device believes, and what it knows of time. */
import { describe, expect, test } from "vitest";
import { Device, NotEnrolledError, UntrustedAnswerError } from "../../src/device";
import { enrolmentMessage, es256Holds, utf8 } from "../../src/wire";
import { MemoryStore } from "../support/memory-store";
import { DEVICE, INSPECTOR, inTurn, NOW, Office, RESTORED, tablet, vectorKey, World } from "../support/office";
import { example } from "../support/vectors";
import type { EnrolAnswer, EnrolRequest } from "@contract";

const EXAMPLE = example<{ request: EnrolRequest; answer: EnrolAnswer }>("enrolment");

async function fresh(world = new World()): Promise<Device> {
  return new Device(new MemoryStore(), await vectorKey(), world, inTurn());
}

describe("enrolment", () => {
  test("asks as the published request does, but for the random part of the proof", async () => {
    const device = await fresh();
    const { proof, ...told } = await device.enrolRequest(EXAMPLE.request.code, EXAMPLE.request.name);
    expect({ ...told, proof: "" }).toEqual({ ...EXAMPLE.request, proof: "" });
    const message = enrolmentMessage(EXAMPLE.request.code, device.key.kid);
    expect(await es256Holds(device.key.jwk, message, proof)).toBe(true);
  });

  test("keeps what the server told, and asks the next time under the same number", async () => {
    const device = await fresh();
    expect(await device.isEnrolled()).toBe(false);
    await expect(device.id()).rejects.toThrow(NotEnrolledError);
    await device.enrolled(EXAMPLE.answer);
    expect([await device.id(), await device.inspector(), await device.token()]).toEqual([
      DEVICE,
      INSPECTOR,
      "example-token",
    ]);
    expect(await device.isEnrolled()).toBe(true);
    expect((await device.enrolRequest("ABCDEFGHIJKLMNOP", "T")).device).toBe(DEVICE);
    await device.keepToken({ token: "next", token_expires: "2026-05-31T01:00:00Z" });
    expect(await device.token()).toBe("next");
  });

  test("believes no answer about another key, with foreign keys or an anchor that none of them signed", async () => {
    const office = await Office.open();
    const stranger = await Office.open(utf8("s".repeat(32)));
    const { answer } = EXAMPLE;
    for (const wrong of [
      { ...answer, kid: office.jwk.kid },
      { ...answer, server_keys: [{ ...office.jwk, kid: stranger.jwk.kid }] },
      { ...answer, server_keys: [stranger.jwk] },
      { ...answer, anchor: await office.receipt() },
    ]) {
      const device = await fresh();
      await expect(device.enrolled(wrong)).rejects.toThrow(UntrustedAnswerError);
      expect(await device.isEnrolled()).toBe(false);
    }
  });

  test("at a server of another history asks for a comparison of the logs", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    expect(await device.serverWasRestored()).toBe(false);
    office.history = RESTORED;
    await device.enrolled({ ...EXAMPLE.answer, history: RESTORED, anchor: await office.anchor() });
    expect(await device.serverWasRestored()).toBe(true);
  });

  test("that could not be kept did not happen", async () => {
    const store = new MemoryStore();
    const device = new Device(store, await vectorKey(), new World(), inTurn());
    store.fails = (what) => {
      if (what === "commit") throw new Error("disk full");
    };
    await expect(device.enrolled(EXAMPLE.answer)).rejects.toThrow("disk full");
    store.fails = null;
    expect(await device.isEnrolled()).toBe(false);
  });
});

describe("a signed text", () => {
  test("is trusted for its purpose, its bytes and its key, and for nothing else", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const signed = await office.anchor();
    expect(await device.trusted("insp/anchor/v1", signed)).toBe(signed.p);
    const forged = { ...signed, p: signed.p.replace("2026", "2027") };
    const foreign = { ...signed, k: device.key.kid };
    for (const [purpose, text] of [
      ["insp/anchor/v1", forged],
      ["insp/receipt/v1", signed],
      ["insp/anchor/v1", foreign],
    ] as const) {
      await expect(device.trusted(purpose, text)).rejects.toThrow(purpose);
    }
  });

  test("that is signed and still no anchor changes nothing", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const before = await device.store.recall("anchor");
    for (const text of ["{}", "[", '{"id":1}', '{"v":1,"v":1}']) {
      await expect(device.keepAnchor(await office.signed("insp/anchor/v1", text))).rejects.toThrow(
        UntrustedAnswerError,
      );
    }
    expect(await device.store.recall("anchor")).toBe(before);
  });
});

describe("a new key of the server", () => {
  const at = "2026-03-02T01:00:00Z";

  async function chain(): Promise<Office[]> {
    return Promise.all([undefined, "a", "b", "x"].map((seed) => Office.open(seed ? utf8(seed.repeat(32)) : undefined)));
  }

  test("is learnt over a chain of statements from one that is trusted", async () => {
    const [first, second, third] = (await chain()) as [Office, Office, Office, Office];
    const device = await tablet();
    const statements = [
      await first.signed("insp/key/v1", { v: 1, next: second.jwk, at }),
      await second.signed("insp/key/v1", { v: 1, next: third.jwk, at }),
    ];
    await expect(device.keepAnchor(await third.anchor())).rejects.toThrow(UntrustedAnswerError);
    expect(await device.learnKeys({ keys: [third.jwk], statements })).toBe(true);
    await device.keepAnchor(await third.anchor());
    expect(await device.learnKeys({ keys: [third.jwk], statements })).toBe(false);
    await device.keepAnchor(await first.anchor());
  });

  test("is not learnt from anybody else, nor when the statement is none", async () => {
    const [first, second, , stranger] = (await chain()) as [Office, Office, Office, Office];
    const device = await tablet();
    const statements = [
      await stranger.signed("insp/key/v1", { v: 1, next: stranger.jwk, at }),
      await first.signed("insp/anchor/v1", { v: 1, next: stranger.jwk, at }),
      await first.signed("insp/key/v1", { v: 1, next: { ...stranger.jwk, kid: second.jwk.kid }, at }),
      await first.signed("insp/key/v1", { v: 2, next: stranger.jwk, at }),
      await first.signed("insp/key/v1", "no statement"),
    ];
    expect(await device.learnKeys({ keys: [stranger.jwk], statements })).toBe(false);
    await expect(device.keepAnchor(await stranger.anchor())).rejects.toThrow(UntrustedAnswerError);
  });
});

describe("the clock", () => {
  test("is off by what the newest anchor proves, within one life of the clock", async () => {
    const world = new World();
    const device = await fresh(world);
    expect(await device.clockOff()).toBeNull();
    expect(await device.provenTime()).toBeNull();
    world.wall = NOW + 90_000;
    await device.enrolled(EXAMPLE.answer);
    expect(await device.provenTime()).toBe(NOW);
    const first = (await device.clockOff()) ?? 0;
    expect(Math.abs(first - 90_000)).toBeLessThan(10);
    world.wall += 3_600_000;
    world.mono += 3_600_000;
    expect(Math.abs(((await device.clockOff()) ?? 0) - first)).toBeLessThan(10);
    world.wall = 0;
    expect((await device.clockOff()) ?? 0).toBeLessThan(-NOW + 3_700_000);
  });

  test("of another life is known to be wrong only where it lies before what is proven", async () => {
    const world = new World();
    const device = await fresh(world);
    await device.enrolled(EXAMPLE.answer);
    world.boot = "boot-2";
    world.wall = NOW + 5_000_000;
    expect(await device.clockOff()).toBeNull();
    world.wall = 86_400_000;
    expect((await device.clockOff()) ?? 0).toBeLessThan(-NOW + 86_500_000);
  });

  test("decides nothing: in 1970 everything is written and applied as ever", async () => {
    const world = new World();
    world.wall = -1_000_000;
    const [office, device] = [await Office.open(), await tablet(undefined, world)];
    const entry = await device.capture({ type: "note.add", body: { text: "x" } });
    expect(await device.apply(await office.page(null, "c1"))).toBe(true);
    expect(await device.settle([entry], await office.took([entry]))).toBe(1);
  });
});
