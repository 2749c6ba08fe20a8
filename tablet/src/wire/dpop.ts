/** The proof that whoever shows a token holds the device's key (DPoP, RFC 9449; docs/sync.md §Transport). */
import { b64url, utf8, type Bytes } from "./bytes";
import { sha } from "./digests";

/** The key of a device, as far as a proof needs it. */
export interface ProvingKey {
  readonly jwk: { readonly kty: "EC"; readonly crv: "P-256"; readonly x: string; readonly y: string };
  /** Raw r ‖ s, 64 bytes. */
  sign(message: Bytes): Promise<Bytes>;
}

/** What a proof says of its request. */
export interface ProofAbout {
  readonly method: string;
  /** The absolute address; query and fragment are left out of `htu`. */
  readonly url: string;
  /** The access token that the request carries; null where it carries none. */
  readonly token: string | null;
  /** The newest `DPoP-Nonce`; null before the first. */
  readonly nonce: string | null;
  /** Names this proof and no other. */
  readonly jti: string;
  /** The device's clock in whole seconds; the server never judges it. */
  readonly iat: number;
}

/** The value of the `DPoP` header for one request: a compact JWT signed with ES256 (RFC 9449 §4.2). */
export async function proof(key: ProvingKey, about: ProofAbout): Promise<string> {
  const text = proofText(key.jwk, about);
  return `${text}.${b64url(await key.sign(utf8(text)))}`;
}

/** What is signed: header and claims, each base64url, with a dot between. */
export function proofText(jwk: ProvingKey["jwk"], about: ProofAbout): string {
  const { kty, crv, x, y } = jwk;
  const header = { typ: "dpop+jwt", alg: "ES256", jwk: { kty, crv, x, y } };
  const claims = {
    ...{ jti: about.jti, htm: about.method, htu: targetOf(about.url), iat: about.iat },
    ...(about.token === null ? {} : { ath: tokenHash(about.token) }),
    ...(about.nonce === null ? {} : { nonce: about.nonce }),
  };
  return [header, claims].map((members) => b64url(utf8(JSON.stringify(members)))).join(".");
}

/** `ath`: base64url of the SHA-256 of the token. */
export function tokenHash(token: string): string {
  return b64url(sha(utf8(token)));
}

/** `htu`: the address without query and fragment. */
export function targetOf(url: string): string {
  return url.replace(/[?#].*$/su, "");
}
