/** What a device remembers by name; the names are those of the Python client. */
import type { LocalStore } from "../store/ports";
import { NotEnrolledError } from "./types";

/** Names of remembered texts. */
export const NAMES = {
  device: "device",
  inspector: "inspector",
  token: "token",
  history: "history",
  serverKeys: "server_keys",
  epoch: "epoch",
  anchor: "anchor",
  /** The newest anchor with the reading of the clocks when it came. */
  anchorRead: "anchor_read",
  restored: "restored",
  cursor: "cursor",
  torn: "torn",
  wiped: "wiped",
  logTold: "log_told",
  logWaiting: "log_waiting",
  logAlarms: "log_alarms",
  numbers: "notice_numbers",
  numbersTaken: "notice_numbers_taken",
} as const;

/** A text that every enrolled device has; NotEnrolledError without it. */
export async function known(store: LocalStore, name: string): Promise<string> {
  const value = await store.recall(name);
  if (value === null) throw new NotEnrolledError(name);
  return value;
}

/** What this app itself wrote, and nobody else can have written: the store is sealed. */
export async function recalled<T>(store: LocalStore, name: string): Promise<T | null> {
  const text = await store.recall(name);
  return text === null ? null : (JSON.parse(text) as T);
}

/** The incarnation of the log that is being written. */
export async function epochOf(store: LocalStore): Promise<number> {
  return Number((await store.recall(NAMES.epoch)) ?? 1);
}
