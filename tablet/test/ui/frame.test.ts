import { cleanup, configure, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { readable } from "svelte/store";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NotKept, type Phase, type SyncState, type Tablet } from "../../src/app/tablet";
import App from "../../src/ui/App.svelte";
import { stayOpen } from "../../src/ui/idle";
import { said } from "../../src/ui/parts/announce";
import { prefer } from "../../src/ui/preferences";
import { fakeTablet, type FakeStart } from "../support/fake-tablet";
import { faultsOf } from "../support/axe";
import { fakeVisits } from "../support/fake-visits";
import "../support/dialog";

// A screen is fetched when it is first shown; how long that takes is not what is tested here.
configure({ asyncUtilTimeout: 30_000 });

/** The app over an invented tablet, at an address, in Chinese. */
function start(given: FakeStart & { at?: string; verbs?: Partial<Tablet> } = {}): Tablet {
  const { at = "#/today", verbs, ...rest } = given;
  history.replaceState(null, "", at);
  const tablet = { ...fakeTablet(rest), ...verbs };
  render(App, { tablet });
  return tablet;
}

const heading = (name: string) => screen.findByRole("heading", { level: 1, name });

beforeEach(() => {
  prefer({ language: "zh", lockAfter: 5 });
  window.scrollTo = () => undefined;
});

afterEach(() => {
  cleanup();
  said.set([]);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

// -- places ----------------------------------------------------------------------------------------------------------

test("a place is named in the title and its heading takes the focus; Back leads back", async () => {
  start();
  await heading("我的检查");
  expect(document.title).toBe("我的检查 – 双随机检查");
  await fireEvent.click(screen.getByRole("link", { name: "设置" }));
  location.hash = "#/settings";
  const settings = await heading("设置");
  await waitFor(() => expect(document.activeElement).toBe(settings));
  expect(document.title).toBe("设置 – 双随机检查");
  history.back();
  await heading("我的检查");
});

test("the honest badge is on every screen and leads to the sync", async () => {
  for (const at of ["#/today", "#/settings", "#/sync"]) {
    start({ at });
    const badge = await screen.findByRole("link", { name: /只在这台平板上|全部已送达/ });
    expect(badge.getAttribute("href")).toBe("#/sync");
    cleanup();
  }
});

test("a screen that fails says that nothing is lost, and can be tried again", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  let broken = true;
  const sound = fakeTablet();
  const log: Tablet["log"] = (asked, limit) => {
    if (broken) throw new Error("the log is broken");
    return sound.log(asked, limit);
  };
  start({ at: "#/sync", verbs: { log } });
  await heading("这个页面出错了");
  expect(screen.getByText(/已经保存的记录、照片和正在输入的文字都没有丢/)).toBeTruthy();
  expect(screen.getByRole("link", { name: /打开同步页/ })).toBeTruthy();
  broken = false;
  await fireEvent.click(screen.getByRole("button", { name: "再试一次" }));
  await heading("同步");
});

test("an app that cannot begin says that nothing was changed", async () => {
  render(App, { tablet: fakeTablet({ phase: "starting" }), fault: readable(new Error("no database")) });
  await heading("应用打不开");
  expect(screen.getByText("Error: no database")).toBeTruthy();
});

test.each<[string, Partial<SyncState>, string]>([
  ["an alarm of the log", { alarm: "trouble.log_alarm" }, "服务器日志的证明有误"],
  ["a revoked device", { standing: "revoked", submitUntil: "2026-12-01T02:00:00Z" }, "12月1日 10:00"],
  ["an ordered wipe", { standing: "wipe_ordered" }, "办公室要求清空这台平板"],
  ["an old app", { standing: "too_old" }, "应用版本太旧"],
  ["a wrong clock", { clockOff: -15 * 60_000 }, "比办公室慢 15 分"],
  ["little room", { storage: { persisted: true, used: 999_900_000, quota: 1_000_000_000 } }, "只剩 100 kB"],
])("%s is told on every screen", async (_, sync, words) => {
  start({ at: "#/settings", sync });
  await heading("设置");
  expect(document.body.textContent).toContain(words);
});

test("nothing is told while nothing is wrong", async () => {
  start({ at: "#/settings", sync: { clockOff: 30_000 } });
  await heading("设置");
  expect(screen.queryByRole("alert")?.textContent.trim()).toBe("");
  expect(document.querySelector(".banners")?.children).toHaveLength(0);
});

test("the language of the screen changes at once, and the page says which it is", async () => {
  start({ at: "#/settings" });
  await heading("设置");
  const group = screen.getByRole("radiogroup", { name: "屏幕语言" });
  await fireEvent.click(within(group).getByRole("radio", { name: "English" }));
  await heading("Settings");
  expect(document.documentElement.lang).toBe("en");
});

test("explanations are wished away and stay the description of their field", async () => {
  start({ at: "#/settings" });
  await heading("设置");
  await fireEvent.click(screen.getByRole("switch", { name: "显示操作提示" }));
  expect(document.documentElement.dataset.hints).toBe("off");
  prefer({ hints: true });
  expect(document.documentElement.dataset.hints).toBe("on");
});

// -- the lock --------------------------------------------------------------------------------------------------------

const key = (name: string) => fireEvent.keyDown(window, { key: name });
const filled = (n: number) => screen.getByRole("img", { name: `已输入 ${n} 位` });

test("a PIN is entered by keys and by touch, and opens the app", async () => {
  start({ phase: "locked" });
  await heading("输入 PIN");
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "打开" }).disabled).toBe(true);
  for (const digit of "123") await key(digit);
  for (const digit of "459") await fireEvent.click(screen.getByRole("button", { name: digit }));
  filled(6);
  await key("Backspace");
  filled(5);
  await key("6");
  await fireEvent.click(screen.getByRole("button", { name: "打开" }));
  await heading("我的检查");
});

test("a wrong PIN is forgotten at once, and nothing is said of how it was wrong", async () => {
  start({ phase: "locked" });
  await heading("输入 PIN");
  for (const digit of "135135") await key(digit);
  await key("Enter");
  await screen.findAllByText("PIN 不正确");
  filled(0);
});

test("while the lock waits no key does anything, and it says how long", async () => {
  const unlock = vi.fn<Tablet["unlock"]>();
  start({ phase: "locked", verbs: { waiting: () => Promise.resolve(30), unlock } });
  expect((await screen.findByRole("timer")).textContent).toBe("请等待 30 秒 再试");
  for (const digit of "123456") await key(digit);
  await key("Enter");
  filled(0);
  expect(unlock).not.toHaveBeenCalled();
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "5" }).disabled).toBe(true);
});

test("after too many wrong PINs the wait of the lock is shown", async () => {
  const unlock: Tablet["unlock"] = () => Promise.resolve({ wait: 60, failed: 97 });
  start({ phase: "locked", verbs: { unlock } });
  await heading("输入 PIN");
  for (const digit of "135135") await key(digit);
  await key("Enter");
  const timer = await screen.findByRole("timer");
  expect(timer.textContent).toBe("请等待 1 分 再试");
  expect(document.body.textContent).toContain("PIN 不正确 请等待 1 分 再试");
  expect(document.body.textContent).not.toContain("97");
});

test("an app that nobody touches locks itself after the time that was wished for, a touched one does not", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date", "performance"] });
  prefer({ lockAfter: 2 });
  const lock = vi.fn();
  start({ at: "#/settings", verbs: { lock } });
  await heading("设置");
  vi.advanceTimersByTime(110_000);
  await fireEvent.pointerDown(document.body);
  vi.advanceTimersByTime(110_000);
  expect(lock).not.toHaveBeenCalled();
  const release = stayOpen();
  vi.advanceTimersByTime(600_000);
  expect(lock).not.toHaveBeenCalled();
  release();
  vi.advanceTimersByTime(125_000);
  expect(lock).toHaveBeenCalled();
});

test("a tablet that slept with its clock of ticks standing still is locked when it is taken up", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
  const lock = vi.fn();
  start({ at: "#/settings", verbs: { lock } });
  await heading("设置");
  vi.setSystemTime(Date.now() + 3_600_000);
  document.dispatchEvent(new Event("visibilitychange"));
  expect(lock).toHaveBeenCalledOnce();
});

// -- enrolment -------------------------------------------------------------------------------------------------------

const type = (label: string, value: string) => fireEvent.input(screen.getByLabelText(label), { target: { value } });

test("enrolment names every mistake beside its field and asks nothing of the office before", async () => {
  const enrol = vi.fn<Tablet["enrol"]>();
  start({ phase: "new", verbs: { enrol } });
  await heading("登记这台平板");
  await type("登记码", "abcd 9");
  await type("设置 PIN", "123456");
  await type("再输一次 PIN", "1234567");
  await fireEvent.click(screen.getByRole("button", { name: "登记" }));
  expect(screen.getByText(/登记码只含字母/)).toBeTruthy();
  expect(screen.getByText(/太容易猜到/)).toBeTruthy();
  expect(screen.getByText("两次输入的 PIN 不一样。")).toBeTruthy();
  expect(enrol).not.toHaveBeenCalled();
});

test("what the office refuses is said in plain words, nothing typed is lost, and it can be sent again", async () => {
  const enrol = vi.fn<Tablet["enrol"]>();
  start({ phase: "new", verbs: { enrol } });
  await heading("登记这台平板");
  enrol.mockRejectedValueOnce(new NotKept("trouble.enrolment_code"));
  await type("登记码", "abcd efgh ijkl mnop");
  await type("设置 PIN", "194728");
  await type("再输一次 PIN", "194728");
  await fireEvent.click(screen.getByRole("button", { name: "登记" }));
  await screen.findByText(/登记码不对、已用过或已过期/);
  expect(screen.getByLabelText<HTMLInputElement>("设置 PIN").value).toBe("194728");
  await fireEvent.click(screen.getByRole("button", { name: "登记" }));
  await waitFor(() => expect(enrol).toHaveBeenCalledTimes(2));
  expect(enrol.mock.lastCall?.[0]).toEqual({ code: "ABCDEFGHIJKLMNOP", name: "检查平板", pin: "194728" });
});

// -- settings and sync -----------------------------------------------------------------------------------------------

test("the PIN is changed only when the old one is right and the new one is good", async () => {
  const changePin = vi.fn<Tablet["changePin"]>().mockResolvedValueOnce(false).mockResolvedValue(true);
  start({ at: "#/settings", verbs: { changePin } });
  await heading("设置");
  await fireEvent.click(screen.getByRole("button", { name: "更改 PIN" }));
  const sheet = within(screen.getByRole("dialog"));
  const submit = () => fireEvent.click(sheet.getByRole("button", { name: "更改 PIN" }));
  await type("现在的 PIN", "194728");
  await type("新 PIN", "111111");
  await type("再输一次新 PIN", "111111");
  await submit();
  expect(changePin).not.toHaveBeenCalled();
  await type("新 PIN", "830274");
  await type("再输一次新 PIN", "830274");
  await submit();
  await sheet.findByText(/现在的 PIN 不正确/);
  await submit();
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(changePin).toHaveBeenLastCalledWith("194728", "830274");
});

test("trouble is told in plain words with its code and the next try", async () => {
  const trouble = { key: "trouble.server_error", code: "internal", retryAt: Date.now() + 3_600_000 } as const;
  start({ at: "#/sync", sync: { trouble } });
  await heading("同步");
  expect(screen.getByText("办公室的服务器出错，稍后自动再试。内容都在这里。")).toBeTruthy();
  expect(document.body.textContent).toMatch(/1 小时后再试|59 分.*后再试/);
  expect(screen.getByText("代码 internal")).toBeTruthy();
});

test("of own records those are shown that were asked for, with what became of them", async () => {
  start({ at: "#/sync" });
  await heading("同步");
  const log = within(screen.getByRole("region", { name: "我的记录" }));
  await fireEvent.click(log.getByRole("button", { name: /^未送达/ }));
  const rows = log.getAllByRole("listitem");
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) expect(row.textContent).toContain("只在这台平板上");
  await fireEvent.click(log.getByRole("button", { name: /^待处理/ }));
  expect(log.getByText("没有等待处理的记录。")).toBeTruthy();
});

test("the file of last resort is made after a word, and saved under a name that names nobody", async () => {
  URL.createObjectURL = () => "blob:export";
  URL.revokeObjectURL = vi.fn();
  start({ at: "#/sync" });
  await heading("同步");
  await fireEvent.click(screen.getByRole("button", { name: "导出全部内容" }));
  const sheet = within(screen.getByRole("dialog"));
  await fireEvent.click(sheet.getByRole("button", { name: "导出全部内容" }));
  const link = await sheet.findByRole("link", { name: "保存文件" });
  expect(link.getAttribute("download")).toMatch(/^fieldcheck-[0-9a-f]{8}-\d{8}-\d{4}\.zip$/);
});

// -- for everybody ---------------------------------------------------------------------------------------------------

test.each<[string, Phase, string]>([
  ["enrolment", "new", "登记这台平板"],
  ["the lock", "locked", "输入 PIN"],
  ["a wiped tablet", "wiped", "这台平板已清空"],
])("axe finds no fault in %s", async (_, phase, name) => {
  start({ phase });
  await heading(name);
  expect(await faultsOf(document.body)).toEqual([]);
});

test.each([
  ["设置", "#/settings"],
  ["同步", "#/sync"],
])("axe finds no fault in %s", async (name, at) => {
  const visits = fakeVisits().filter((one) => one.said.length < 20);
  start({ at, visits, sync: { clockOff: 900_000, online: false } });
  await heading(name);
  expect(await faultsOf(document.body)).toEqual([]);
});
