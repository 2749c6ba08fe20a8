// @vitest-environment node
/** The gallery says of every file exactly where it is; marks and zoom stay within the picture. */
import fc from "fast-check";
import { get } from "svelte/store";
import { expect, test } from "vitest";
import type { VisitView } from "../../../src/app/tablet";
import { NotKept } from "../../../src/app/tablet";
import type { FileRow } from "../../../src/store/ports";
import { filesOf, groupsOf, unsentOf } from "../../../src/ui/screens/evidence/files";
import { drawnTo, isDrawn, pathOf } from "../../../src/ui/screens/evidence/marks";
import type { Mark } from "../../../src/ui/screens/evidence/marks";
import { percentOf } from "../../../src/ui/screens/evidence/signs";
import { nearlyFull, troubleOf } from "../../../src/ui/screens/evidence/trouble";
import { FITTED, moved, zoomed } from "../../../src/ui/screens/evidence/zoom";
import { PAPER_CAPTIONS } from "../../../src/record/paper";
import { fakeTablet } from "../../support/fake-tablet";
import { fakeVisits } from "../../support/fake-visits";

const VIEW = get(fakeTablet().visit(fakeVisits()[1]?.card.id ?? ""));
const OWN = "a".repeat(64);
const PARTNERS = "b".repeat(64);

function view(part: Partial<VisitView> = {}): VisitView {
  if (!VIEW) throw new Error("no such visit");
  return { ...VIEW, ...part };
}

function row(part: Partial<FileRow>): FileRow {
  const base = { digest: OWN, mime: "image/jpeg", length: 1000, visit: null, name: null, address: null };
  return { ...base, sent: 0, complete: false, ...part };
}

const whereto = (
  files: readonly FileRow[],
  moving: ReadonlyMap<string, { sent: number; length: number }> = new Map(),
) => filesOf(view({ files }), moving).find((one) => one.digest === OWN);

test("a file is here, on its way, or delivered; a partner's is the partner's", () => {
  expect(whereto([row({})])?.whereto).toBe("here");
  expect(whereto([row({ sent: 300 })], new Map([[OWN, { sent: 700, length: 1000 }]]))).toMatchObject({
    whereto: "moving",
    sent: 700,
  });
  expect(whereto([row({ complete: true, sent: 1000 })])?.whereto).toBe("delivered");
  expect(filesOf(view(), new Map()).find((one) => one.digest === PARTNERS)?.whereto).toBe("partner");
});

test("own bytes that are not here any more are called delivered, never lost", () => {
  expect(whereto([])?.whereto).toBe("delivered");
});

test("a hundred percent is said only when everything is there", () => {
  expect(percentOf({ whereto: "moving", sent: 999_999, length: 1_000_000 })).toBe(99);
  expect(percentOf({ whereto: "moving", sent: 5, length: 0 })).toBe(0);
  expect(percentOf({ whereto: "delivered", sent: 0, length: 10 })).toBe(100);
});

test("what is still to upload is counted by the byte", () => {
  const rows = [row({ sent: 400 }), row({ digest: PARTNERS, complete: true, sent: 1000 }), row({ sent: 2000 })];
  expect(unsentOf(rows)).toEqual({ files: 2, bytes: 600 });
});

test("files stand by check point in the order of the record, those of the whole visit last, each once", () => {
  const photo = (digest: string, item: string | null) => ({
    digest,
    mime: "image/jpeg",
    item,
    caption: null,
    own: true,
  });
  const photos = [photo("1", null), photo("2", "SP-08"), photo("3", "SP-01"), photo("2", "SP-08"), photo("4", "gone")];
  const now = view({ record: { ...view().record, photos } });
  const groups = groupsOf(filesOf(now, new Map()), now);
  expect(groups.map((one) => [one.item, one.files.map((file) => file.digest)])).toEqual([
    ["SP-01", ["3"]],
    ["SP-08", ["2"]],
    ["gone", ["4"]],
    [null, ["1"]],
  ]);
});

test("a paper that was read back is shown as one, and a page of somebody else is not", () => {
  const page = (caption: string) => ({ digest: caption, mime: "text/html", item: null, caption, own: true });
  const now = view({ record: { ...view().record, photos: [page(PAPER_CAPTIONS.zh), page("other")] } });
  expect(filesOf(now, new Map()).map((one) => one.kind)).toEqual(["paper", "other"]);
});

test("marks lie with their photo, and the photo stays the file that it was", () => {
  const entry = view().history[0];
  if (!entry) throw new Error("no history");
  const drawn = { ...entry, type: "photo.annotate", body: { of: OWN, overlay: "c".repeat(64), caption: "这里" } };
  const [file] = filesOf(view({ history: [...view().history, drawn] }), new Map());
  expect(file).toMatchObject({ digest: OWN, overlays: [{ digest: "c".repeat(64), caption: "这里" }] });
});

test("no room is told as no room, whatever the key or only the figures say so", () => {
  const storage = { persisted: true, used: 10, quota: 1e10 };
  expect(troubleOf(new NotKept("trouble.storage_full"), storage)).toEqual({ key: "trouble.storage_full", full: true });
  expect(troubleOf(new NotKept("trouble.locked"), storage).full).toBe(false);
  expect(troubleOf(new Error("?"), { ...storage, used: 1e10 - 5 }).full).toBe(true);
  expect(nearlyFull(storage)).toBeNull();
  expect(nearlyFull({ ...storage, used: 9.5e9 })).toBe(95);
  expect(nearlyFull({ persisted: true, used: 0, quota: 0 })).toBeNull();
});

test("a mark never leaves the picture, and a touch is none", () => {
  const place = fc.record({ x: fc.double({ noNaN: true }), y: fc.double({ noNaN: true }) });
  const tools = fc.constantFrom("arrow" as const, "box" as const, "stroke" as const);
  fc.assert(
    fc.property(tools, fc.array(place, { minLength: 1, maxLength: 30 }), (tool, places) => {
      const mark = places.reduce<Mark>((one, next) => drawnTo(one, next), { tool, colour: "red", places: [] });
      for (const { x, y } of mark.places) expect(x >= 0 && x <= 1 && y >= 0 && y <= 1).toBe(true);
      expect(mark.places.length).toBe(tool === "stroke" ? places.length : 2);
      expect(pathOf(mark, 1600, 1200)).toMatch(/^M[\d.\s-]+/);
    }),
  );
  const touch = drawnTo({ tool: "box", colour: "red", places: [] }, { x: 0.5, y: 0.5 });
  expect(isDrawn(touch)).toBe(false);
  expect(isDrawn(drawnTo(touch, { x: 0.505, y: 0.5 }))).toBe(false);
  expect(isDrawn(drawnTo(touch, { x: 0.6, y: 0.5 }))).toBe(true);
});

test("zooming holds the place under the fingers, and no edge comes into the frame", () => {
  const frame = { width: 800, height: 600 };
  expect(zoomed(FITTED, 2, 100, 50, frame)).toEqual({ scale: 2, x: -100, y: -50 });
  const step = fc.record({
    factor: fc.double({ min: 0.05, max: 20, noNaN: true }),
    x: fc.double({ min: -400, max: 400, noNaN: true }),
    y: fc.double({ min: -300, max: 300, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let look = FITTED;
      for (const { factor, x, y } of steps) look = moved(zoomed(look, factor, x, y, frame), y, x, frame);
      expect(look.scale >= 1 && look.scale <= 8).toBe(true);
      expect(Math.abs(look.x)).toBeLessThanOrEqual((frame.width * (look.scale - 1)) / 2 + 1e-9);
      expect(Math.abs(look.y)).toBeLessThanOrEqual((frame.height * (look.scale - 1)) / 2 + 1e-9);
    }),
  );
});
