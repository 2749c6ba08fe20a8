/**
 * Strict JSON: the only reader of JSON that somebody signed, or that the device is to believe.
 *
 * `JSON.parse` takes members twice, fractions, and numbers that other languages round, so that two readers of the same
 * signed bytes could see two statements. Here such bytes are malformed, as for every other client of the contract.
 */
import { MAX_DEPTH, SAFE_INTEGER } from "@contract";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/** Bytes that are not strict JSON; the message says which rule they break. */
export class MalformedJsonError extends Error {}

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const SPACE = /[ \t\n\r]*/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const HEX = /[0-9a-fA-F]{4}/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)/y;
const LONE = /\p{Surrogate}/u;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const LONGEST_INTEGER = 17;

/**
 * The value of strict JSON text.
 *
 * Refuses (MalformedJsonError): invalid UTF-8, a byte order mark, a member twice, fractions, exponents, NaN, infinities,
 * integers beyond ±(2^53−1), lone surrogates, and more than 16 nested arrays and objects.
 */
export function parseStrict(raw: Uint8Array | string): Json {
  return new Reader(typeof raw === "string" ? raw : decoded(raw)).whole();
}

/** Like `parseStrict`, for text whose value must be an object. */
export function parseStrictObject(raw: Uint8Array | string): JsonObject {
  const value = parseStrict(raw);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new MalformedJsonError("not an object");
  return value;
}

/** The same JSON value with U+0000 shown as ␀ (U+2400): signed bytes keep it, readers never meet it. */
export function printable(value: Json): Json {
  if (typeof value === "string") return value.replaceAll("\u0000", "␀");
  if (Array.isArray(value)) return value.map(printable);
  if (typeof value !== "object" || value === null) return value;
  const shown: JsonObject = {};
  for (const [name, member] of Object.entries(value)) put(shown, name.replaceAll("\u0000", "␀"), printable(member));
  return shown;
}

function decoded(raw: Uint8Array): string {
  try {
    return DECODER.decode(raw);
  } catch (error) {
    throw new MalformedJsonError("not UTF-8", { cause: error });
  }
}

/** A member of any name, `__proto__` among them. */
function put(members: JsonObject, name: string, value: Json): void {
  if (name === "__proto__") {
    Object.defineProperty(members, name, { value, enumerable: true, writable: true, configurable: true });
  } else {
    members[name] = value;
  }
}

class Reader {
  #at = 0;
  #depth = 0;

  constructor(private readonly text: string) {}

  whole(): Json {
    if (this.text.startsWith("\ufeff")) throw new MalformedJsonError("byte order mark");
    this.#match(SPACE);
    const value = this.#value();
    if (this.#at !== this.text.length) throw new MalformedJsonError("not JSON");
    return value;
  }

  /** One value and the space behind it. */
  #value(): Json {
    const value = this.#bare();
    this.#match(SPACE);
    return value;
  }

  #bare(): Json {
    switch (this.text[this.#at]) {
      case "{":
        return this.#nested(() => this.#object());
      case "[":
        return this.#nested(() => this.#array());
      case '"':
        return this.#string();
      case "t":
        return this.#word("true", true);
      case "f":
        return this.#word("false", false);
      case "n":
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  #nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new MalformedJsonError("too deep");
    this.#at += 1;
    this.#match(SPACE);
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #object(): JsonObject {
    const members: JsonObject = {};
    if (this.#next("}")) return members;
    do {
      this.#match(SPACE);
      const name = this.#string();
      this.#match(SPACE);
      this.#expect(":");
      this.#match(SPACE);
      if (Object.hasOwn(members, name)) throw new MalformedJsonError("duplicate key");
      put(members, name, this.#value());
    } while (this.#next(","));
    this.#expect("}");
    return members;
  }

  #array(): Json[] {
    const values: Json[] = [];
    if (this.#next("]")) return values;
    do {
      this.#match(SPACE);
      values.push(this.#value());
    } while (this.#next(","));
    this.#expect("]");
    return values;
  }

  #string(): string {
    this.#expect('"');
    let text = this.#match(PLAIN);
    while (this.#next("\\")) {
      text += this.#escape();
      text += this.#match(PLAIN);
    }
    this.#expect('"');
    if (LONE.test(text)) throw new MalformedJsonError("lone surrogate");
    return text;
  }

  #escape(): string {
    const letter = this.text[this.#at] ?? "";
    this.#at += 1;
    if (letter === "u") {
      const code = this.#match(HEX);
      if (!code) throw new MalformedJsonError("not JSON");
      return String.fromCharCode(Number.parseInt(code, 16));
    }
    const plain = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
    if (plain === undefined) throw new MalformedJsonError("not JSON");
    return plain;
  }

  #number(): number {
    const digits = this.#match(NUMBER);
    if (!digits) throw new MalformedJsonError("not JSON");
    if (/[.eE]/.test(this.text[this.#at] ?? "")) throw new MalformedJsonError("floating-point number");
    const value = Number(digits);
    if (digits.length > LONGEST_INTEGER || Math.abs(value) > SAFE_INTEGER) {
      throw new MalformedJsonError("integer beyond 2^53-1");
    }
    return value === 0 ? 0 : value; // no second zero
  }

  #word<T extends Json>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.#at)) throw new MalformedJsonError("not JSON");
    this.#at += word.length;
    return value;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #next(letter: string): boolean {
    if (this.text[this.#at] !== letter) return false;
    this.#at += 1;
    return true;
  }

  #expect(letter: string): void {
    if (!this.#next(letter)) throw new MalformedJsonError("not JSON");
  }
}
