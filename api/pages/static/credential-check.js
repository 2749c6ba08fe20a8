// The rule of credentials (inspection/visits/credentials): a JWS with ES256, a status list of two bits each, a mark of the
// visit's code. Pure functions over what was fetched; nothing is sent anywhere.

const ES256 = { name: "ECDSA", hash: "SHA-256" }, CURVE = { name: "ECDSA", namedCurve: "P-256" };
const LONGEST = 4_000, LONGEST_LIST = 4_000_000, SLACK = 5 * 60_000;
const utf8 = new TextEncoder(), text = new TextDecoder("utf-8", { fatal: true });

export function bytesOf(base64url) {
  if (!/^[A-Za-z0-9_-]*$/.test(base64url)) throw new TypeError("no base64url");
  return Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
}

const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** The claims of a token of this type that one of the keys signed; throws for anything else. */
export async function claimsOf(token, type, keys) {
  if (token.length > (type === "ic+jwt" ? LONGEST : LONGEST_LIST)) throw new TypeError("too long");
  const [head, body, signature, ...more] = token.split(".");
  if (signature === undefined || more.length) throw new TypeError("no token");
  const { alg, typ, kid } = JSON.parse(text.decode(bytesOf(head)));
  const jwk = keys.find((key) => key.kid === kid);
  if (alg !== "ES256" || typ !== type || !jwk) throw new TypeError("another token");
  const key = await crypto.subtle.importKey("jwk", { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }, CURVE, false, ["verify"]);
  if (!(await crypto.subtle.verify(ES256, key, bytesOf(signature), utf8.encode(`${head}.${body}`)))) throw new TypeError("forged");
  return JSON.parse(text.decode(bytesOf(body)));
}

async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** What became of a credential: 0 good, 1 certificate, 2 recused, 3 no longer assigned; beyond the list's end it is good. */
export async function statusOf(list, number) {
  const bits = await inflated(bytesOf(list.status_list.lst)), at = Math.floor(number / 4);
  return at < bits.length ? (bits[at] >> (2 * (number % 4))) & 3 : 0;
}

/** A code as somebody types it. */
export const plainCode = (typed) => typed.trim().toUpperCase().replaceAll(/[- ]/g, "").replaceAll("O", "0").replaceAll(/[IL]/g, "1");

async function codeMark(code, visit) {
  const prefix = utf8.encode("insp/visit-code/v1\0"), typed = utf8.encode(plainCode(code));
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array([...prefix, ...bytesOf(visit), ...typed]));
  return base64url(new Uint8Array(digest).slice(0, 2));
}

/** The day in Beijing, as `2026-03-02`. */
export const dayIn = (now) => new Date(now + 8 * 3_600_000).toISOString().slice(0, 10);

/** The word on genuine claims; what is worst comes first, as on the server (check.py). `status`: null while unknown. */
export async function standingOf(claims, status, now, code) {
  if (code && (await codeMark(code, claims.v)) !== claims.k) return "other-visit";
  if (status) return ["good", "certificate", "recused", "unassigned"][status];
  if (now + SLACK < claims.iat * 1000) return "clock";
  if (now >= claims.exp * 1000) return "expired";
  const today = dayIn(now), [opens, closes] = claims.d;
  if (today < opens) return "not-yet";
  return today <= closes ? "good" : "over";
}

/** The list, while it is good; null of one that is too old, or that nobody of ours signed. */
export async function goodList(token, keys, now) {
  try {
    const list = await claimsOf(token, "statuslist+jwt", keys);
    return now < list.exp * 1000 ? list : null;
  } catch {
    return null;
  }
}

/** The word on a text that claims to be a credential, with what it says; nothing of one that is forged. */
export async function wordOn(token, { keys, list, now, code }) {
  let claims;
  try {
    claims = await claimsOf(token, "ic+jwt", keys);
  } catch {
    return { standing: "forged", claims: null };
  }
  return { standing: await standingOf(claims, list ? await statusOf(list, claims.i) : null, now, code), claims };
}
