/**
 * The parts of which all screens are made.
 *
 * - `Button` kind=primary|plain|quiet|danger, icon, busy, disabled, wide, large, href · `IconButton` icon, label, pressed
 * - `Sheet` bind:open, title, children, actions (snippets), onclose, dismissable, size=usual|wide|full
 * - `Field` label, bind:value, kind=text|area|search|…, hint, error, draft (keeps what is typed; then `forgetDraft` of ../drafts)
 * - `Choice` legend, options (`Option`: value, label, hint, icon, tone), value, choose, stacked, again
 * - `Switch` label, checked, change · `Chip` label, pressed, count, onclick · `Badge` text, tone, icon, label
 * - `Banner` tone=info|warning|danger, title, children, actions, ondismiss
 * - `List` label with `Row` title, detail, icon, href|onclick, trailing · `EmptyState` icon, title, text, actions
 * - `Progress` label, value, max, figures · `Spinner` label, size · `Icon` name, label, size
 * - `Steps` label, steps (`Step`), current, children: the bar of a visit
 * - `QrCode` text, label, most: a code to be scanned, whole pixels a module
 * - `announce(text, tone)`: heard and seen by everybody; `Announcer` stands once in the frame
 *
 * Colours, spaces, sizes: `styles/tokens.css`. Arrangements (`.page`, `.stack`, `.line-up`, `.card`, `.at-hand`,
 * `.hidden-text`, `.soft`, `.strong`, `.figures`, `.code`, `.hint`, `.as-typed`, `.paper`, `.no-print`): `styles/base.css`.
 */
export { announce } from "./announce";
export { default as Announcer } from "./Announcer.svelte";
export { default as Badge } from "./Badge.svelte";
export { default as Banner } from "./Banner.svelte";
export { default as Button } from "./Button.svelte";
export { default as Chip } from "./Chip.svelte";
export { default as Choice } from "./Choice.svelte";
export { default as EmptyState } from "./EmptyState.svelte";
export { default as Field } from "./Field.svelte";
export { default as Icon } from "./Icon.svelte";
export { default as IconButton } from "./IconButton.svelte";
export type { IconName } from "./icons";
export { default as List } from "./List.svelte";
export type { Option } from "./option";
export { default as Progress } from "./Progress.svelte";
export { default as QrCode } from "./QrCode.svelte";
export { default as Row } from "./Row.svelte";
export { default as Sheet } from "./Sheet.svelte";
export { default as Spinner } from "./Spinner.svelte";
export type { Step } from "./step";
export { default as Steps } from "./Steps.svelte";
export { default as Switch } from "./Switch.svelte";
export type { Tone } from "./tone";
