import { group } from "./group";

/** Words of photos, recordings and files. */
export const evidence = group({ title: "证据" }, { title: "Evidence" });
