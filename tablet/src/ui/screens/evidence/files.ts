/** The files of a visit as the gallery shows them. Pure. */
import type { EntryShown, SyncState, VisitView } from "../../../app/tablet";
import type { FileRow } from "../../../store/ports";
import { isPaper } from "../../../record/paper";

/** Where a file is: on this tablet alone, on its way, at the server; or another inspector's, whose way is not known here. */
export type Whereto = "here" | "moving" | "delivered" | "partner";

/** What a file is to those who look at it. */
export type FileKind = "photo" | "audio" | "video" | "paper" | "other";

/** One file of the visit. */
export interface EvidenceFile {
  readonly digest: string;
  readonly mime: string;
  readonly kind: FileKind;
  /** Code of the check point; null for the whole visit. */
  readonly item: string | null;
  readonly caption: string | null;
  readonly own: boolean;
  readonly inspector: string | null;
  /** Bytes; null when neither file nor entry tells. */
  readonly length: number | null;
  /** The tablet's clock when it was recorded, ms since 1970. */
  readonly wall: number | null;
  /** The camera's clock. */
  readonly taken: number | null;
  readonly hasPosition: boolean;
  readonly whereto: Whereto;
  /** Bytes that are at the server. */
  readonly sent: number;
  /** Drawings laid over it, oldest first. */
  readonly overlays: readonly { readonly digest: string; readonly caption: string | null }[];
}

/** The files of one check point, or of the whole visit (`item` null). */
export interface FileGroup {
  readonly item: string | null;
  readonly files: readonly EvidenceFile[];
}

/** Every file that the record names, oldest first, each once for each check point. */
export function filesOf(view: VisitView, moving: SyncState["moving"]): EvidenceFile[] {
  const rows = new Map(view.files.map((one) => [one.digest, one]));
  const added = addedBy(view.history);
  const overlays = overlaysOf(view.history);
  const seen = new Set<string>();
  const files: EvidenceFile[] = [];
  for (const one of view.record.photos) {
    const key = `${one.digest} ${one.item ?? ""}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const entry = added.get(one.digest);
    const row = rows.get(one.digest);
    const body = entry?.body ?? {};
    files.push({
      digest: one.digest,
      mime: one.mime,
      kind: isPaper(one) ? "paper" : kindOf(one.mime),
      item: one.item,
      caption: one.caption,
      own: one.own,
      inspector: entry?.inspector ?? null,
      length: row?.length ?? numberOf(body["bytes"]),
      wall: entry?.wall ?? null,
      taken: numberOf(body["taken_wall"]),
      hasPosition: typeof body["position"] === "object" && body["position"] !== null,
      overlays: overlays.get(one.digest) ?? [],
      ...standing(one.own, row, moving.get(one.digest)),
    });
  }
  return files;
}

/** By check point in the order of the record, the whole visit last; groups without files are left out. */
export function groupsOf(files: readonly EvidenceFile[], view: VisitView): FileGroup[] {
  const order = new Map<string, number>();
  for (const point of view.record.points) if (!order.has(point.item.code)) order.set(point.item.code, order.size);
  const groups = new Map<string | null, EvidenceFile[]>();
  for (const one of files) {
    // A point that no checklist has is still shown, by its code.
    const group = groups.get(one.item) ?? [];
    group.push(one);
    groups.set(one.item, group);
  }
  const place = (item: string | null) => (item === null ? Infinity : (order.get(item) ?? order.size));
  return [...groups]
    .map(([item, members]) => ({ item, files: members }))
    .sort((one, other) => (place(one.item) === place(other.item) ? 0 : place(one.item) - place(other.item)));
}

/** What of a visit is still to be uploaded. */
export function unsentOf(rows: readonly FileRow[]): { readonly files: number; readonly bytes: number } {
  const waiting = rows.filter((one) => !one.complete);
  return { files: waiting.length, bytes: waiting.reduce((sum, one) => sum + Math.max(0, one.length - one.sent), 0) };
}

/** What a file is, by its media type. */
export function kindOf(mime: string): FileKind {
  if (mime.startsWith("image/")) return "photo";
  if (mime.startsWith("audio/")) return "audio";
  return mime.startsWith("video/") ? "video" : "other";
}

function standing(
  own: boolean,
  row: FileRow | undefined,
  moved: { readonly sent: number } | undefined,
): Pick<EvidenceFile, "whereto" | "sent"> {
  // Own bytes that are not here any more were dropped because the server has them.
  if (!row) return { whereto: own ? "delivered" : "partner", sent: 0 };
  if (row.complete) return { whereto: "delivered", sent: row.length };
  return moved ? { whereto: "moving", sent: moved.sent } : { whereto: "here", sent: row.sent };
}

function addedBy(history: readonly EntryShown[]): ReadonlyMap<string, EntryShown> {
  const found = new Map<string, EntryShown>();
  for (const one of history) {
    const digest = one.body?.["digest"];
    const adds = one.type === "photo.add" || one.type === "document.add";
    if (adds && typeof digest === "string" && !found.has(digest)) found.set(digest, one);
  }
  return found;
}

function overlaysOf(history: readonly EntryShown[]): ReadonlyMap<string, EvidenceFile["overlays"]> {
  const found = new Map<string, { digest: string; caption: string | null }[]>();
  for (const one of history) {
    const { of, overlay, caption } = one.body ?? {};
    if (one.type !== "photo.annotate" || typeof of !== "string" || typeof overlay !== "string") continue;
    const here = found.get(of) ?? [];
    here.push({ digest: overlay, caption: typeof caption === "string" ? caption : null });
    found.set(of, here);
  }
  return found;
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
