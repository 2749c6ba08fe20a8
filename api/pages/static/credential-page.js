// Checks the credential behind `#` on the visitor's own phone, with or without a network. Only when the credential is good
// and the notice's code fits it, both are shown to the authority, which then opens the door of the visit beside it.

import { goodList, wordOn } from "./credential-check.js";

const box = document.getElementById("credential"), words = box.dataset;
const verdict = box.querySelector("[role=status]"), facts = box.querySelector("dl"), listed = box.querySelector("[data-list]");
const form = box.querySelector("form"), pasted = form.elements.credential, code = form.elements.code;
const beside = box.querySelector("[data-beside]"), photo = beside.querySelector("img"), door = beside.querySelector("a");
const later = box.querySelector("[data-later]"), language = document.documentElement.lang;
const moment = new Intl.DateTimeFormat(language, { timeZone: "Asia/Shanghai", dateStyle: "long", timeStyle: "short", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { timeZone: "UTC", dateStyle: "long" });
const NAMES = { name: "n", certificate: "c", unit: "u", authority: "a", object_name: "e", object_code: "o", task: "t" };

function say(standing, sentence) {
  verdict.className = `verdict ${standing === "good" ? "good" : standing ? "bad" : ""}`;
  verdict.textContent = sentence;
}

function show(claims) {
  for (const [name, key] of Object.entries(NAMES)) box.querySelector(`[data-fact=${name}]`).textContent = String(claims[key]);
  box.querySelector("[data-fact=days]").textContent = claims.d.map((told) => day.format(new Date(told))).join(" – ");
  facts.hidden = false;
}

async function read(address) {
  const answer = await fetch(address, { cache: "no-cache" });
  if (!answer.ok) throw new TypeError(address);
  return answer;
}

/** Keys, list and the time: the authority's while there is a network, whatever the phone's clock says. */
async function known() {
  const answer = await read(words.keys), told = Date.parse(answer.headers.get("Date"));
  const now = answer.headers.has("X-Kept") || Number.isNaN(told) ? Date.now() : told;
  const { keys } = await answer.json();
  const token = await read(words.status).then((list) => list.text(), () => "");
  return { keys, list: await goodList(token, keys, now), now, code: code.value };
}

async function open(token, turn) {
  try {
    const body = new URLSearchParams({ credential: token, code: code.value });
    const told = await (await fetch(words.door, { method: "POST", body })).json();
    if (turn !== turns) return;
    later.textContent = told.door ? "" : words.shut;
    beside.hidden = !told.door;
    if (!told.door) return;
    door.href = told.door;
    photo.hidden = !told.photo;
    if (told.photo) photo.src = told.photo;
  } catch {
    if (turn === turns) later.textContent = words.offline;
  }
}

// What is found out about one credential after another was shown is nobody's to read: it would stand beside the other.
let turns = 0;

async function check(token) {
  const turn = ++turns;
  facts.hidden = beside.hidden = true;
  listed.textContent = later.textContent = "";
  if (!token) return say("", words.none);
  say("", words.reading);
  let told;
  try {
    told = await known();
  } catch {
    return turn === turns && say("unknown", words.unlisted);
  }
  const { standing, claims } = await wordOn(token, told);
  if (turn !== turns) return;
  if (claims) {
    show(claims);
    listed.textContent = told.list ? words.listed.replace("{when}", moment.format(new Date(told.list.iat * 1000))) : words.unlisted;
  }
  say(standing, words[standing.replaceAll(/-([a-z])/g, (_, letter) => letter.toUpperCase())]);
  if (standing === "good" && code.value.trim()) await open(token, turn);
}

const given = () => (pasted.value.trim() || location.hash).split("#").pop();
form.addEventListener("submit", (event) => {
  event.preventDefault();
  check(given());
});
addEventListener("hashchange", () => check(given()));
if (location.hash) box.querySelector("[data-pasted]").hidden = true;
if (location.hash || !verdict.textContent) check(given());
navigator.serviceWorker?.register(words.worker, { scope: words.scope }).catch(() => {});
