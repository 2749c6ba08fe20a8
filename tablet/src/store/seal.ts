/** Values as they lie on the disk: XChaCha20-Poly1305, bound to their place, so that no row can be moved. */
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { Damaged, Locked } from "./errors";

/** Where a sealed value belongs: its table, then its key and whatever else of the row must not change without it. */
export type Place = readonly [table: string, key: string, ...more: (string | number | null)[]];

const NONCE = 24;
const TAG = 16;
const utf8 = new TextEncoder();
const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Seals with one key, which only this object holds. Everything is synchronous: it is done inside of transactions. */
export class Sealer {
  #key: Uint8Array | null;

  /** `key`: 32 bytes, kept as a copy. */
  constructor(key: Uint8Array) {
    this.#key = Uint8Array.from(key);
  }

  /** A value of JSON. */
  seal(place: Place, value: unknown): Uint8Array<ArrayBuffer> {
    return this.sealBytes(place, utf8.encode(JSON.stringify(value)));
  }

  /** The value as `seal` was given it; Damaged unless it was sealed here for this place. */
  unseal<T>(place: Place, sealed: Uint8Array): T {
    return JSON.parse(text.decode(this.unsealBytes(place, sealed))) as T;
  }

  /** Nonce, ciphertext and tag. */
  sealBytes(place: Place, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const sealed = new Uint8Array(NONCE + bytes.length + TAG);
    const nonce = crypto.getRandomValues(sealed.subarray(0, NONCE));
    this.#cipher(nonce, place).encrypt(bytes, sealed.subarray(NONCE));
    return sealed;
  }

  /** The bytes as `sealBytes` was given them; Damaged unless they were sealed here for this place. */
  unsealBytes(place: Place, sealed: Uint8Array): Uint8Array<ArrayBuffer> {
    if (this.#key === null) throw new Locked();
    try {
      const bytes = new Uint8Array(sealed.length - NONCE - TAG);
      this.#cipher(sealed.subarray(0, NONCE), place).decrypt(sealed.subarray(NONCE), bytes);
      return bytes;
    } catch (error) {
      throw new Damaged(place[0], place[1], { cause: error });
    }
  }

  /** Forgets the key; everything afterwards is Locked. */
  forget(): void {
    this.#key?.fill(0);
    this.#key = null;
  }

  #cipher(nonce: Uint8Array, place: Place) {
    if (this.#key === null) throw new Locked();
    return xchacha20poly1305(this.#key, nonce, utf8.encode(JSON.stringify(place)));
  }
}
