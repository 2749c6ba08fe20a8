import { get } from "svelte/store";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** What a browser hands out, as far as the app asks. */
class Workers extends EventTarget {
  registration = Object.assign(new EventTarget(), {
    waiting: null as { postMessage: (said: string) => void } | null,
    installing: null as EventTarget | null,
    update: vi.fn(() => Promise.resolve()),
  });
  register = vi.fn(() => Promise.resolve(this.registration));

  constructor(readonly controller: object | null) {
    super();
  }
}

const postMessage = vi.fn<(said: string) => void>();

async function started(workers: Workers | undefined) {
  Object.defineProperty(navigator, "serviceWorker", { configurable: true, value: workers });
  const update = await import("../../src/ui/update");
  await update.keepApp("/tablet/sw.js");
  return update;
}

beforeEach(() => vi.resetModules());
afterEach(() => {
  postMessage.mockClear();
  Reflect.deleteProperty(navigator, "serviceWorker");
});

test("the first version of the app is no new version", async () => {
  const workers = new Workers(null);
  const { version } = await started(workers);
  workers.dispatchEvent(new Event("controllerchange"));
  expect(get(version)).toBe("current");
});

test("a new version waits until somebody lets it in", async () => {
  const workers = new Workers({});
  const { version, takeOver } = await started(workers);
  expect(get(version)).toBe("current");
  const fresh = new EventTarget();
  workers.registration.installing = fresh;
  workers.registration.dispatchEvent(new Event("updatefound"));
  workers.registration.waiting = { postMessage };
  fresh.dispatchEvent(new Event("statechange"));
  expect(get(version)).toBe("waiting");
  expect(postMessage).not.toHaveBeenCalled();
  takeOver();
  expect(postMessage).toHaveBeenCalledExactlyOnceWith("take over");
});

test("a version that came while the app was closed is offered at once", async () => {
  const workers = new Workers({});
  workers.registration.waiting = { postMessage };
  const { version } = await started(workers);
  expect(get(version)).toBe("waiting");
});

test("when another window let it in, this one is not thrown out of its form", async () => {
  const workers = new Workers({});
  const { version } = await started(workers);
  workers.dispatchEvent(new Event("controllerchange"));
  expect(get(version)).toBe("taken");
});

test("where there are no service workers the app goes on", async () => {
  const { version } = await started(undefined);
  expect(get(version)).toBe("current");
});
