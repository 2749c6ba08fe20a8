/** Reads QR codes from pictures: the browser's own reader where there is one, else one that is fetched when needed. */

/** The text of a QR code in a picture; null when there is none. */
export type Reader = (picture: HTMLVideoElement) => Promise<string | null>;

/** The Shape Detection API, which no library of types knows yet. */
interface Detector {
  detect(picture: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
interface DetectorClass {
  new (options: { formats: readonly string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

/** Long side of the picture that is looked through: enough for a code on a screen, little enough for a slow tablet. */
const LOOKED_AT = 640;

/** The best reader that this browser has. */
export async function qrReader(): Promise<Reader> {
  const known = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  // Some browsers know the name and can do nothing by it.
  const formats = known ? await known.getSupportedFormats().catch(() => []) : [];
  if (known && formats.includes("qr_code")) {
    const detector = new known({ formats: ["qr_code"] });
    return async (picture) => (await detector.detect(picture))[0]?.rawValue ?? null;
  }
  return ownReader();
}

async function ownReader(): Promise<Reader> {
  const { decodeQR } = await import("qr/decode.js");
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return (picture) => {
    const scale = Math.min(1, LOOKED_AT / Math.max(picture.videoWidth, picture.videoHeight));
    canvas.width = Math.round(picture.videoWidth * scale);
    canvas.height = Math.round(picture.videoHeight * scale);
    if (!pen || canvas.width === 0 || canvas.height === 0) return Promise.resolve(null);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    try {
      return Promise.resolve(decodeQR(pen.getImageData(0, 0, canvas.width, canvas.height)));
    } catch {
      // No code in this picture: it says so by throwing.
      return Promise.resolve(null);
    }
  };
}
