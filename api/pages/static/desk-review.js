// The record beside its evidence by keyboard, and pictures large. Without this file every link and form works.

const points = [...document.querySelectorAll("[data-point]")];
const files = [...document.querySelectorAll("[data-file]")];
const viewer = document.getElementById("viewer");
const stage = viewer?.querySelector(".stage");
const ZOOMS = ["whole", "one", "two", "four"];
let current = -1;
let shown = -1;
let zoom = 0;

const pictures = () => files.map((figure) => figure.querySelector("[data-zoom]")).filter(Boolean);
const ofPoint = (code) => files.filter((figure) => figure.dataset.points.split(" ").includes(code));

function stand(number) {
  if (points.length === 0) return;
  current = Math.max(0, Math.min(points.length - 1, number));
  const point = points[current];
  for (const one of points) one.removeAttribute("aria-current");
  point.setAttribute("aria-current", "true");
  point.focus({ preventScroll: true });
  point.scrollIntoView({ block: "nearest" });
  const own = ofPoint(point.dataset.point);
  for (const figure of files) figure.classList.toggle("at", own.includes(figure));
  const beside = document.querySelector(".evidence");
  if (own.length > 0 && beside.scrollHeight > beside.clientHeight) {
    beside.scrollTop = own[0].offsetTop - beside.offsetTop - 16;
  }
}

function decide() {
  const ask = current >= 0 ? points[current].querySelector("details.ask") : null;
  if (ask) {
    ask.open = true;
    ask.querySelector("select, input:not([type=hidden]), textarea")?.focus();
  } else {
    const place = document.querySelector("#decide");
    place?.scrollIntoView();
    (place?.querySelector("textarea") ?? place)?.focus();
  }
}

function look(link) {
  const all = pictures();
  shown = all.indexOf(link);
  if (shown < 0) return;
  const image = stage.querySelector("img");
  const figure = link.closest("figure");
  image.src = link.href;
  image.alt = link.querySelector("img").alt;
  viewer.querySelector("[data-original]").href = link.dataset.original;
  viewer.querySelector(".about").replaceChildren(figure.querySelector("dl").cloneNode(true));
  scale(0);
  if (!viewer.open) viewer.showModal();
}

function scale(to) {
  zoom = Math.max(0, Math.min(ZOOMS.length - 1, to));
  stage.className = `stage ${ZOOMS[zoom]}`;
}

function turn(by) {
  const all = pictures();
  if (all.length > 0) look(all[(shown + by + all.length) % all.length]);
}

function lookAtPoint() {
  const own = current >= 0 ? ofPoint(points[current].dataset.point) : files;
  const link = own.map((figure) => figure.querySelector("[data-zoom]")).find(Boolean);
  if (link) look(link);
}

const DO = {
  smaller: () => scale(zoom - 1),
  larger: () => scale(zoom + 1),
  back: () => turn(-1),
  on: () => turn(1),
  close: () => viewer.close(),
};

const KEYS = {
  j: () => stand(current + 1),
  k: () => stand(current - 1),
  d: decide,
  z: lookAtPoint,
  "?": () => {
    const keys = document.getElementById("keys");
    keys.open = !keys.open;
    keys.querySelector("summary").focus();
  },
};

const IN_VIEWER = { "+": DO.larger, "=": DO.larger, "-": DO.smaller, z: DO.larger, ArrowLeft: DO.back, ArrowRight: DO.on };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.("input, textarea, select, audio, video")) return;
  const act = (viewer?.open ? IN_VIEWER : KEYS)[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-zoom]");
  if (link && viewer && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    look(link);
  }
  const button = event.target.closest("#viewer [data-do]");
  if (button) DO[button.dataset.do]();
});

for (const [number, point] of points.entries()) {
  point.addEventListener("focusin", () => {
    if (current !== number) {
      current = number;
      for (const one of points) one.toggleAttribute("aria-current", false);
      point.setAttribute("aria-current", "true");
    }
  });
}
