import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { createRawSnippet, tick } from "svelte";
import { get } from "svelte/store";
import { afterEach, expect, test, vi } from "vitest";
import { lang } from "../../src/i18n";
import * as parts from "../../src/ui/parts";
import { said } from "../../src/ui/parts/announce";
import { faultsOf } from "../support/axe";
import { pressEscape } from "../support/dialog";
import WithDraft from "./WithDraft.svelte";

const text = (words: string) => createRawSnippet(() => ({ render: () => `<span>${words}</span>` }));
const OPTIONS = [
  { value: "yes", label: "是" },
  { value: "no", label: "否" },
  { value: "na", label: "合理缺项" },
];

afterEach(() => {
  cleanup();
  said.set([]);
  lang.set("zh");
  document.body.replaceChildren();
});

// -- Choice ----------------------------------------------------------------------------------------------------------

test("arrow keys move through a choice and choose nothing; only a press does", async () => {
  const choose = vi.fn();
  render(parts.Choice, { legend: "答案", options: OPTIONS, value: null, choose });
  const [yes, no, na] = screen.getAllByRole("radio");
  yes?.focus();
  await fireEvent.keyDown(document.activeElement ?? document.body, { key: "ArrowRight" });
  expect(document.activeElement).toBe(no);
  await fireEvent.keyDown(document.activeElement ?? document.body, { key: "End" });
  expect(document.activeElement).toBe(na);
  await fireEvent.keyDown(document.activeElement ?? document.body, { key: "ArrowDown" });
  expect(document.activeElement).toBe(yes);
  await fireEvent.keyDown(document.activeElement ?? document.body, { key: "ArrowLeft" });
  expect(document.activeElement).toBe(na);
  expect(choose).not.toHaveBeenCalled();
  await fireEvent.click(document.activeElement ?? document.body);
  expect(choose).toHaveBeenCalledExactlyOnceWith("na");
});

test("Tab enters a choice at what is chosen, else at the first", async () => {
  const { rerender } = render(parts.Choice, { legend: "答案", options: OPTIONS, value: null, choose: vi.fn() });
  const entrances = () => screen.getAllByRole("radio").map((one) => one.tabIndex);
  expect(entrances()).toEqual([0, -1, -1]);
  await rerender({ value: "no" });
  expect(entrances()).toEqual([-1, 0, -1]);
  expect(screen.getByRole("radio", { checked: true }).textContent).toContain("否");
});

test("what is chosen already is chosen again only where that means something", async () => {
  const choose = vi.fn();
  const { rerender } = render(parts.Choice, { legend: "答案", options: OPTIONS, value: "yes", choose });
  await fireEvent.click(screen.getByRole("radio", { name: "是" }));
  expect(choose).not.toHaveBeenCalled();
  await rerender({ again: true });
  await fireEvent.click(screen.getByRole("radio", { name: "是" }));
  expect(choose).toHaveBeenCalledExactlyOnceWith("yes");
});

// -- Sheet -----------------------------------------------------------------------------------------------------------

test("a sheet takes the focus to its title and gives it back to where it was", async () => {
  const opener = document.body.appendChild(document.createElement("button"));
  opener.focus();
  const onclose = vi.fn();
  const sheet = { open: false, title: "确认", children: text("内容"), onclose };
  const { rerender } = render(parts.Sheet, sheet);
  await rerender({ open: true });
  expect(document.activeElement).toBe(screen.getByRole("heading", { name: "确认" }));
  await fireEvent.click(screen.getByRole("button", { name: "关闭" }));
  await tick();
  expect(onclose).toHaveBeenCalledOnce();
  expect(document.activeElement).toBe(opener);
});

test("Escape closes a sheet, except one that wants an answer", async () => {
  const { container, rerender } = render(parts.Sheet, {
    open: true,
    title: "问",
    children: text("?"),
    dismissable: false,
  });
  const dialog = container.querySelector("dialog");
  if (!dialog) throw new Error("no dialog");
  await tick();
  pressEscape(dialog);
  expect(dialog.open).toBe(true);
  expect(screen.queryByRole("button", { name: "关闭" })).toBeNull();
  await rerender({ dismissable: true });
  pressEscape(dialog);
  expect(dialog.open).toBe(false);
});

test("a sheet that is taken away while it is open gives the focus back", async () => {
  const opener = document.body.appendChild(document.createElement("button"));
  opener.focus();
  const { unmount } = render(parts.Sheet, { open: true, title: "问", children: text("?") });
  await tick();
  unmount();
  await tick();
  await tick();
  expect(document.activeElement).toBe(opener);
});

// -- Field -----------------------------------------------------------------------------------------------------------

/** Drafts in memory. */
function drafts(first: Record<string, string> = {}) {
  const kept = new Map(Object.entries(first));
  return {
    kept,
    draft: (name: string) => Promise.resolve(kept.get(name) ?? null),
    putDraft: (name: string, words: string | null) => {
      if (words === null) kept.delete(name);
      else kept.set(name, words);
      return Promise.resolve();
    },
  };
}

/** What promises and effects still have to do. */
const settled = async () => {
  for (let turn = 0; turn < 5; turn += 1) await tick();
};

test("a field with a draft shows what was typed before the app was killed", async () => {
  const tablet = drafts({ "note:1": "消防通道堆物" });
  render(WithDraft, { tablet, name: "note:1" });
  await settled();
  expect(screen.getByRole<HTMLTextAreaElement>("textbox").value).toBe("消防通道堆物");
});

test("every stroke is kept, and nothing once the field says again what it began with", async () => {
  const tablet = drafts();
  render(WithDraft, { tablet, name: "note:1" });
  await settled();
  await fireEvent.input(screen.getByRole("textbox"), { target: { value: "通道" } });
  await settled();
  expect(tablet.kept.get("note:1")).toBe("通道");
  await fireEvent.input(screen.getByRole("textbox"), { target: { value: "" } });
  await settled();
  expect(tablet.kept.has("note:1")).toBe(false);
});

test("who types faster than the draft is read keeps what he typed", async () => {
  const tablet = drafts({ "note:1": "旧" });
  render(WithDraft, { tablet, name: "note:1" });
  await fireEvent.input(screen.getByRole("textbox"), { target: { value: "新" } });
  await settled();
  expect(screen.getByRole<HTMLTextAreaElement>("textbox").value).toBe("新");
  expect(tablet.kept.get("note:1")).toBe("新");
});

test("a text that could not be kept is said aloud", async () => {
  const tablet = { ...drafts(), putDraft: () => Promise.reject(new Error("full")) };
  render(WithDraft, { tablet, name: "note:1" });
  await settled();
  await fireEvent.input(screen.getByRole("textbox"), { target: { value: "通道" } });
  await settled();
  expect(get(said).map((one) => one.tone)).toEqual(["danger"]);
});

// -- everything ------------------------------------------------------------------------------------------------------

test("a busy button keeps its place and does nothing", async () => {
  const onclick = vi.fn();
  render(parts.Button, { children: text("保存"), busy: true, onclick });
  const button = screen.getByRole("button", { name: "保存" });
  await fireEvent.click(button);
  expect(onclick).not.toHaveBeenCalled();
  expect(button.hasAttribute("disabled")).toBe(false);
});

test("what goes wrong interrupts and stays; everything else is said calmly", async () => {
  render(parts.Announcer);
  parts.announce("已保存", "accent");
  parts.announce("没有保存", "danger");
  await tick();
  expect(screen.getByRole("status").textContent).toContain("已保存");
  expect(screen.getByRole("alert").textContent).toContain("没有保存");
  await fireEvent.click(screen.getByRole("button", { name: "关闭" }));
  expect(screen.getByRole("alert").textContent.trim()).toBe("");
});

test("axe finds no fault in any part", async () => {
  const nothing = () => undefined;
  render(parts.Button, { children: text("保存"), icon: "check", kind: "primary" });
  render(parts.Button, { children: text("忙"), busy: true });
  render(parts.IconButton, { icon: "close", label: "关闭", onclick: nothing });
  render(parts.Choice, { legend: "答案", options: OPTIONS, value: "yes", choose: nothing });
  render(parts.Choice, { legend: "看得见的问题", legendShown: true, options: OPTIONS, value: null, choose: nothing });
  render(parts.Field, { label: "姓名", value: "", hint: "如身份证所写", error: "请填写", required: true });
  render(parts.Field, { label: "说明", value: "", kind: "area", labelHidden: true });
  render(parts.Switch, { label: "只用无线网", hint: "省流量", checked: true, change: nothing });
  render(parts.Chip, { label: "未送达", pressed: false, count: 3, onclick: nothing });
  render(parts.Badge, { text: 3, label: "3 处不一致", tone: "danger", icon: "dispute" });
  render(parts.Banner, { title: "时钟不准", tone: "warning", children: text("慢 15 分"), ondismiss: nothing });
  render(parts.EmptyState, { title: "没有记录", text: "写下第一条" });
  render(parts.Progress, { label: "上传", value: 3, max: 20 });
  render(parts.Spinner, { label: "正在打开" });
  render(parts.Icon, { name: "star", label: "关键项" });
  render(parts.Steps, {
    label: "步骤",
    current: "door",
    steps: [
      { key: "door", label: "门口", href: "#/a", icon: "door", done: true, doneLabel: "已完成" },
      { key: "list", label: "要点", href: "#/b", icon: "list", count: 3, countLabel: "还缺 3 项" },
    ],
    children: text("这一步"),
  });
  render(parts.Sheet, { open: true, title: "确认", children: text("内容"), actions: text("按钮") });
  await tick();
  expect(await faultsOf(document.body)).toEqual([]);
});
