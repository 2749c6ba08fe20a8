/** Photos and documents: the bytes first, then the entry that names them; copies for the screen beside them. */
import { LONG_SIDE } from "../store/picture";
import type { CopySize, FileRow, LocalStore } from "../store/ports";
import { notKept } from "./not-kept";
import type { Channel } from "../session/channel";
import { NotKept, type PointRef, type Tablet } from "./tablet";
import { about, pointOf, type Page, type Pen } from "./writing";

export interface EvidenceParts {
  readonly store: LocalStore;
  readonly pen: Pen;
  readonly channel: Channel;
  /** Makes a smaller picture; null when it cannot. */
  readonly makeCopy: (picture: Blob, longSide: number) => Promise<Blob | null>;
  /** Pixels; null when they cannot be told. */
  readonly measure: (picture: Blob) => Promise<{ width: number; height: number } | null>;
  readonly trouble: (error: unknown) => void;
}

export type Evidence = Pick<Tablet, "photo" | "document" | "annotate" | "picture" | "original" | "paper">;

const PIECE = 1 << 20;
const SIZES: readonly CopySize[] = ["small", "screen"];
const MIME = /^[a-z]+\/[a-z0-9.+-]+$/;
const LONGEST_MIME = 100;
const UNKNOWN_MIME = "application/octet-stream";

/** The media type as entries write it: lower case, without parameters. */
export function mimeOf(told: string): string {
  const [type = ""] = told.toLowerCase().split(";", 1);
  const mime = type.trim();
  return MIME.test(mime) && mime.length <= LONGEST_MIME ? mime : UNKNOWN_MIME;
}

export function evidence(parts: EvidenceParts): Evidence {
  return { ...adding(parts), ...looking(parts) };
}

function adding(parts: EvidenceParts): Pick<Evidence, "photo" | "document" | "annotate"> {
  const { pen, measure } = parts;
  return {
    photo: async (visit, picture, { point, caption, takenWall, where }) => {
      const file = await kept(parts, visit, picture, null);
      const pixels = await measure(picture).catch(() => null);
      const position = where && "position" in where ? where.position : undefined;
      const taken = takenWall === undefined ? undefined : Math.max(0, Math.round(takenWall));
      await pen.write(visit, async (page) => {
        const body = { ...named(file), ...pixels, caption, position, taken_wall: taken, item: point?.item };
        await pen.keep({ type: "photo.add", visit, ...headers(page, point), body });
      });
      void copies(parts, file.digest, picture).catch(parts.trouble);
      return file.digest;
    },
    document: async (visit, content, { name, point, caption }) => {
      const file = await kept(parts, visit, content, name);
      await pen.write(visit, async (page) => {
        const body = { ...named(file), caption: caption ?? name ?? undefined, item: point?.item };
        await pen.keep({ type: "document.add", visit, ...headers(page, point), body });
      });
      if (content.type.startsWith("image/")) void copies(parts, file.digest, content).catch(parts.trouble);
      return file.digest;
    },
    annotate: async (visit, of, overlay, caption) => {
      const file = await kept(parts, visit, overlay, null);
      await pen.write(visit, async () => {
        await pen.keep({ type: "photo.annotate", visit, body: { of, overlay: file.digest, caption } });
      });
      void copies(parts, file.digest, overlay).catch(parts.trouble);
    },
  };
}

function headers({ record }: Page, point: PointRef | undefined) {
  return point ? about(pointOf(record, point)) : {};
}

function named({ digest, length, mime }: FileRow) {
  return { digest, bytes: length, mime };
}

/** The bytes, kept; nothing where nothing can be written. Throws NotKept. */
async function kept(
  { pen, store }: EvidenceParts,
  visit: string,
  content: Blob,
  name: string | null,
): Promise<FileRow> {
  try {
    await pen.page(visit);
    return await store.keepFile(content, { mime: mimeOf(content.type), visit, name });
  } catch (error) {
    // A camera's file that was deleted, or a card that was taken out, while it was read.
    if (error instanceof DOMException && error.name === "NotReadableError") {
      throw new NotKept("trouble.file_unreadable", { cause: error });
    }
    throw notKept(error);
  }
}

async function copies({ store, makeCopy }: EvidenceParts, digest: string, picture: Blob): Promise<void> {
  for (const size of SIZES) {
    const copy = await makeCopy(picture, LONG_SIDE[size]);
    if (copy) await store.putCopy(digest, size, copy);
  }
}

function looking(parts: EvidenceParts): Pick<Evidence, "picture" | "original" | "paper"> {
  const { store, channel } = parts;
  return {
    picture: async (digest, size) => {
      const copy =
        (await store.copy(digest, size)) ?? (await copyAnew(parts, digest, size)) ?? (await anyCopy(store, digest));
      if (!copy) return null;
      const url = URL.createObjectURL(copy);
      return { url, release: () => URL.revokeObjectURL(url) };
    },
    original: (digest) => originalOf(store, digest),
    paper: async (visit, kind, lang) => {
      try {
        const answer = await channel.send("GET", `/v1/visits/${visit}/papers/${kind}`, { query: { lang } });
        const paper = answer.ok ? await answer.blob() : null;
        return paper?.type.startsWith("application/pdf") ? paper : null;
      } catch {
        return null;
      }
    },
  };
}

/** After a kill between the entry and its copies. */
async function copyAnew(parts: EvidenceParts, digest: string, size: CopySize): Promise<Blob | null> {
  const picture = await originalOf(parts.store, digest);
  if (!picture?.type.startsWith("image/")) return null;
  const copy = await parts.makeCopy(picture, LONG_SIDE[size]);
  if (copy) await parts.store.putCopy(digest, size, copy).catch(parts.trouble);
  return copy;
}

/** A photo that the server gives exists in one size only. */
async function anyCopy(store: LocalStore, digest: string): Promise<Blob | null> {
  return (await store.copy(digest, "small")) ?? store.copy(digest, "screen");
}

/** The original bytes; null when this tablet has none. */
async function originalOf(store: LocalStore, digest: string): Promise<Blob | null> {
  const file = await store.file(digest);
  if (!file) return null;
  const pieces: Blob[] = [];
  for (let from = 0; from < file.length; from += PIECE) {
    // One piece in memory at a time: the browser may lay a Blob down on the disk.
    pieces.push(new Blob([await store.bytes(digest, from, Math.min(from + PIECE, file.length))]));
  }
  return new Blob(pieces, { type: file.mime });
}
