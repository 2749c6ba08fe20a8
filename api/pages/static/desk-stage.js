// The projector: arrow keys, space and a presenter's page keys turn the pages; lots that were drawn are shown again,
// one by one in their order, under the name of a replay.

const FORWARD = new Set(["ArrowRight", "ArrowDown", "PageDown", " "]);
const BACK = new Set(["ArrowLeft", "ArrowUp", "PageUp"]);
const TYPED = "input, textarea, select, button, a, summary";
const STEP_MS = 350;

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(event.key === " " ? TYPED : "input, textarea, select")) return;
  const rel = FORWARD.has(event.key) ? "next" : BACK.has(event.key) ? "prev" : null;
  const link = rel && document.querySelector(`footer a[rel=${rel}]`);
  if (link) {
    event.preventDefault();
    link.click();
  }
});

function replay(line) {
  const lots = [...document.querySelectorAll(".lots li")];
  line.querySelector("[data-replay]").hidden = true;
  line.prepend(`${line.dataset.replayLabel} `);
  for (const lot of lots) lot.classList.add("later");
  const turn = () => {
    lots.shift()?.classList.remove("later");
    if (lots.length) setTimeout(turn, STEP_MS);
  };
  turn();
}

function offer() {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (const button of document.querySelectorAll("[data-replay]")) button.hidden = still;
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-replay]") : null;
  if (button) replay(button.closest(".replayed"));
});
// What was asked for again brings its button along.
document.addEventListener("htmx:afterSettle", offer);
offer();
