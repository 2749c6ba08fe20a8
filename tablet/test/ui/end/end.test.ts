/** The end of a visit: nothing is signed that was not shown and kept, nothing submitted that must be done first. */
import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { get } from "svelte/store";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { words } from "../../../src/i18n";
import { NotKept } from "../../../src/app/tablet";
import type { Tablet } from "../../../src/app/tablet";
import End from "../../../src/ui/screens/end/End.svelte";
import { fakeTablet } from "../../support/fake-tablet";
import { fakeVisits, hash, PARTNER } from "../../support/fake-visits";
import type { FakeVisit } from "../../support/fake-visits";
import { objections, show } from "../stage";
import { layPad, write } from "./pad";

/** By its key in the group `end`, or by all of it. */
const zh = (key: string) => words("zh", key.includes(".") ? key : `end.${key}`);
const button = (key: string) => screen.getByRole("button", { name: zh(key), hidden: true });
const press = (key: string) => fireEvent.click(button(key));

function world(n: number, change: (visit: FakeVisit) => FakeVisit = (one) => one) {
  const visits = fakeVisits()
    .slice(n, n + 1)
    .map(change);
  const id = visits[0]?.card.id ?? "";
  const plain = fakeTablet({ visits });
  const order: string[] = [];
  const tablet: Tablet = {
    ...plain,
    document: vi.fn<Tablet["document"]>((...given) => (order.push("document"), plain.document(...given))),
    sign: vi.fn<Tablet["sign"]>((...given) => (order.push("sign"), plain.sign(...given))),
    refuse: vi.fn<Tablet["refuse"]>((...given) => plain.refuse(...given)),
    submit: vi.fn<Tablet["submit"]>((...given) => plain.submit(...given)),
    concur: vi.fn<Tablet["concur"]>((...given) => plain.concur(...given)),
    withdrawSubmission: vi.fn<Tablet["withdrawSubmission"]>((...given) => plain.withdrawSubmission(...given)),
  };
  const open = () => show(tablet, End, { visit: id });
  return { tablet, plain, id, order, open };
}

/** As far as the sheet with the pad. */
async function toThePad(): Promise<HTMLElement> {
  await press("read_open");
  await press("read_done");
  const sheet = screen.getByRole("dialog", { name: zh("sign_party_title") });
  await fireEvent.input(within(sheet).getByLabelText(/^姓名/), { target: { value: "关美玲" } });
  return sheet;
}

async function signIn(sheet: HTMLElement): Promise<void> {
  const canvas = sheet.querySelector("canvas");
  if (!canvas) throw new Error("no pad");
  await write(canvas);
  await press("sign_keep");
}

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  layPad();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("a blank signature is refused with words, and nothing is kept", async () => {
  const { tablet, open } = world(1);
  open();
  await toThePad();
  await press("sign_keep");
  expect(screen.getByText(zh("ink_blank"))).toBeTruthy();
  expect(tablet.document).not.toHaveBeenCalled();
  expect(tablet.sign).not.toHaveBeenCalled();
});

test("a stroke that is too short is refused; undone strokes do not count", async () => {
  const { tablet, open } = world(1);
  open();
  const sheet = await toThePad();
  const canvas = sheet.querySelector("canvas") as HTMLCanvasElement;
  await write(canvas, 3);
  await press("sign_keep");
  expect(screen.getByText(zh("ink_short"))).toBeTruthy();
  await press("pad_undo");
  await press("sign_keep");
  expect(screen.getByText(zh("ink_blank"))).toBeTruthy();
  expect(tablet.sign).not.toHaveBeenCalled();
});

test("the document that a signature names is kept before it, byte for byte what its digest says", async () => {
  const { tablet, order, open } = world(1);
  open();
  await signIn(await toThePad());
  await waitFor(() => expect(tablet.sign).toHaveBeenCalledOnce());
  expect(order).toEqual(["document", "sign"]);
  const [, file] = vi.mocked(tablet.document).mock.calls[0] ?? [];
  const bytes = new Uint8Array(await (file as Blob).arrayBuffer());
  const [, signature] = vi.mocked(tablet.sign).mock.calls[0] ?? [];
  expect(signature?.doc).toBe(bytesToHex(sha256(bytes)));
  expect(signature).toMatchObject({ role: "representative", name: "关美玲" });
  expect(signature?.ink).toMatchObject({ width: 600, height: 240, pointer: "pen" });
});

test("what was on the screen is what is kept: the same words in the same order", async () => {
  const { tablet, open } = world(1);
  open();
  await press("read_open");
  const shown = document.querySelector("article.text")?.textContent ?? "";
  await press("read_done");
  const sheet = screen.getByRole("dialog", { name: zh("sign_party_title") });
  await fireEvent.input(within(sheet).getByLabelText(/^姓名/), { target: { value: "关美玲" } });
  await signIn(sheet);
  await waitFor(() => expect(tablet.document).toHaveBeenCalledOnce());
  const [, file] = vi.mocked(tablet.document).mock.calls[0] ?? [];
  const page = new DOMParser().parseFromString(await (file as Blob).text(), "text/html");
  const bare = (text: string) => text.replace(/\s+/g, "");
  expect(bare(shown)).toBe(bare(page.body.textContent ?? ""));
});

test("a record that changed while it was read is not signed", async () => {
  const { tablet, plain, id, open } = world(1);
  open();
  const sheet = await toThePad();
  await plain.note(id, "后来补记的情况");
  await signIn(sheet);
  await screen.findByText(zh("changed_since_shown"));
  expect(tablet.sign).not.toHaveBeenCalled();
});

test("nothing is signed when the paper could not be kept, or other bytes were", async () => {
  const { tablet, open } = world(1);
  vi.mocked(tablet.document).mockRejectedValueOnce(new NotKept("trouble.storage_full"));
  vi.mocked(tablet.document).mockResolvedValueOnce("f".repeat(64));
  open();
  await signIn(await toThePad());
  await screen.findByText(words("zh", "trouble.storage_full"));
  await press("sign_keep");
  await screen.findByText(zh("paper_changed"));
  expect(tablet.sign).not.toHaveBeenCalled();
});

test("a name is asked of the party, and a tail of four", async () => {
  const { tablet, open } = world(1);
  open();
  await press("read_open");
  await press("read_done");
  const sheet = screen.getByRole("dialog", { name: zh("sign_party_title") });
  await fireEvent.input(within(sheet).getByLabelText(zh("signer_tail")), { target: { value: "12a4" } });
  await signIn(sheet);
  expect(screen.getByText(zh("signer_name_flaw"))).toBeTruthy();
  expect(screen.getByText(zh("signer_tail_flaw"))).toBeTruthy();
  expect(tablet.sign).not.toHaveBeenCalled();
});

test("the inspector signs the same paper as the party, and it is kept once", async () => {
  const { tablet, open } = world(1);
  open();
  await signIn(await toThePad());
  await waitFor(() => expect(tablet.sign).toHaveBeenCalledTimes(1));
  await waitFor(() => expect(screen.queryByRole("dialog", { name: zh("sign_party_title") })).toBeNull());
  await press("own_sign");
  await signIn(screen.getByRole("dialog", { name: zh("sign_own_title") }));
  await waitFor(() => expect(tablet.sign).toHaveBeenCalledTimes(2));
  const [first, second] = vi.mocked(tablet.sign).mock.calls.map(([, signature]) => signature);
  expect(second).toMatchObject({ role: "inspector", name: "陈志远", doc: first?.doc });
  expect(tablet.document).toHaveBeenCalledOnce();
});

test("where a witness is demanded a refusal without one is refused; with one it is recorded with the paper", async () => {
  const { tablet, open } = world(1, (one) => ({ ...one, card: { ...one.card, witness: "required" } }));
  open();
  await press("refusal.title");
  const sheet = screen.getByRole("dialog", { name: zh("refusal.title") });
  const within_ = within(sheet);
  await fireEvent.click(within_.getByRole("radio", { name: zh("refusal.reason_disagrees") }));
  await fireEvent.click(within_.getByRole("button", { name: zh("refusal.phrase_refused_1") }));
  await fireEvent.input(within_.getByLabelText(zh("refusal.name")), { target: { value: "关美玲" } });
  await fireEvent.click(within_.getByRole("button", { name: zh("refusal.keep") }));
  expect(within_.getByText(zh("refusal.flaw_witness"))).toBeTruthy();
  expect(tablet.refuse).not.toHaveBeenCalled();
  await fireEvent.click(within_.getByRole("radio", { name: zh("refusal.witness_inspector") }));
  await fireEvent.click(within_.getByRole("button", { name: zh("refusal.keep") }));
  await waitFor(() => expect(tablet.refuse).toHaveBeenCalledOnce());
  const [, refusal] = vi.mocked(tablet.refuse).mock.calls[0] ?? [];
  expect(refusal).toMatchObject({
    what: "signature",
    outcome: "refused",
    reasonCode: "disagrees",
    text: zh("refusal.phrase_refused_1"),
    by: { name: "关美玲" },
    witness: { inspector: PARTNER },
  });
  const kept = await vi.mocked(tablet.document).mock.results[0]?.value;
  expect(refusal?.media).toEqual([kept]);
});

test("a partner's refusal is confirmed, and once", async () => {
  const told = {
    hash: hash(900),
    type: "refusal",
    inspector: PARTNER,
    own: false,
    wall: Date.UTC(2026, 10, 22),
    body: { what: "signature", outcome: "absent", reason_code: "left", text: "负责人已离开。", by: { unknown: true } },
    over: [],
    custody: "server" as const,
    verdict: "accepted" as const,
    reasons: [],
  };
  const { tablet, id, open } = world(1, (one) => ({ ...one, said: [...one.said, told] }));
  open();
  await press("refusal.concur");
  expect(tablet.concur).toHaveBeenCalledWith(id, [hash(900)]);
  expect(await screen.findByText(zh("refusal.concurred"))).toBeTruthy();
  expect(screen.queryByRole("button", { name: zh("refusal.concur") })).toBeNull();
});

test("what must be done first blocks the submission, and says where", async () => {
  const { tablet, open } = world(2);
  open();
  const submit = button("submit");
  expect(submit.hasAttribute("disabled")).toBe(true);
  expect(screen.getByText(zh("submit_blocked"))).toBeTruthy();
  expect(screen.getByText(zh("check_blocks"))).toBeTruthy();
  await fireEvent.click(submit);
  expect(tablet.submit).not.toHaveBeenCalled();
});

test("doubts are told before the submission, and may be overruled; it can be withdrawn with a reason", async () => {
  const { tablet, id, open } = world(1);
  open();
  await press("submit");
  expect(tablet.submit).not.toHaveBeenCalled();
  expect(screen.getByText(zh("submit_unsigned"))).toBeTruthy();
  expect(screen.getByText(zh("submit_unsettled"))).toBeTruthy();
  await press("submit_anyway");
  expect(await screen.findByText(zh("submitted"))).toBeTruthy();
  expect(screen.getByText(/林晓岚 在自己的平板上提交/)).toBeTruthy();
  await press("withdraw");
  await press("withdraw_keep");
  expect(tablet.withdrawSubmission).not.toHaveBeenCalled();
  await fireEvent.input(screen.getByLabelText(new RegExp(zh("withdraw_reason"))), { target: { value: "漏拍一张" } });
  await press("withdraw_keep");
  await waitFor(() => expect(tablet.withdrawSubmission).toHaveBeenCalledWith(id, "漏拍一张"));
  expect(await screen.findByRole("button", { name: zh("submit") })).toBeTruthy();
});

test("what the leader sent back stands at the top and leads to the points", () => {
  const { id, open } = world(1);
  open();
  const link = screen.getByRole("link", { name: /票据照片缺11月上旬/ });
  expect(link.getAttribute("href")).toBe(`#/visit/${id}/list/${encodeURIComponent("SP-CY/SP-05")}`);
});

test("the office's paper and this tablet's own say which they are", async () => {
  const { tablet, open } = world(1);
  open();
  await press("copy_office");
  expect(await screen.findByText(zh("copy_office_none"))).toBeTruthy();
  expect(await tablet.paper("", "record", "zh")).toBeNull();
  await press("copy_own");
  expect(screen.getByText(zh("copy_own_says"))).toBeTruthy();
  expect(screen.getByText(zh("copy_unsigned"))).toBeTruthy();
  expect(document.querySelectorAll(".paper")).toHaveLength(1);
});

test("axe finds nothing on the screen and the record", { timeout: 30_000 }, async () => {
  vi.useRealTimers();
  world(1).open();
  expect(await objections(document.body)).toEqual([]);
  await press("read_open");
  expect(await objections(screen.getByRole("dialog", { name: zh("read_sheet") }))).toEqual([]);
});

test("axe finds nothing on the pad and the form of a refusal", { timeout: 30_000 }, async () => {
  vi.useRealTimers();
  world(1).open();
  await press("own_sign");
  expect(await objections(screen.getByRole("dialog", { name: zh("sign_own_title") }))).toEqual([]);
  await fireEvent.click(screen.getByRole("button", { name: words("zh", "common.cancel") }));
  await press("refusal.title");
  expect(await objections(screen.getByRole("dialog", { name: zh("refusal.title") }))).toEqual([]);
});

test("a visit nobody knows here says so", () => {
  const { tablet } = world(1);
  show(tablet, End, { visit: "019b4000-0000-7000-8000-00000000000f" });
  expect(screen.getByText(words("zh", "visit.unknown"))).toBeTruthy();
  expect(get(tablet.visit("019b4000-0000-7000-8000-00000000000f"))).toBeNull();
});
