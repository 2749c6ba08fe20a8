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
const NUMBER = /-?(?:0|[1-9][0-9]*)/y;
const CONTROL = /[\u0000-\u001f]/;
const LONE = /\p{Surrogate}/u;
const [TAB, LINE_FEED, RETURN, BLANK] = [9, 10, 13, 32];
const LONGEST_INTEGER = 17;

/**
 * The value of strict JSON text.
 *
 * Refuses (MalformedJsonError): invalid UTF-8, a byte order mark, a member twice, fractions, exponents, NaN, infinities,
 * integers beyond ±(2^53−1), lone surrogates, and more than 16 nested arrays and objects.
 */
export function parseStrict(raw: Uint8Array | string): Json {
  // Bytes that are UTF-8 hold no half of a pair; a text may.
  if (typeof raw === "string" && LONE.test(raw)) throw new MalformedJsonError("lone surrogate");
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
    this.#space();
    const value = this.#value();
    if (this.#at !== this.text.length) throw new MalformedJsonError("not JSON");
    return value;
  }

  /** One value and the space behind it. */
  #value(): Json {
    const value = this.#bare();
    this.#space();
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
    this.#space();
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #object(): JsonObject {
    const members: JsonObject = {};
    if (this.#next("}")) return members;
    do {
      this.#space();
      const name = this.#string();
      this.#space();
      this.#expect(":");
      this.#space();
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
      this.#space();
      values.push(this.#value());
    } while (this.#next(","));
    this.#expect("]");
    return values;
  }

  #string(): string {
    this.#expect('"');
    const start = this.#at;
    const end = this.#closing(start);
    this.#at = end + 1;
    const plain = this.text.slice(start, end);
    if (plain.includes("\\")) return this.#unescaped(plain);
    if (CONTROL.test(plain)) throw new MalformedJsonError("not JSON");
    return plain;
  }

  /** The quote that ends a string: the first with an even number of backslashes before it. */
  #closing(start: number): number {
    let end = this.text.indexOf('"', start);
    while (end >= 0) {
      let before = end;
      while (before > start && this.text[before - 1] === "\\") before -= 1;
      if ((end - before) % 2 === 0) return end;
      end = this.text.indexOf('"', end + 1);
    }
    throw new MalformedJsonError("not JSON");
  }

  /** Of one string the platform's reader is strict enough, but for halves of pairs. */
  #unescaped(plain: string): string {
    let text: string;
    try {
      text = JSON.parse(`"${plain}"`) as string;
    } catch (error) {
      throw new MalformedJsonError("not JSON", { cause: error });
    }
    if (plain.includes("\\u") && LONE.test(text)) throw new MalformedJsonError("lone surrogate");
    return text;
  }

  #number(): number {
    NUMBER.lastIndex = this.#at;
    const digits = NUMBER.exec(this.text)?.[0];
    if (digits === undefined) throw new MalformedJsonError("not JSON");
    this.#at += digits.length;
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

  #space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.#at);
      if (code !== BLANK && code !== LINE_FEED && code !== RETURN && code !== TAB) return;
      this.#at += 1;
    }
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
