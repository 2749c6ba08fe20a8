// Checks the credential behind `#` on the visitor's own phone, with or without a network.

import { claimsOf, standingOf, statusOf } from "./credential-check.js";

const box = document.getElementById("credential"), words = box.dataset;
const verdict = box.querySelector("[role=status]"), facts = box.querySelector("dl"), listed = box.querySelector("[data-list]");
const form = box.querySelector("form"), pasted = form.elements.credential, code = form.elements.code;
const NAMES = { name: "n", certificate: "c", unit: "u", authority: "a", object_name: "e", object_code: "o", task: "t" };

function say(standing, sentence) {
  verdict.className = `verdict ${standing === "good" ? "good" : standing ? "bad" : ""}`;
  verdict.textContent = sentence;
}

function show(claims) {
  for (const [name, key] of Object.entries(NAMES)) box.querySelector(`[data-fact=${name}]`).textContent = String(claims[key]);
  box.querySelector("[data-fact=days]").textContent = claims.d.join(" – ");
  facts.hidden = false;
}

async function read(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new TypeError(address);
  return answer;
}

async function currentList(keys, now) {
  try {
    const list = await claimsOf(await (await read(words.status)).text(), "statuslist+jwt", keys);
    return now < list.exp * 1000 ? list : null;
  } catch {
    return null;
  }
}

async function check(token) {
  facts.hidden = true;
  listed.textContent = "";
  if (!token) return say("", words.none);
  say("", words.reading);
  const now = Date.now();
  let keys;
  try {
    keys = (await (await read(words.keys)).json()).keys;
  } catch {
    return say("unknown", words.unlisted);
  }
  let claims;
  try {
    claims = await claimsOf(token, "ic+jwt", keys);
  } catch {
    return say("forged", words.forged);
  }
  const list = await currentList(keys, now);
  const standing = await standingOf(claims, list ? await statusOf(list, claims.i) : null, now, code.value);
  show(claims);
  listed.textContent = list ? words.listed.replace("{when}", new Date(list.iat * 1000).toLocaleString()) : words.unlisted;
  say(standing, words[standing.replaceAll(/-([a-z])/g, (_, letter) => letter.toUpperCase())]);
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
