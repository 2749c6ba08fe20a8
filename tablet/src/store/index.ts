/** The store's door: everything that other rooms take from here. */
export { Damaged, Locked, NoSuchFile, StorageFull } from "./errors";
export { askToPersist, storageRoom, type StorageRoom } from "./persist";
export { LONG_SIDE, makeCopy } from "./picture";
export type * from "./ports";
export { TabletSafe, type SafeSetting } from "./safe";
