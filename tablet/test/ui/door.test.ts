import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { decodeQR } from "qr/decode.js";
import { get } from "svelte/store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Tablet, VisitView } from "../../src/app/tablet";
import { lang } from "../../src/i18n";
import { qrPicture, QUIET } from "../../src/ui/parts/qr";
import Door from "../../src/ui/screens/door/Door.svelte";
import { fakeTablet } from "../support/fake-tablet";
import { fakeVisits } from "../support/fake-visits";
import { nowhere, objections, place, show } from "./stage";

const SHOP = fakeVisits()[2]?.card.id ?? "";

beforeEach(() => lang.set("zh"));
afterEach(() => {
  cleanup();
  nowhere();
});

function atTheDoor(change: Partial<ReturnType<typeof fakeVisits>[number]> = {}): Tablet {
  const visits = fakeVisits().map((one) => (one.card.id === SHOP ? { ...one, ...change } : one));
  const tablet = fakeTablet({ visits });
  show(tablet, Door, { visit: SHOP });
  return tablet;
}

const viewOf = (tablet: Tablet) => get(tablet.visit(SHOP)) as VisitView;
const said = (tablet: Tablet) => viewOf(tablet).history.map((one) => [one.type, one.body] as const);
const notes = (tablet: Tablet) => said(tablet).flatMap(([type, body]) => (type === "note.add" ? [body?.text] : []));
const press = (name: string | RegExp) => fireEvent.click(screen.getByText(name, { selector: "button span" }));
/** Opens the part of this title. */
const part = (title: string) => fireEvent.click(screen.getByText(title, { selector: "h2 button span" }));
const written = (tablet: Tablet, count: number) => waitFor(() => expect(said(tablet)).toHaveLength(count));

describe("arrival", () => {
  test("opens the visit, then records the position as the browser told it", async () => {
    place({ lat: 21.8612345, lon: -111.9812345, accuracy: 12.34 });
    const tablet = atTheDoor();
    await press("定位");
    expect(screen.getByText("精度约 12 米")).toBeTruthy();
    await press("记录到达");
    await written(tablet, 2);
    expect(said(tablet)[0]?.[0]).toBe("visit.open");
    const position = { lat_e7: 218_612_345, lon_e7: -1_119_812_345, acc_dm: 124, source: "fused" };
    expect(said(tablet)[1]).toEqual([
      "arrive",
      { position: { ...position, fix_age_ms: expect.any(Number) as number } },
    ]);
  });

  test("nothing is written before the person has seen how exact the position is", async () => {
    place({ lat: 21, lon: 111, accuracy: 5 });
    const tablet = atTheDoor();
    await press("定位");
    expect(said(tablet)).toEqual([]);
  });

  test("a fix from the future of a clock that was set back is not younger than now", async () => {
    place({ lat: 21, lon: 111, accuracy: 5, at: Date.now() + 86_400_000 });
    const tablet = atTheDoor();
    await press("定位");
    await press("记录到达");
    await written(tablet, 2);
    expect((said(tablet)[1]?.[1]?.position as { fix_age_ms: number }).fix_age_ms).toBe(0);
  });

  test("without a position a reason is asked, and nothing is written without one", async () => {
    const tablet = atTheDoor();
    await press("没有定位？选择原因");
    await press("不带定位，记录到达");
    expect(screen.getByRole("alert").textContent).toContain("请先选择或写明没有定位的原因");
    expect(said(tablet)).toEqual([]);
    await fireEvent.click(screen.getByRole("radio", { name: "地下或隧道内" }));
    await press("不带定位，记录到达");
    await written(tablet, 2);
    expect(said(tablet)[1]).toEqual(["arrive", { no_fix: "地下或隧道内" }]);
  });

  test("another reason has to be written in words", async () => {
    const tablet = atTheDoor();
    await press("没有定位？选择原因");
    await fireEvent.click(screen.getByRole("radio", { name: "其他原因" }));
    await press("不带定位，记录到达");
    expect(said(tablet)).toEqual([]);
    await fireEvent.input(screen.getByLabelText(/请写明原因/), { target: { value: " 保密场所 " } });
    await press("不带定位，记录到达");
    await written(tablet, 2);
    expect(said(tablet)[1]).toEqual(["arrive", { no_fix: "保密场所" }]);
  });

  test("where the browser says why there is none, that reason is proposed", async () => {
    place({ code: 1 });
    atTheDoor();
    await press("定位");
    expect(screen.getByText(/浏览器没有得到定位许可/)).toBeTruthy();
    await press("没有定位？选择原因");
    expect(screen.getByRole("radio", { name: "平板未获准使用定位" }).getAttribute("aria-checked")).toBe("true");
  });

  test("leaving is recorded after arrival, and coming back is another arrival", async () => {
    place({ lat: 21, lon: 111, accuracy: 5 });
    const tablet = atTheDoor();
    await press("定位");
    await press("记录到达");
    await part("离开");
    await press("定位");
    await press("记录离开");
    await written(tablet, 3);
    await part("到达");
    await press("又回来了，再记录到达");
    await press("定位");
    await press("记录到达");
    await written(tablet, 4);
    expect(said(tablet).map(([type]) => type)).toEqual(["visit.open", "arrive", "leave", "arrive"]);
  });
});

describe("recording and recusal", () => {
  test("the announcement is noted in its fixed words", async () => {
    const tablet = atTheDoor();
    await part("告知全过程记录");
    expect(screen.getByText(/我们是江城市市场监督管理局的行政执法人员陈志远、林晓岚/)).toBeTruthy();
    await press("已告知，无异议");
    await waitFor(() => expect(notes(tablet)).toEqual(["告知执法全过程音像记录，当事人无异议。"]));
  });

  test("spoken in English it is noted in English, and is done all the same", async () => {
    const tablet = atTheDoor();
    await press("English");
    await part("询问回避");
    await press("不申请回避");
    await waitFor(() => expect(notes(tablet)).toEqual(["Asked about recusal: none is asked for."]));
    expect(screen.getByText(/^不申请回避 · /)).toBeTruthy();
  });

  test("who asks for recusal stops the visit until somebody has decided", async () => {
    const tablet = atTheDoor();
    await part("询问回避");
    await press("申请回避");
    await press("记下回避申请");
    expect(notes(tablet)).toEqual([]);
    await fireEvent.click(screen.getByRole("radio", { name: "林晓岚" }));
    await fireEvent.input(screen.getByLabelText(/理由/), { target: { value: "是店主的亲戚" } });
    await press("记下回避申请");
    await waitFor(() => expect(notes(tablet)).toEqual(["询问是否申请回避：当事人申请林晓岚回避，理由：是店主的亲戚"]));
    expect(screen.getByText("当事人申请了回避，先不要检查")).toBeTruthy();
    await press("不予回避，继续检查");
    await waitFor(() => expect(screen.queryByText("当事人申请了回避，先不要检查")).toBeNull());
    expect(notes(tablet)[1]).toBe("对回避申请的决定：不予回避，继续检查。决定人：陈志远。");
  });

  test("a granted recusal says to stop", async () => {
    const tablet = atTheDoor();
    await tablet.note(SHOP, "询问是否申请回避：当事人申请林晓岚回避，理由：亲属");
    await tablet.note(SHOP, "对回避申请的决定：应当回避，停止检查。决定人：陈志远。");
    await waitFor(() => expect(screen.getByText("已决定回避，停止检查")).toBeTruthy());
    expect(screen.queryByText("去检查要点")).toBeNull();
  });
});

describe("the notice", () => {
  async function arrived(): Promise<Tablet> {
    const tablet = atTheDoor();
    await tablet.arrive(SHOP, { no_fix: "室内" });
    await part("送达告知书");
    return tablet;
  }

  test("before arrival people are led to the arrival first", async () => {
    const tablet = atTheDoor();
    await part("送达告知书");
    expect(screen.queryByText("记录送达")).toBeNull();
    await press("去记录到达");
    expect(screen.getByText("定位", { selector: "button span" })).toBeTruthy();
    expect(said(tablet)).toEqual([]);
  });

  test("the number appears after serving, with who took it", async () => {
    const tablet = await arrived();
    expect(document.querySelector(".number")).toBeNull();
    await fireEvent.click(screen.getByRole("radio", { name: /在平板上出示/ }));
    await fireEvent.input(screen.getByLabelText(/接收人姓名/), { target: { value: "苏文" } });
    await fireEvent.input(screen.getByLabelText(/职务/), { target: { value: "店长" } });
    await press("记录送达");
    await waitFor(() => expect(document.querySelector(".number")?.textContent).toBe("江市检告〔2026〕0103号"));
    const [, body] = said(tablet).at(-1) ?? [];
    expect(body).toEqual({
      how: "shown",
      lang: "zh",
      number: "江市检告〔2026〕0103号",
      receiver: { name: "苏文", role: "店长" },
    });
    expect(screen.getByText("在平板上出示，接收人：苏文 店长")).toBeTruthy();
  });

  test("how it was served has to be said", async () => {
    const tablet = await arrived();
    await press("记录送达");
    expect(screen.getByText("请选择怎么送达")).toBeTruthy();
    expect(said(tablet).map(([type]) => type)).toEqual(["arrive"]);
  });

  test("a paper of the office keeps its own number, whatever brackets a keyboard has", async () => {
    const tablet = await arrived();
    await fireEvent.click(screen.getByRole("radio", { name: /交付纸质告知书/ }));
    await fireEvent.input(screen.getByLabelText(/纸上的文号/), { target: { value: "商务检告[２０２６] 000123号" } });
    await fireEvent.input(screen.getByLabelText(/交接说明/), { target: { value: "已阅读" } });
    await press("记录送达");
    await waitFor(() => expect(notes(tablet)).toEqual(["告知书交接说明：已阅读"]));
    expect(said(tablet)[1]).toEqual([
      "notice.serve",
      { how: "handed_over", lang: "zh", number: "商务检告〔2026〕000123号" },
    ]);
  });

  test("what could not be kept is said, and what was typed stays", async () => {
    const tablet = await arrived();
    tablet.serveNotice = () => Promise.reject(new Error("full"));
    await fireEvent.click(screen.getByRole("radio", { name: /当事人扫码/ }));
    const field: HTMLInputElement = screen.getByLabelText(/接收人姓名/);
    await fireEvent.input(field, { target: { value: "苏文" } });
    await press("记录送达");
    await waitFor(() => expect(screen.getByText("记录送达").closest("button")?.ariaBusy).not.toBe("true"));
    expect(field.value).toBe("苏文");
    expect(document.querySelector(".number")).toBeNull();
  });

  test("the party reads words, materials and its code; who took no number is told when one comes", async () => {
    await arrived();
    await press("给当事人看告知书");
    const paper = within(document.querySelector("article") as HTMLElement);
    expect(paper.getByText(/根据《广东省双随机、一公开监管办法》/)).toBeTruthy();
    expect(paper.getByText("近三个月进货查验记录")).toBeTruthy();
    expect(paper.getByText("文号在记录送达时给出")).toBeTruthy();
    expect(paper.getByText(/7KQ4-M2XD/)).toBeTruthy();
  });
});

describe("codes to be scanned", () => {
  /** Reads the code that stands on the screen, by another library than the one that wrote it. */
  function scanned(within: Element): string {
    const svg = within.querySelector("svg[viewBox^='0 0'][shape-rendering]");
    const side = Number(svg?.getAttribute("viewBox")?.split(" ")[2]);
    const dark = new Set<number>();
    for (const [, x, y, length] of (svg?.querySelector("path")?.getAttribute("d") ?? "").matchAll(
      /M(\d+) (\d+)h(\d+)/g,
    )) {
      for (let n = 0; n < Number(length); n += 1) dark.add(Number(y) * side + Number(x) + n);
    }
    const zoom = 3;
    const width = side * zoom;
    const data = new Uint8ClampedArray(width * width * 4);
    for (let at = 0; at < width * width; at += 1) {
      const cell = Math.floor(Math.floor(at / width) / zoom) * side + Math.floor((at % width) / zoom);
      data.set(dark.has(cell) ? [0, 0, 0, 255] : [255, 255, 255, 255], at * 4);
    }
    return decodeQR({ width, height: width, data });
  }

  test("each inspector's code says exactly the address of his credential", async () => {
    const tablet = atTheDoor();
    await part("出示证件");
    for (const one of viewOf(tablet).credentials?.credentials ?? []) {
      await fireEvent.click(screen.getByRole("button", { name: `出示${one.name}的证件` }));
      const sheet = document.querySelector("dialog[open]") as HTMLDialogElement;
      expect(scanned(sheet)).toBe(one.address);
      expect(within(sheet).getByText("有效")).toBeTruthy();
      expect(within(sheet).getByText(one.certificate?.number ?? "")).toBeTruthy();
      sheet.close();
      await waitFor(() => expect(document.querySelector("dialog[open]")).toBeNull());
    }
  });

  test("the party's code is shown only when it is asked for, with its address", async () => {
    const tablet = atTheDoor();
    await part("出示证件");
    expect(screen.queryByText("7KQ4-M2XD")).toBeNull();
    await press("给当事人的二维码和查询码");
    const sheet = document.querySelector("dialog[open]") as HTMLDialogElement;
    expect(scanned(sheet)).toBe(viewOf(tablet).credentials?.door?.address);
    expect(within(sheet).getByText("7KQ4-M2XD")).toBeTruthy();
  });

  test("a credential whose time is over is still shown, and said to be over", async () => {
    const [, , shop] = fakeVisits();
    const credentials = shop?.credentials.credentials.map((one) => ({ ...one, expires: "2020-01-01T00:00:00Z" })) ?? [];
    atTheDoor({ credentials: { ...shop?.credentials, credentials, code: "7KQ4-M2XD", door: null } });
    await part("出示证件");
    await fireEvent.click(screen.getByRole("button", { name: "出示陈志远的证件" }));
    expect(screen.getByText(/二维码已在.*过期/)).toBeTruthy();
    expect(scanned(document.querySelector("dialog[open]") as Element)).toBe(credentials[0]?.address);
  });

  test("a suspended certificate is called unusable", async () => {
    const [, , shop] = fakeVisits();
    const credentials = (shop?.credentials.credentials ?? []).map((one) => ({
      ...one,
      certificate: one.certificate && { ...one.certificate, status: "suspended" as const },
    }));
    atTheDoor({ credentials: { ...shop?.credentials, credentials, code: "7KQ4-M2XD", door: null } });
    await part("出示证件");
    expect(screen.getAllByText("现在不能使用")).toHaveLength(2);
  });

  test("white stands around a code, four modules wide", () => {
    const picture = qrPicture("https://check.example/v#a");
    expect(picture?.path.startsWith(`M${QUIET} ${QUIET}h7v1`)).toBe(true);
  });

  test("what no code holds is refused instead of cut", () => expect(qrPicture("x".repeat(2400))).toBeNull());
});

describe("a visit that is over", () => {
  test.each([{ closed: "reassigned" }, { closed: "published" }])("lets nothing be written (%j)", async ({ closed }) => {
    place({ lat: 21, lon: 111, accuracy: 5 });
    const tablet = atTheDoor({ closed });
    for (const title of ["到达", "出示证件", "告知全过程记录", "询问回避", "送达告知书", "离开"]) {
      const heading = screen.getByText(title, { selector: "h2 button span" });
      if (heading.closest("button")?.ariaExpanded !== "true") await fireEvent.click(heading);
      for (const words of [
        "定位",
        "已出示，记下",
        "已告知，无异议",
        "不申请回避",
        "申请回避",
        "记录送达",
        "对方拒绝或不配合",
      ]) {
        expect(screen.queryByText(words, { selector: "button span" }), `${title}: ${words}`).toBeNull();
      }
    }
    expect(said(tablet)).toEqual([]);
  });
});

test.each(["到达", "出示证件", "告知全过程记录", "询问回避", "送达告知书", "离开"])(
  "axe has no objection to %s",
  async (title) => {
    atTheDoor();
    if (title !== "到达") await part(title);
    const opened = screen.getByText(title, { selector: "h2 button span" }).closest("section");
    expect(await objections(opened as Element)).toEqual([]);
  },
);
