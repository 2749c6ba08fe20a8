// @vitest-environment node
/** Requests prove the tablet's key, repeat with the server's nonce, renew the token, and are shown to nobody else. */
import { describe, expect, test } from "vitest";
import { Channel } from "../../src/session/channel";
import { ProblemError, retryAfter, StoppedError, UnreachableError, UnreadableError } from "../../src/session/problem";
import { readSelf } from "../../src/wire";
import { FakeServer, problem } from "../support/fake-server";
import { tablet, vectorKey, World } from "../support/office";

async function channelTo(server: FakeServer, base = "https://fieldcheck.example/") {
  const device = await tablet();
  await device.store.remember("token", server.token);
  const [stop, world] = [new AbortController(), new World()];
  const channel = new Channel({
    ...{ fetch: server.fetch, base, key: await vectorKey(), stopped: stop.signal, wall: () => 1_000 },
    token: () => device.token(),
    keepToken: (answer) => device.keepToken(answer),
    entropy: (length) => world.entropy(length),
    patience: () => new AbortController().signal,
  });
  const body = JSON.stringify(await device.enrolRequest("ABCDEFGHIJKLMNOP", "x"));
  await channel.send("POST", "/v1/devices", { body, open: true });
  server.asked.length = 0;
  return { channel, device, stop };
}
const self = (channel: Channel) => channel.json(readSelf, "GET", "/v1/devices/self");

describe("a request", () => {
  test("is repeated with the nonce that the server asks for, and goes on with it", async () => {
    const server = await FakeServer.open();
    const { channel } = await channelTo(server);
    await self(channel);
    expect(server.asked).toHaveLength(2);
    await self(channel);
    expect(server.asked).toHaveLength(3);
    server.newNonce();
    await self(channel);
    expect(server.asked).toHaveLength(5);
  });

  test("is given up when the server asks for a nonce again and again", async () => {
    const server = await FakeServer.open();
    const { channel } = await channelTo(server);
    server.fails = () => problem(401, "proof-required", { "WWW-Authenticate": 'DPoP error="use_dpop_nonce"' });
    await expect(self(channel)).rejects.toMatchObject({ status: 401, code: "proof-required" });
    expect(server.asked).toHaveLength(4);
  });

  test("renews a token that ran out once, also for several at a time", async () => {
    const server = await FakeServer.open();
    const { channel, device } = await channelTo(server);
    await self(channel);
    server.tokenGood = false;
    await Promise.all([self(channel), self(channel), self(channel)]);
    expect(server.asked.filter((one) => one.endsWith("/token"))).toHaveLength(1);
    expect(await device.token()).toBe(server.token);
  });

  test("tells why the token could not be renewed, and keeps the old one", async () => {
    const server = await FakeServer.open();
    const { channel, device } = await channelTo(server);
    server.tokenGood = false;
    server.fails = (_, path) => (path.endsWith("/token") ? 503 : null);
    await expect(self(channel)).rejects.toMatchObject({ status: 503 });
    expect(await device.token()).toBe("token-1");
  });

  test("goes to the own server only, below its own address", async () => {
    const server = await FakeServer.open();
    const addresses: string[] = [];
    const { fetch } = server;
    const behind = Object.assign(Object.create(server) as FakeServer, {
      fetch: (address: string, asked: RequestInit) => {
        addresses.push(address);
        return fetch(address, asked);
      },
    });
    const { channel } = await channelTo(behind, "https://office.example/prefix/");
    await channel.send("HEAD", "https://evil.example/v1/uploads/u-1").catch(() => undefined);
    expect(addresses.every((one) => one.startsWith("https://office.example/prefix/v1/"))).toBe(true);
    await expect(channel.send("GET", "https://evil.example/")).rejects.toThrow(UnreadableError);
  });

  test("that has no answer, or a page of somebody else's, says so", async () => {
    const server = await FakeServer.open();
    const { channel } = await channelTo(server);
    server.fails = () => "lost";
    await expect(self(channel)).rejects.toThrow(UnreachableError);
    server.fails = () => new Response("<html>Wi-Fi</html>", { headers: { "Content-Type": "text/html" } });
    await expect(self(channel)).rejects.toThrow(UnreadableError);
    server.fails = () => new Response("<html>no</html>", { status: 502 });
    await expect(self(channel)).rejects.toMatchObject({ status: 502, code: "" });
    server.fails = () => new Response('{"device": "x"}');
    await expect(self(channel)).rejects.toThrow(UnreadableError);
  });

  test("that the app itself ended is no trouble of the network", async () => {
    const server = await FakeServer.open();
    const { channel, stop } = await channelTo(server);
    server.fails = () => {
      stop.abort();
      return "lost";
    };
    await expect(self(channel)).rejects.toThrow(StoppedError);
  });

  test("tells the problem with its code and how long to wait", async () => {
    const server = await FakeServer.open();
    const { channel } = await channelTo(server);
    server.fails = () => problem(429, "too-many-requests", { "Retry-After": "7" });
    const error: unknown = await self(channel).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ code: "too-many-requests", retryAfter: 7_000 });
  });
});

test("a date to wait for is read against the answer's own date, not against a clock here", () => {
  const date = "Mon, 02 Mar 2026 01:00:00 GMT";
  expect(retryAfter(new Headers({ "Retry-After": "Mon, 02 Mar 2026 01:01:00 GMT", Date: date }))).toBe(60_000);
  expect(retryAfter(new Headers({ "Retry-After": "Mon, 02 Mar 2026 00:00:00 GMT", Date: date }))).toBe(0);
  expect(retryAfter(new Headers({ "Retry-After": "Mon, 02 Mar 2026 01:01:00 GMT" }))).toBeNull();
  expect(retryAfter(new Headers({ "Retry-After": "99999999" }))).toBe(3_600_000);
  expect(retryAfter(new Headers())).toBeNull();
});
