/** Where a picture lies on the screen while somebody looks closer. Pure. */

/** `scale` 1: the whole picture fits; `x`, `y`: how far its middle is moved, in CSS pixels. */
export interface Look {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export const FITTED: Look = { scale: 1, x: 0, y: 0 };
const MOST = 8;

/** What is seen after zooming by `factor` around a place `cx`, `cy` from the middle of the frame: that place stays. */
export function zoomed(look: Look, factor: number, cx: number, cy: number, frame: Frame): Look {
  const scale = Math.min(MOST, Math.max(1, look.scale * factor));
  const ratio = scale / look.scale;
  return held({ scale, x: cx - (cx - look.x) * ratio, y: cy - (cy - look.y) * ratio }, frame);
}

/** What is seen after moving. */
export function moved(look: Look, dx: number, dy: number, frame: Frame): Look {
  return held({ ...look, x: look.x + dx, y: look.y + dy }, frame);
}

interface Frame {
  readonly width: number;
  readonly height: number;
}

/** No further than its edge. */
function held(look: Look, frame: Frame): Look {
  const farX = (frame.width * (look.scale - 1)) / 2;
  const farY = (frame.height * (look.scale - 1)) / 2;
  return {
    scale: look.scale,
    x: Math.min(farX, Math.max(-farX, look.x)),
    y: Math.min(farY, Math.max(-farY, look.y)),
  };
}
