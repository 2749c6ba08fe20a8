import { group } from "./group";

/** The lock. */
export const unlock = group(
  {
    title: "输入 PIN",
    pad: "数字键",
    digits: "已输入 {n} 位",
    delete: "删除一位",
    open: "打开",
    wrong: "PIN 不正确",
    wait: "请等待 {span} 再试",
    kept: "数据不会因为输错 PIN 而被删除。",
  },
  {
    title: "Enter the PIN",
    pad: "Digits",
    digits: "{n} {n|digit|digits} entered",
    delete: "Delete one digit",
    open: "Open",
    wrong: "The PIN is wrong",
    wait: "Please wait {span} before the next try",
    kept: "A wrong PIN never deletes anything.",
  },
);
