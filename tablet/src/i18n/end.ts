import { group } from "./group";

/** Words of reading back, signing, refusing and handing in. */
export const end = group({ title: "结束检查" }, { title: "Finish" });
