/** QR codes as one path: error correction M, four modules of white around it (ISO/IEC 18004). */
import qrcode from "qrcode-generator";

/** White around the code, in modules. */
export const QUIET = 4;

export interface QrPicture {
  /** Modules of one side, the white around it included. */
  readonly side: number;
  /** The dark modules as a path, one unit a module. */
  readonly path: string;
}

/**
 * The code of a text, byte for byte in UTF-8; null when no QR code holds it (more than 2,331 bytes).
 */
export function qrPicture(text: string): QrPicture | null {
  const code = qrcode(0, "M");
  try {
    code.addData(String.fromCharCode(...new TextEncoder().encode(text)), "Byte");
    code.make();
  } catch {
    return null;
  }
  const modules = code.getModuleCount();
  let path = "";
  for (let row = 0; row < modules; row += 1) {
    for (let col = 0; col < modules; col += 1) {
      if (!code.isDark(row, col)) continue;
      const from = col;
      while (col + 1 < modules && code.isDark(row, col + 1)) col += 1;
      path += `M${from + QUIET} ${row + QUIET}h${col - from + 1}v1h-${col - from + 1}z`;
    }
  }
  return { side: modules + 2 * QUIET, path };
}

/** The least size of a module in CSS pixels. */
const LEAST = 2;

/**
 * The width of the picture in CSS pixels: a whole number of the screen's own pixels a module, as large as fits into
 * `room`, and never less than two CSS pixels a module, also where that does not fit.
 */
export function widthOf(side: number, room: number, density: number): number {
  const fits = Math.floor((room * density) / side);
  const least = Math.ceil(LEAST * density);
  return (side * Math.max(fits, least)) / density;
}
