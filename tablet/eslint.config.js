import globals from "globals";
import svelte from "eslint-plugin-svelte";
import ts from "typescript-eslint";

/** Which rooms a room may not call (docs/tablet.md). */
const CLOSED = {
  wire: ["store", "device", "session", "record", "app", "ui", "i18n"],
  record: ["store", "device", "session", "app", "ui", "i18n"],
  store: ["device", "session", "record", "app", "ui", "i18n"],
  device: ["session", "record", "app", "ui", "i18n"],
  session: ["record", "app", "ui", "i18n"],
  app: ["ui", "i18n"],
  i18n: ["wire", "store", "device", "session", "record", "app", "ui"],
};

export default ts.config(
  { ignores: ["node_modules"] },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  { files: ["**/*.svelte", "**/*.svelte.ts"], languageOptions: { parserOptions: { parser: ts.parser } } },
  ...Object.entries(CLOSED).map(([room, rooms]) => ({
    files: [`src/${room}/**`],
    rules: {
      "no-restricted-imports": ["error", { patterns: rooms.map((one) => ({ group: [`**/${one}/**`] })) }],
    },
  })),
  {
    files: ["src/ui/**"],
    rules: {
      "no-restricted-imports": ["error", { patterns: [{ group: ["**/device/**", "**/session/**", "dexie"] }] }],
    },
  },
);
