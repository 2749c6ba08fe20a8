// @vitest-environment node
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
