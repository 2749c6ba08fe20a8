/**
 * The device: the rules of docs/native-app.md over a `LocalStore` and a `SigningKey`.
 *
 * `new Device(store, key)` opens it. Everything that writes an entry goes through `capture…`; every answer of the server
 * goes through `enrolled`, `settle`, `offerAgain`, `apply`, `applySnapshot`, `keepAnchor` and `learnKeys`, after
 * `wire/answers` has checked its shape.
 */
export { Device } from "./device";
export { LARGEST_EXPORT, writeExport, type ExportFrom } from "./export";
export type { KnownEntry } from "./known";
export { NAMES } from "./memory";
export { browserSurroundings, LOG_LOCK, logTurn, newId } from "./surroundings";
export * from "./types";
export { Witness, type LogAlarm, type SeenHead, type SizePair } from "./witness";
