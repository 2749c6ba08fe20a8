// What a bundle holds, read strictly: whole numbers only, no key twice, and what is missing proves nothing: asking for
// it throws, and the check that needs it fails.

import { hashNamed, hex, textOf, unhex } from "./draw-hashes.js";

const STRICT = new Proxy(Object.create(null), {
  get(_, name) {
    if (typeof name === "string" && name !== "toJSON") throw new TypeError(`${name} is missing`);
    return undefined;
  },
});

/** JSON whose objects throw when asked for a member that they lack: whole numbers only, and no key twice. */
export function parsed(text) {
  let keys = 0;
  const value = JSON.parse(text, (_, one) => {
    if (typeof one === "number" && !Number.isSafeInteger(one)) throw new TypeError("no whole number");
    if (one === null || typeof one !== "object" || Array.isArray(one)) return one;
    keys += Object.keys(one).length;
    return Object.setPrototypeOf(one, STRICT);
  });
  const bare = text.replace(/"(?:[^"\\]|\\.)*"/g, "");
  if (/[.]|[0-9][eE]/.test(bare) || bare.split(":").length - 1 !== keys) throw new TypeError("no plain JSON");
  return value;
}

/** The one canonical spelling of JSON (RFC 8785 without fractions). */
export function canon(value) {
  if (Array.isArray(value)) return `[${value.map(canon).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canon(value[key])}`).join(",")}}`;
}

export const same = (one, other) => canon(one) === canon(other);
export const pick = (from, keys) => Object.fromEntries(keys.map((key) => [key, from[key]]));

const ticketRead = (one) => ({ ...pick(one, ["cell", "rank", "ticket"]), place: hex(unhex(one.place)), bytes: unhex(one.ticket) });

/** The files of a bundle (name → bytes), read as they are asked for. */
export class Bundle {
  constructor(files) {
    this.files = files;
    this.read = new Map();
  }

  bytes(name) {
    if (!this.files.has(name)) throw new TypeError(`${name} is missing`);
    return this.files.get(name);
  }

  once(name, make) {
    if (!this.read.has(name)) this.read.set(name, make());
    return this.read.get(name);
  }

  json(name) { return this.once(name, () => parsed(textOf(this.bytes(`${name}.json`)))); }

  get params() { return this.json("params"); }
  get match() { return this.json("match"); }
  get openings() { return this.json("openings"); }
  get head() { return this.json("ceremony"); }
  get cells() { return this.json("cells"); }
  get drawn() { return this.once("tickets", () => this.json("drawn").map(ticketRead)); }
  get lines() { return textOf(this.bytes("events.jsonl")).split("\n").filter((line) => line).map(parsed); }
  get events() { return this.once("events", () => this.lines.map((line) => parsed(line.text))); }
  get hash() { return hashNamed(this.head.hash_alg); }
  raw(name) { return unhex(this.head[name]); }
  event(kind) {
    const found = this.events.filter((event) => event.kind === kind);
    if (found.length !== 1) throw new TypeError(`${kind} once`);
    return found[0];
  }
}

