/** How it is shown where a file is. */
import type { IconName } from "../../parts";
import type { EvidenceFile, Whereto } from "./files";

export const SIGNS: Readonly<Record<Whereto, { readonly key: string; readonly icon: IconName }>> = {
  here: { key: "evidence.here", icon: "tablet" },
  moving: { key: "evidence.moving", icon: "upload" },
  delivered: { key: "evidence.delivered", icon: "cloud_done" },
  partner: { key: "evidence.of_partner", icon: "people" },
};

/** How much of a file is at the server, in whole percent; 100 only when all of it is. */
export function percentOf(file: Pick<EvidenceFile, "sent" | "length" | "whereto">): number {
  if (file.whereto === "delivered") return 100;
  if (!file.length || file.length <= 0) return 0;
  return Math.max(0, Math.min(99, Math.floor((file.sent / file.length) * 100)));
}
