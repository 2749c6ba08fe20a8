// @vitest-environment node
/** What becomes of entries at the server, and that nothing that it says makes one disappear. */
import { MAX_LINES, MAX_PACKED_BYTES } from "@contract";
import { describe, expect, test } from "vitest";
import { UntrustedAnswerError, type Device, type Draft } from "../../src/device";
import type { Captured } from "../../src/store/ports";
import { b64url, parseEntry, parseLine, utf8 } from "../../src/wire";
import { MemoryStore } from "../support/memory-store";
import { anchorId, DEVICE, Office, OTHER, RESTORED, tablet, VISIT } from "../support/office";

const note = (text: string): Draft => ({ type: "note.add", body: { text }, visit: VISIT });
const ZERO = b64url(new Uint8Array(32));

async function wrote(device: Device, count: number): Promise<Captured[]> {
  const entries: Captured[] = [];
  for (let at = 0; at < count; at += 1) entries.push(await device.capture(note(String(at))));
  return entries;
}

async function custody(device: Device): Promise<string[]> {
  return (await device.store.entries()).map((entry) => entry.custody);
}

describe("the outbox", () => {
  test("keeps within what one push may carry", async () => {
    const device = await tablet();
    await wrote(device, MAX_LINES + 1);
    expect(await device.outbox()).toHaveLength(MAX_LINES);
    expect(await device.outbox(3)).toHaveLength(3);
    const fat = await tablet();
    for (let at = 0; at < 40; at += 1) await fat.capture(note("字".repeat(10_000)));
    const batch = await fat.outbox();
    expect(batch.length).toBeGreaterThan(0);
    expect(batch.length).toBeLessThan(40);
    expect(utf8(batch.map((entry) => `${entry.line}\n`).join("")).length).toBeLessThan(MAX_PACKED_BYTES);
  });

  test("goes on behind an entry that is refused", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    await wrote(device, 3);
    const batch = await device.outbox();
    const verdicts = [{}, { verdict: "refused", reasons: ["unknown-key"] } as const, { verdict: "later" } as const];
    expect(await device.settle(batch, await office.took(batch, { verdicts }))).toBe(2);
    expect(await custody(device)).toEqual(["server", "refused", "own"]);
    expect((await device.outbox()).map((entry) => entry.seq)).toEqual([3]);
    expect((await device.store.entries())[1]?.reasons).toEqual(["unknown-key"]);
  });
});

describe("custody is believed", () => {
  test("only where the signed receipt names the entry", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const batch = await wrote(device, 2);
    const receipt = { entries: [{ hash: batch[0]?.hash ?? "", verdict: "accepted" as const }] };
    expect(await device.settle(batch, await office.took(batch, { receipt }))).toBe(1);
    expect(await custody(device)).toEqual(["server", "own"]);
  });

  test("of every verdict that takes it, with the remarks", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const batch = await wrote(device, 4);
    const verdicts = (["accepted", "duplicate", "held", "flagged"] as const).map((verdict) => ({
      verdict,
      reasons: ["log-gap"],
    }));
    await device.settle(batch, await office.took(batch, { verdicts }));
    expect(await custody(device)).toEqual(["server", "server", "server", "server"]);
    const told = (await device.store.entries()).map((entry) => [entry.verdict, ...entry.reasons]);
    expect(told).toEqual(verdicts.map(({ verdict }) => [verdict, "log-gap"]));
  });

  test("of nobody but the server: a receipt or an anchor of another key changes nothing", async () => {
    const [office, stranger] = [await Office.open(), await Office.open(utf8("x".repeat(32)))];
    const device = await tablet();
    const batch = await wrote(device, 1);
    const [good, bad] = [await office.took(batch), await stranger.took(batch)];
    const forged = { ...good.receipt, p: good.receipt.p.replace("accepted", "flagged") };
    for (const answer of [bad, { ...good, anchor: bad.anchor }, { ...good, receipt: forged }]) {
      await expect(device.settle(batch, answer)).rejects.toThrow(UntrustedAnswerError);
      expect(await custody(device)).toEqual(["own"]);
    }
    const crossed = { ...good, receipt: good.anchor, anchor: good.receipt };
    await expect(device.settle(batch, crossed)).rejects.toThrow(UntrustedAnswerError);
    expect(await device.settle(batch, good)).toBe(1);
  });

  test("not of the answer to another push", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const [first, second] = await wrote(device, 2);
    if (!first || !second) throw new Error("two were written");
    const answer = await office.took([first], { verdicts: [{ verdict: "refused", reasons: ["malformed"] }] });
    expect(await device.settle([second], answer)).toBe(0);
    expect(await custody(device)).toEqual(["own", "own"]);
  });

  test("not of a line that broke on its way: it is sent again", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const batch = await wrote(device, 1);
    const verdicts = [{ hash: null, verdict: "refused" as const, reasons: ["malformed" as const] }];
    expect(await device.settle(batch, await office.took(batch, { verdicts }))).toBe(0);
    expect(await custody(device)).toEqual(["own"]);
  });

  test("for good: a late copy of an earlier answer takes no custody back", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const batch = await wrote(device, 2);
    const late = await office.took(batch, { verdicts: [{ verdict: "later" }, { verdict: "refused" }] });
    await device.settle(batch, await office.took(batch));
    expect(await device.settle(batch, late)).toBe(0);
    expect(await custody(device)).toEqual(["server", "server"]);
    expect(await device.settle(batch, await office.took(batch))).toBe(2);
  });

  test("of verdicts on lines that were never sent, nothing", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const batch = await wrote(device, 2);
    expect(await device.settle(batch.slice(0, 1), await office.took(batch))).toBe(1);
    expect(await custody(device)).toEqual(["server", "own"]);
  });
});

test("an answer is noted whole or not at all", async () => {
  const store = new MemoryStore();
  const [office, device] = [await Office.open(), await tablet(store)];
  const batch = await wrote(device, 3);
  const answer = await office.took(batch, { receipt: { sth: [3, ZERO] } });
  let settled = 0;
  store.fails = (what) => {
    if (what === "settle" && (settled += 1) === 2) throw new Error("disk full");
  };
  await expect(device.settle(batch, answer)).rejects.toThrow("disk full");
  store.fails = null;
  expect(await custody(device)).toEqual(["own", "own", "own"]);
  expect(await device.witness.newest()).toBeNull();
});

describe("a log that forked", () => {
  const forked = (ep: number) => ({ logs: [{ dev: DEVICE, ep, seq: 1, top: 1, forked: true }] });

  test("goes on in a new incarnation, once", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const batch = await wrote(device, 1);
    await device.settle(batch, await office.took(batch, { receipt: forked(1) }));
    expect(await device.epoch()).toBe(2);
    await device.settle(batch, await office.took(batch, { receipt: forked(1) }));
    expect(await device.epoch()).toBe(2);
    const bodies = (await device.store.entries()).map((entry) => parseEntry(parseLine(entry.line)).body);
    expect(bodies[1]).toMatchObject({ reason: "fork", last: { ep: 1, seq: 1, hash: batch[0]?.hash } });
  });

  test("of another device is no matter here", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const batch = await wrote(device, 1);
    const logs = [{ dev: OTHER, ep: 1, seq: 1, top: 9, forked: true }];
    await device.settle(batch, await office.took(batch, { receipt: { logs } }));
    expect(await device.epoch()).toBe(1);
  });
});

describe("a log that lost its end", () => {
  test("goes on in a new incarnation when a receipt tells of numbers that are not here", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const batch = await wrote(device, 2);
    const logs = [{ dev: DEVICE, ep: 1, seq: 5, top: 5 }];
    await device.settle(batch, await office.took(batch, { receipt: { logs } }));
    expect(await device.epoch()).toBe(2);
    expect(await device.capture(note("x"))).toMatchObject({ ep: 2, seq: 2 });
  });

  test("goes on so when the comparison of logs tells", async () => {
    const [office, device] = [await Office.open(), await tablet()];
    const batch = await wrote(device, 2);
    await device.settle(batch, await office.took(batch));
    // The server's entry 5 is not here: its hash cannot be compared, so all are offered once more.
    expect(await device.offerAgain(office.inventory({ seq: 5, hash: ZERO }))).toBe(2);
    expect(await device.epoch()).toBe(2);
  });

  async function enrolledAgain(device: Device, epochs: readonly number[]): Promise<void> {
    const office = await Office.open();
    await device.enrolled({
      ...{ device: DEVICE, kid: device.key.kid, inspector: OTHER, token: "t", token_expires: "2026-05-31T01:00:00Z" },
      ...{ history: office.history, server_keys: [office.jwk], anchor: await office.anchor() },
      logs: epochs.map((ep) => ({ dev: DEVICE, ep, seq: 9, top: 9 })),
    });
  }

  test("of a wiped device begins behind what the server has", async () => {
    const device = await tablet();
    await enrolledAgain(device, [1, 3]);
    expect(await device.capture(note("x"))).toMatchObject({ ep: 4, seq: 1 });
    await enrolledAgain(device, [1, 3]);
    expect(await device.capture(note("y"))).toMatchObject({ ep: 4, seq: 2 });
  });

  test("goes on where it stands when a device that has its log enrols again", async () => {
    const device = await tablet();
    await wrote(device, 2);
    await enrolledAgain(device, [1]);
    expect(await device.capture(note("x"))).toMatchObject({ ep: 1, seq: 3 });
  });
});

describe("a server that was restored", () => {
  async function settled(count: number): Promise<{ office: Office; device: Device; entries: Captured[] }> {
    const [office, device] = [await Office.open(), await tablet()];
    const entries = await wrote(device, count);
    await device.settle(entries, await office.took(entries));
    return { office, device, entries };
  }

  test("is noticed by its history in an anchor, and forgotten once the logs are compared", async () => {
    const { office, device, entries } = await settled(1);
    expect(await device.serverWasRestored()).toBe(false);
    office.history = RESTORED;
    await device.keepAnchor(await office.anchor(2));
    expect(await device.serverWasRestored()).toBe(true);
    await device.offerAgain(office.inventory({ seq: 1, hash: entries[0]?.hash ?? null }));
    expect(await device.serverWasRestored()).toBe(false);
    await device.keepAnchor(await office.anchor(3));
    expect(await device.serverWasRestored()).toBe(false);
  });

  test("is noticed by a log that ends before what it gave a receipt for, though it does not know", async () => {
    const { office, device, entries } = await settled(2);
    const more = await wrote(device, 1);
    const logs = [{ dev: DEVICE, ep: 1, seq: 1, top: 3, hash: entries[0]?.hash ?? null }];
    await device.settle(more, await office.took(more, { receipt: { logs } }));
    expect(await device.serverWasRestored()).toBe(true);
  });

  test("is not suspected for what this very receipt names", async () => {
    const { office, device, entries } = await settled(1);
    const more = await wrote(device, 1);
    const logs = [{ dev: DEVICE, ep: 1, seq: 1, top: 2, hash: entries[0]?.hash ?? null }];
    await device.settle(more, await office.took(more, { receipt: { logs } }));
    expect(await device.serverWasRestored()).toBe(false);
  });

  test("gets what it lacks again, and refused entries stay refused", async () => {
    const { office, device, entries } = await settled(6);
    await device.store.settle(entries[5]?.hash ?? "", "refused", "refused", []);
    expect(
      await device.offerAgain(office.inventory({ seq: 2, hash: entries[1]?.hash ?? null }, [{ first: 4, last: 6 }])),
    ).toBe(2);
    expect((await device.outbox()).map((entry) => entry.seq)).toEqual([4, 5]);
    expect(await device.offerAgain(office.inventory({ seq: 3, hash: ZERO }))).toBe(3);
    expect((await device.outbox()).map((entry) => entry.seq)).toEqual([1, 2, 3, 4, 5]);
  });

  test("is asked for every file again when it lost entries, and for none when it did not", async () => {
    const { office, device, entries } = await settled(3);
    const { digest } = await device.store.keepFile(new Blob(["photo"]), {
      mime: "image/jpeg",
      visit: null,
      name: null,
    });
    await device.store.noteUpload(digest, { address: "/v1/uploads/1", sent: 5, complete: true });
    const whole = { seq: 3, hash: entries[2]?.hash ?? null };
    await device.offerAgain(office.inventory(whole));
    expect((await device.store.file(digest))?.complete).toBe(true);
    const short = { seq: 2, hash: entries[1]?.hash ?? null };
    await device.offerAgain(office.inventory(short, [{ first: 3, last: 3 }]));
    expect(await device.store.file(digest)).toMatchObject({ complete: false, sent: 0, address: null });
  });

  test("gets all of a log that it says is forked", async () => {
    const { office, device, entries } = await settled(3);
    const state = { seq: 3, hash: entries[2]?.hash ?? null, forked: true };
    expect(await device.offerAgain(office.inventory(state))).toBe(3);
    expect(await device.epoch()).toBe(2);
  });
});

test("what a person carried back counts within its history, and only for own entries", async () => {
  const [office, device] = [await Office.open(), await tablet()];
  const entries = await wrote(device, 2);
  const named = [...entries.map((entry) => entry.hash), ZERO].map((hash) => ({ hash, verdict: "flagged" as const }));
  office.history = RESTORED;
  expect(await device.carriedBack([await office.receipt({ entries: named })])).toBe(0);
  office.history = (await Office.open()).history;
  const receipts = [await office.receipt({ entries: named.slice(1) }), await office.receipt({ entries: named })];
  expect(await device.carriedBack(receipts)).toBe(2);
  expect(await custody(device)).toEqual(["server", "server"]);
  await expect(device.carriedBack([await office.anchor()])).rejects.toThrow(UntrustedAnswerError);
});

test("the question for the inventory tells where every incarnation ends and what nobody else has", async () => {
  const device = await tablet();
  const [first] = await wrote(device, 1);
  const epoch = await device.startEpoch("wiped");
  await device.store.keepFile(new Blob(["photo"]), { mime: "image/jpeg", visit: VISIT, name: null });
  const told = await device.inventory("tablet/1");
  expect(told.heads).toEqual([
    { dev: DEVICE, ep: 1, seq: 1, hash: first?.hash },
    { dev: DEVICE, ep: 2, seq: 1, hash: epoch.hash },
  ]);
  const wall = parseEntry(parseLine(first?.line ?? "")).header.wall;
  expect(told.holding).toEqual({ entries: 2, files: 1, bytes: 5, oldest_wall: wall, app: "tablet/1" });
});

test("each answer brings the anchor that the next entry names", async () => {
  const [office, device] = [await Office.open(), await tablet()];
  const batch = await wrote(device, 1);
  await device.settle(batch, await office.took(batch));
  const next = await device.capture(note("next"));
  expect(parseEntry(parseLine(next.line)).header.anchor).toBe(anchorId(1));
});
