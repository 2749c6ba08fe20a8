// @vitest-environment node
/** When work is done again: soon after news, later and later after trouble, never before the server allows it. */
import { describe, expect, test } from "vitest";
import { ProblemError, StoppedError, UnreachableError } from "../../src/session/problem";
import { Lane, type Setback } from "../../src/session/rhythm";
import { HandTimers } from "../support/whole-tablet";

const EVERY = 1_000_000;
const settled = () => new Promise((resolve) => setImmediate(resolve));

function lane() {
  const timers = new HandTimers();
  const told: (Setback | null)[] = [];
  const world = { runs: 0, fails: null as unknown, hold: null as Promise<void> | null };
  const work = async () => {
    world.runs += 1;
    await world.hold;
    if (world.fails !== null) throw world.fails;
  };
  const made = new Lane({ timers, every: EVERY, work, told: (one) => told.push(one) });
  const move = async (ms: number) => {
    timers.move(ms);
    await settled();
  };
  return { made, timers, told, world, move };
}

describe("a lane", () => {
  test("goes once for many wishes, and again by itself later", async () => {
    const { made, world, move, timers } = lane();
    for (let n = 0; n < 5; n += 1) made.want(1_000);
    await move(999);
    expect(world.runs).toBe(0);
    await move(1);
    expect(world.runs).toBe(1);
    expect(timers.next - timers.now).toBe(EVERY);
    await move(EVERY);
    expect(world.runs).toBe(2);
  });

  test("goes again at once for what was wished while it ran, never twice at a time", async () => {
    const { made, world, move } = lane();
    let end = (): void => undefined;
    world.hold = new Promise((resolve) => (end = resolve));
    made.want();
    await move(0);
    made.want();
    made.want();
    await move(0);
    expect(world.runs).toBe(1);
    end();
    await settled();
    world.hold = null;
    await move(0);
    expect(world.runs).toBe(2);
  });

  test("pauses longer and longer after trouble, up to a bound, and starts anew after success", async () => {
    const { made, world, move, timers } = lane();
    world.fails = new UnreachableError();
    made.want();
    const pauses: number[] = [];
    for (let n = 0; n < 12; n += 1) {
      await move(timers.next - timers.now);
      pauses.push(timers.next - timers.now);
    }
    expect(pauses.slice(0, 4)).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(Math.max(...pauses)).toBe(300_000);
    world.fails = null;
    await move(timers.next - timers.now);
    world.fails = new UnreachableError();
    made.want();
    await move(0);
    expect(timers.next - timers.now).toBe(2_000);
  });

  test("spreads its pauses", async () => {
    const { made, world, move, timers } = lane();
    timers.chance = 0;
    world.fails = new UnreachableError();
    made.want();
    await move(0);
    expect(timers.next - timers.now).toBe(1_000);
  });

  test("is not hurried by wishes within a pause, but by the network's return", async () => {
    const { made, world, move } = lane();
    world.fails = new UnreachableError();
    made.want();
    await move(0);
    made.want();
    await move(1_999);
    expect(world.runs).toBe(1);
    world.fails = null;
    made.hurry();
    await move(0);
    expect(world.runs).toBe(2);
  });

  test("waits as long as the server asks, whoever is in a hurry", async () => {
    const { made, world, move, told, timers } = lane();
    world.fails = new ProblemError(503, "busy", 60_000, {});
    made.want();
    await move(0);
    expect(told.at(-1)?.retryAt).toBe(timers.now + 63_000);
    world.fails = null;
    made.hurry();
    await made.now();
    await move(60_000);
    expect(world.runs).toBe(1);
    await move(3_000);
    expect(world.runs).toBe(2);
    expect(told.at(-1)).toBeNull();
  });

  test("tells nothing of what the app itself ended, and does not go again", async () => {
    const { made, world, move, told } = lane();
    world.fails = new StoppedError("locked");
    made.want();
    await move(0);
    await made.stop();
    made.want();
    await made.now();
    await move(EVERY * 10);
    expect([told, world.runs]).toEqual([[], 1]);
  });
});
