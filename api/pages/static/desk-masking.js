// Rectangles drawn on the picture whose numbers stand in the table. Without this file the numbers are typed.

const SVG = "http://www.w3.org/2000/svg";
const SIDES = ["x", "y", "width", "height"];
const LEAST = 4;
const picture = document.querySelector("[data-masking]");
const body = document.querySelector("[data-boxes]");
const width = Number(picture?.dataset.width);
const height = Number(picture?.dataset.height);
const most = Number(body?.dataset.most);

const rows = () => [...body.rows];
const fieldsOf = (row) => SIDES.map((side) => row.querySelector(`[name$=".${side}"]`));
const isEmpty = (row) => fieldsOf(row).every((field) => field.value === "");

/** The box of a row; undefined while it is none. */
function boxOf(row) {
  const [x, y, w, h] = fieldsOf(row).map((field) => (field.value === "" ? Number.NaN : Number(field.value)));
  return w > 0 && h > 0 && Number.isFinite(x) && Number.isFinite(y) ? { x, y, width: w, height: h } : undefined;
}

function rectOf(box, kind) {
  const rect = document.createElementNS(SVG, "rect");
  for (const side of SIDES) rect.setAttribute(side, String(box[side]));
  if (kind) rect.setAttribute("class", kind);
  return rect;
}

/** A row that takes a box: the first empty one, else another at the end; undefined when there are enough. */
function freeRow() {
  const free = rows().find(isEmpty);
  if (free || rows().length >= most) return free;
  const [row] = rows();
  const made = row.cloneNode(true);
  const number = rows().length;
  for (const field of fieldsOf(made)) {
    field.value = "";
    field.name = field.name.replace(/\d+/, String(number));
    field.setAttribute("aria-label", field.getAttribute("aria-label").replace(/^\d+/, String(number + 1)));
  }
  const clear = made.querySelector("[data-clear]");
  clear.setAttribute("aria-label", clear.getAttribute("aria-label").replace(/\d+/, String(number + 1)));
  body.append(made);
  return made;
}

function begin(canvas) {
  let from;
  let at;
  const point = (event) => {
    const edge = canvas.getBoundingClientRect();
    const along = (value, length) => Math.min(Math.max(value, 0), 1) * length;
    return {
      x: along((event.clientX - edge.left) / edge.width, width),
      y: along((event.clientY - edge.top) / edge.height, height),
    };
  };
  const between = () => {
    const x = Math.round(Math.min(from.x, at.x));
    const y = Math.round(Math.min(from.y, at.y));
    return { x, y, width: Math.round(Math.max(from.x, at.x)) - x, height: Math.round(Math.max(from.y, at.y)) - y };
  };
  const show = () => {
    const boxes = rows().map(boxOf).filter(Boolean);
    canvas.replaceChildren(...boxes.map((box) => rectOf(box)), ...(from ? [rectOf(between(), "drawing")] : []));
  };
  const end = (event, kept) => {
    if (!from) return;
    const box = between();
    // A press that is not drawn out is no box.
    const scale = canvas.getBoundingClientRect().width / width;
    const drawn = Math.min(box.width, box.height) > 0 && Math.max(box.width, box.height) * scale >= LEAST;
    from = undefined;
    const row = kept && drawn ? freeRow() : undefined;
    if (row) for (const [place, field] of fieldsOf(row).entries()) field.value = String(box[SIDES[place]]);
    canvas.releasePointerCapture?.(event.pointerId);
    show();
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    from = point(event);
    at = from;
    show();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!from || !event.isPrimary) return;
    at = point(event);
    show();
  });
  canvas.addEventListener("pointerup", (event) => end(event, true));
  canvas.addEventListener("pointercancel", (event) => end(event, false));
  body.addEventListener("input", show);
  body.addEventListener("click", (event) => {
    const row = event.target.closest("[data-clear]")?.closest("tr");
    if (!row) return;
    for (const field of fieldsOf(row)) field.value = "";
    show();
    fieldsOf(row)[0].focus();
  });
  show();
}

if (picture && body && width > 0 && height > 0) {
  const canvas = document.createElementNS(SVG, "svg");
  canvas.setAttribute("viewBox", `0 0 ${width} ${height}`);
  canvas.setAttribute("preserveAspectRatio", "none");
  // The numbers beside it say the same to whoever does not see it.
  canvas.setAttribute("aria-hidden", "true");
  picture.append(canvas);
  for (const one of document.querySelectorAll("[data-drawing]")) one.hidden = false;
  begin(canvas);
}
