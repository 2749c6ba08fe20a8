import { group } from "./group";

/** Words that several screens use. */
export const common = group(
  {
    app: "双随机检查",
    cancel: "取消",
    save: "保存",
    back: "返回",
    close: "关闭",
    yes: "是",
    no: "否",
    not_applicable: "合理缺项",
  },
  {
    app: "Field inspection",
    cancel: "Cancel",
    save: "Save",
    back: "Back",
    close: "Close",
    yes: "Yes",
    no: "No",
    not_applicable: "Not applicable",
  },
);
