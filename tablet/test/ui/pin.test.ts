// @vitest-environment node
import { decodeQR } from "qr/decode.js";
import qrcode from "qrcode-generator";
import { expect, test } from "vitest";
import { pinFault } from "../../src/ui/pin";
import { codeFault, codeOf, grouped, invitationOf, isFor } from "../../src/ui/screens/enrol/code";

test("a PIN has six digits or more, and not those that are tried first", () => {
  for (const pin of ["194728", "20261122", "83027461"]) expect(pinFault(pin)).toBeNull();
  for (const pin of ["", "1", "19472"]) expect(pinFault(pin)).toBe("short");
  for (const pin of ["19472a", "１２９４７２", "19 4728"]) expect(pinFault(pin)).toBe("digits");
  for (const pin of ["000000", "123456", "654321", "890123", "121212", "123123", "77777777"]) {
    expect(pinFault(pin)).toBe("simple");
  }
});

test("a code is read however it was typed", () => {
  expect(codeOf("abcd-efgh ijkl_mnop")).toBe("ABCDEFGHIJKLMNOP");
  expect(codeOf("0188")).toBe("OIBB");
  expect(grouped("ABCDEFGHIJKLMNOP")).toBe("ABCD EFGH IJKL MNOP");
  expect(codeOf(grouped("ABCDEFGHIJKLMNOP"))).toBe("ABCDEFGHIJKLMNOP");
});

test("a code that is none says why", () => {
  expect(codeFault("ABCDEFGHIJKLMNO2")).toBeNull();
  expect(codeFault("ABCD")).toBe("short");
  expect(codeFault("ABCDEFGHIJKLMNO9")).toBe("wrong");
});

test("the QR code of an invitation gives its code and its server", () => {
  const told = invitationOf("fieldcheck://enrol?server=https%3A%2F%2Fcheck.example&code=ABCDEFGHIJKLMNOP");
  expect(told).toEqual({ server: "https://check.example", code: "ABCDEFGHIJKLMNOP" });
  expect(invitationOf("ABCDEFGHIJKLMNOP")).toEqual({ server: null, code: "ABCDEFGHIJKLMNOP" });
  for (const other of [
    "https://example.org",
    "fieldcheck://enrol?code=ABC&server=x",
    "fieldcheck://other?server=x&code=ABCDEFGHIJKLMNOP",
    "fieldcheck://enrol?code=ABCDEFGHIJKLMNOP",
  ]) {
    expect(invitationOf(other)).toBeNull();
  }
});

test("an invitation of another server is not taken", () => {
  expect(isFor("https://check.example/", "https://check.example")).toBe(true);
  expect(isFor("https://other.example", "https://check.example")).toBe(false);
  expect(isFor("no address", "https://check.example")).toBe(false);
});

test("an invitation is read from the picture of its QR code", () => {
  const said = "fieldcheck://enrol?server=https%3A%2F%2Fcheck.example&code=ABCDEFGHIJKLMNOP";
  const code = qrcode(0, "M");
  code.addData(said);
  code.make();
  const [module, quiet] = [4, 4];
  const side = (code.getModuleCount() + 2 * quiet) * module;
  const at = (pixel: number) => Math.floor(pixel / module) - quiet;
  const inside = (one: number) => one >= 0 && one < code.getModuleCount();
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let pixel = 0; pixel < side * side; pixel += 1) {
    const [row, column] = [at(Math.floor(pixel / side)), at(pixel % side)];
    if (inside(row) && inside(column) && code.isDark(row, column)) data.fill(0, pixel * 4, pixel * 4 + 3);
  }
  expect(decodeQR({ data, width: side, height: side })).toBe(said);
});
