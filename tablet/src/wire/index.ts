/**
 * The bytes of the contract, as a browser reads, makes and checks them. Pure: no state, no storage, no network.
 *
 * `parseStrict` reads what came; `read…` checks its shape (WrongShapeError); `serverSigned`, `entrySigned` check who said
 * it; `parseEntry`, the digests and the Merkle proofs check that it is what it names.
 */
export * from "./answers";
export * from "./bodies";
export * from "./bytes";
export * from "./canonical";
export { visitCard, pinnedChecklist } from "./cards";
export * from "./checklist";
export * from "./digests";
export * from "./dpop";
export * from "./envelope";
export * from "./invitation";
export * from "./keys";
export * from "./merkle";
export { reader, WrongShapeError, type Check } from "./shape";
export * from "./strict";
