/** The key of this tablet: P-256, made by the browser and never seen by anybody. */
import { thumbprint } from "../wire/keys";
import { Locked } from "./errors";
import type { SigningKey } from "./ports";

const ECDSA = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** The two halves as they are kept. */
export interface KeptKey {
  readonly signing: CryptoKey;
  readonly x: string;
  readonly y: string;
}

/** A new key. */
export async function newKey(): Promise<KeptKey> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(ECDSA, false, ["sign", "verify"]);
  const { x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  if (x === undefined || y === undefined) throw new Error("the browser made no P-256 key");
  return { signing: privateKey, x, y };
}

/** Signs while the app is open. */
export class TabletKey implements SigningKey {
  readonly kid: string;
  readonly jwk: SigningKey["jwk"];
  #private: CryptoKey | null;

  constructor({ signing, x, y }: KeptKey) {
    this.jwk = { kty: "EC", crv: "P-256", x, y };
    this.kid = thumbprint(this.jwk);
    this.#private = signing;
  }

  async sign(message: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#private === null) throw new Locked();
    return new Uint8Array(await crypto.subtle.sign(ECDSA, this.#private, message));
  }

  /** Nothing is signed any more. */
  forget(): void {
    this.#private = null;
  }
}
