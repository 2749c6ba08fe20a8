/** Photos are kept with what was said of them, nothing chosen is lost when it cannot be kept, and nothing can be deleted. */
import { cleanup, fireEvent, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NotKept } from "../../../src/app/tablet";
import type { Tablet } from "../../../src/app/tablet";
import { words } from "../../../src/i18n";
import Evidence from "../../../src/ui/screens/evidence/Evidence.svelte";
import { fakeTablet } from "../../support/fake-tablet";
import { fakeVisits } from "../../support/fake-visits";
import { objections, show } from "../stage";

const zh = (key: string, given = {}) => words("zh", `evidence.${key}`, given);
const VISIT = fakeVisits()[1]?.card.id ?? "";

beforeEach(() => {
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:made", revokeObjectURL: () => undefined }));
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function open() {
  const plain = fakeTablet({ visits: fakeVisits().slice(1, 2) });
  const tablet: Tablet = {
    ...plain,
    photo: vi.fn<Tablet["photo"]>((...given) => plain.photo(...given)),
    document: vi.fn<Tablet["document"]>((...given) => plain.document(...given)),
  };
  show(tablet, Evidence, { visit: VISIT });
  return tablet;
}

async function choose(input: "camera" | "gallery" | "file", ...files: File[]): Promise<void> {
  const found = document.querySelector(`[data-take=${input}]`) as HTMLInputElement;
  await fireEvent.change(found, { target: { files } });
}

const photo = (name: string) => new File([name], name, { type: "image/jpeg", lastModified: 1_790_000_000_000 });
const press = (key: string, given = {}) =>
  fireEvent.click(screen.getByRole("button", { name: zh(key, given), hidden: true }));

test("a photo is kept with caption and the camera's time, and stands in the gallery as only here", async () => {
  const tablet = open();
  await choose("camera", photo("a.jpg"));
  await fireEvent.input(screen.getByLabelText(zh("caption")), { target: { value: " 消毒柜显示62℃ " } });
  await press("keep");
  await waitFor(() => expect(screen.queryByText(zh("add_title_photo"))).toBeNull());
  const [visit, , about] = vi.mocked(tablet.photo).mock.calls[0] ?? [];
  expect(visit).toBe(VISIT);
  expect(about).toEqual({ caption: "消毒柜显示62℃", takenWall: 1_790_000_000_000 });
  expect(screen.getByText("消毒柜显示62℃")).toBeTruthy();
  expect(screen.getByText(zh("here"))).toBeTruthy();
});

test("without room what was taken stays, it is said what to do, and what was kept is not kept twice", async () => {
  const tablet = open();
  await choose("gallery", photo("a.jpg"), photo("b.jpg"));
  vi.mocked(tablet.photo).mockResolvedValueOnce("a".repeat(64));
  vi.mocked(tablet.photo).mockRejectedValueOnce(new NotKept("trouble.storage_full"));
  await press("keep_count", { count: 2 });
  await screen.findByText(zh("full_text"));
  await press("keep");
  await waitFor(() => expect(screen.queryByText(zh("add_title_photo"))).toBeNull());
  const names = vi.mocked(tablet.photo).mock.calls.map(([, file]) => (file as File).name);
  expect(names).toEqual(["a.jpg", "b.jpg", "b.jpg"]);
});

test("what is not to be kept is asked for once more", async () => {
  const tablet = open();
  await choose("file", new File(["x"], "合同.pdf", { type: "application/pdf" }));
  await press("drop");
  expect(screen.getByText(zh("drop_question"))).toBeTruthy();
  await press("go_on");
  await press("keep");
  await waitFor(() => expect(tablet.document).toHaveBeenCalledOnce());
  expect(vi.mocked(tablet.document).mock.calls[0]?.[2]).toEqual({ name: "合同.pdf" });
});

test("nothing recorded can be deleted, and it is said why", () => {
  open();
  expect(screen.queryByRole("button", { name: /删除/ })).toBeNull();
  expect(screen.getByText(zh("kept_text"))).toBeTruthy();
});

test("the partner's files are shown apart from the own", async () => {
  open();
  expect(document.querySelectorAll(".tile")).toHaveLength(2);
  await fireEvent.click(screen.getByRole("button", { name: new RegExp(`^${zh("partner")}`) }));
  expect(document.querySelectorAll(".tile")).toHaveLength(1);
  expect(screen.getByText(zh("of_partner"))).toBeTruthy();
});

test("axe finds nothing in the gallery, the viewer and the form", { timeout: 30_000 }, async () => {
  open();
  expect(await objections(document.body)).toEqual([]);
  const [tile] = document.querySelectorAll(".tile");
  if (tile) await fireEvent.click(tile);
  expect(await objections(screen.getByRole("dialog"))).toEqual([]);
});
