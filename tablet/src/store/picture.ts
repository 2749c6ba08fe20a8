/** Small pictures of large ones, for looking at only: the original's bytes are never touched. */
import type { CopySize } from "./ports";

/** Pixels of the longer side. */
export const LONG_SIDE: Readonly<Record<CopySize, number>> = { small: 480, screen: 1600 };

const QUALITY = 0.8;

/**
 * A JPEG that stands upright, at most `longSide` pixels long, never larger than the original. Null when this browser
 * cannot read it (HEIC, a film, a broken file): the original is kept all the same.
 */
export async function makeCopy(picture: Blob, longSide: number): Promise<Blob | null> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(picture, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
  try {
    const scale = Math.min(1, longSide / Math.max(bitmap.width, bitmap.height));
    const width = Math.max(1, Math.round(bitmap.width * scale));
    const height = Math.max(1, Math.round(bitmap.height * scale));
    return await drawn(bitmap, width, height);
  } catch {
    // No memory for it, as on small tablets with large photos: a picture without a copy is still a picture.
    return null;
  } finally {
    bitmap.close();
  }
}

async function drawn(bitmap: ImageBitmap, width: number, height: number): Promise<Blob | null> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) return null;
  context.imageSmoothingQuality = "high";
  // What is transparent is paper, not night.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}
