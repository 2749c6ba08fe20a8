// @vitest-environment node
import { afterEach, expect, test, vi } from "vitest";
import { LONG_SIDE, makeCopy } from "../../src/store/picture";
import { askToPersist, storageRoom } from "../../src/store/persist";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A browser that can draw; how large the drawing was. */
function browser(width: number, height: number, { context = true, jpeg = true } = {}) {
  const close = vi.fn();
  const decode = vi.fn(() => Promise.resolve({ width, height, close }));
  const drawn: [number, number][] = [];
  vi.stubGlobal("createImageBitmap", decode);
  vi.stubGlobal(
    "OffscreenCanvas",
    class {
      constructor(
        readonly width: number,
        readonly height: number,
      ) {
        drawn.push([width, height]);
      }
      getContext = () => (context ? { fillRect: vi.fn(), drawImage: vi.fn() } : null);
      convertToBlob = ({ type }: { type: string }) =>
        jpeg ? Promise.resolve(new Blob(["jpeg"], { type })) : Promise.reject(new Error("no memory"));
    },
  );
  return { close, decode, drawn };
}

test.each([
  [4000, 3000, 1600, 1600, 1200],
  [3000, 4000, 480, 360, 480],
  [100, 50, 480, 100, 50],
  [10000, 2, 480, 480, 1],
])("of %i×%i a copy of at most %i is %i×%i", async (width, height, side, copyWidth, copyHeight) => {
  const { close, decode, drawn } = browser(width, height);
  expect((await makeCopy(new Blob(["p"]), side))?.type).toBe("image/jpeg");
  expect(drawn).toEqual([[copyWidth, copyHeight]]);
  expect(decode).toHaveBeenCalledWith(expect.any(Blob), { imageOrientation: "from-image" });
  expect(close).toHaveBeenCalledOnce();
});

test("what the browser cannot read, or has no memory for, has no copy and is no failure", async () => {
  vi.stubGlobal("createImageBitmap", () => Promise.reject(new DOMException("HEIC", "InvalidStateError")));
  expect(await makeCopy(new Blob(["heic"]), LONG_SIDE.small)).toBeNull();
  for (const lacking of [{ context: false }, { jpeg: false }]) {
    const { close } = browser(10, 10, lacking);
    expect(await makeCopy(new Blob(["p"]), LONG_SIDE.screen)).toBeNull();
    expect(close).toHaveBeenCalledOnce();
  }
});

test("storage is asked for once it is not promised yet, and where nobody can be asked it is not promised", async () => {
  vi.stubGlobal("navigator", {});
  expect([await askToPersist(), await storageRoom()]).toEqual([false, null]);
  const persist = vi.fn(() => Promise.resolve(true));
  const storage = { persisted: () => Promise.resolve(false), persist, estimate: () => Promise.resolve({ usage: 5 }) };
  vi.stubGlobal("navigator", { storage });
  expect(await askToPersist()).toBe(true);
  expect(await storageRoom()).toEqual({ persisted: false, used: 5, quota: 0 });
  vi.stubGlobal("navigator", { storage: { ...storage, persisted: () => Promise.resolve(true) } });
  expect(await askToPersist()).toBe(true);
  expect(persist).toHaveBeenCalledOnce();
});
