/** What only a real browser can show of the store: keys that last, windows, kills, a full disk, pictures. */
import { makeCopy, StorageFull, TabletSafe, type OpenSafe, type Touched } from "../../../src/store";
import type { LockRow } from "../../../src/store/schema";
import { b64url, hex } from "../../../src/wire/bytes";
import { es256Holds } from "../../../src/wire/keys";
import { rawCounts, rawRows, rawText } from "../raw";
import { turned } from "./turned";

const NAME = "fieldcheck";
const MIB = 1024 * 1024;
const SECRET = "灶台油污 kitchen grease";

const safe = new TabletSafe();
let opened: OpenSafe | null = null;

function inside(): OpenSafe {
  if (opened === null) throw new Error("locked");
  return opened;
}

async function signature(): Promise<boolean> {
  const { key } = inside();
  const message = crypto.getRandomValues(new Uint8Array(100));
  return es256Holds(key.jwk, message, b64url(await key.sign(message)));
}

/** Bytes that do not compress and can be made again. */
function content(mib: number): Blob {
  return new Blob(Array.from({ length: mib }, (_, at) => new Uint8Array(MIB).fill(at + 1)));
}

async function sha(bytes: BufferSource): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

const ABOUT = { mime: "image/jpeg", visit: "v", name: null };

const page = {
  state: () => safe.state(),
  burn: () => safe.burn(),
  lock: () => {
    safe.lock();
  },

  async create(pin: string) {
    opened = await safe.create(pin);
    return opened.key.kid;
  },

  /** The key's id; or how long to wait and how many PINs were wrong. */
  async open(pin: string) {
    const found = await safe.open(pin);
    if ("wait" in found) return found;
    opened = found;
    return found.key.kid;
  },

  /** Writes what `read` tells afterwards. */
  async write() {
    const { store } = inside();
    await store.step(async () => {
      await store.remember("secret", SECRET);
      await store.append({ hash: "h1", ep: 1, seq: 1, visit: "v", type: "note", line: SECRET });
    });
    return (await store.keepFile(content(3), ABOUT)).digest;
  },

  async read(digest: string) {
    const { store } = inside();
    const [entry] = await store.entries("own");
    return {
      text: await store.recall("secret"),
      line: entry?.line,
      bytes: (await sha(await store.bytes(digest, 0, 3 * MIB))) === digest,
      signs: await signature(),
    };
  },

  /** What somebody finds who has the browser and not the PIN. */
  async prying() {
    const [lock] = await rawRows<LockRow>(NAME, "lock");
    if (!lock) return null;
    const taken = (format: "pkcs8" | "jwk" | "raw", key: CryptoKey) =>
      crypto.subtle.exportKey(format, key).then(
        () => "taken",
        (error: unknown) => (error as DOMException).name,
      );
    const text = await rawText(NAME);
    return {
      rounds: lock.rounds,
      extractable: [lock.signing.extractable, lock.device.extractable],
      taken: await Promise.all([taken("pkcs8", lock.signing), taken("jwk", lock.signing), taken("raw", lock.device)]),
      readable: ["灶台", "kitchen"].filter((word) => text.includes(word)),
    };
  },

  counts: () => rawCounts(NAME),

  /** Begins to keep a large file and leaves it at that; resolves when some of it is written. */
  async beginFile(mib: number) {
    void inside().store.keepFile(content(mib), ABOUT);
    for (;;) {
      const { pieces } = await rawCounts(NAME);
      if (pieces) return pieces;
    }
  },

  /** What became of a file that is larger than the room for it. */
  async keepTooMuch(mib: number) {
    const { store } = inside();
    const outcome = await store.keepFile(content(mib), ABOUT).then(
      () => "kept",
      (error: unknown) => (error instanceof StorageFull ? "full" : String(error)),
    );
    return [outcome, await rawCounts(NAME), await store.files()] as const;
  },

  /** Adds entries to the log, each behind the newest. */
  async log(times: number, from: string) {
    const { store } = inside();
    for (let at = 0; at < times; at += 1)
      await store.step(async () => {
        const seq = ((await store.newest(1))?.seq ?? 0) + 1;
        await store.append({ hash: `${from} ${String(seq)}`, ep: 1, seq, visit: null, type: "note", line: from });
      });
    return (await store.entries()).map(({ seq }) => seq);
  },

  /** What the next change touches, also of another window. */
  next: () => new Promise<Touched[]>((resolve) => inside().store.follow((touched) => resolve([...touched]))),

  /** Width and height of copies: of a large picture, of one that lies on its side, of none. */
  async copies() {
    const picture = await drawn(400, 300);
    const sizes = [picture, await turned(picture), new Blob(["no picture"], { type: "image/heic" })].map(
      async (one) => {
        const copy = await makeCopy(one, 200);
        if (!copy) return null;
        const { width, height } = await createImageBitmap(copy);
        return [copy.type, width, height];
      },
    );
    return Promise.all(sizes);
  },
};

async function drawn(width: number, height: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")?.fillRect(0, 0, width / 2, height);
  return canvas.convertToBlob({ type: "image/jpeg" });
}

export type Page = typeof page;
Object.assign(globalThis, { page });
