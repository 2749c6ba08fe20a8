import { group } from "./group";

/** What stands around all screens, and words that the parts bring with them. */
export const frame = group(
  {
    required: "（必填）",
    draft_not_kept: "刚才输入的文字未能保存在本平板上，请暂勿离开此页面。",
  },
  {
    required: "(required)",
    draft_not_kept: "What you just typed could not be kept on this tablet. Please do not leave this screen yet.",
  },
);
