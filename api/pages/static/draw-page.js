// The public page of a draw: checks the bundle, or an opening that a person brings, on the reader's own machine.
// Nothing is sent anywhere; without this script the page says how to do the same with a program.

import { textOf } from "./draw-hashes.js";
import { parsed } from "./draw-read.js";
import { checkOne, checkPublic } from "./draw-verify.js";

const box = document.querySelector("[data-bundle]");
const status = box.querySelector("[role=status]"), list = box.querySelector("ol");
const button = box.querySelector("button"), input = box.querySelector("input");
const lang = document.documentElement.lang.startsWith("en") ? "en" : "zh";
const painted = () => new Promise((done) => setTimeout(done));

async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The files of a ZIP archive: Map of name → bytes (APPNOTE 4.3.12, 4.3.16; stored or deflated, no ZIP64). */
export async function unzipped(archive) {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength), files = new Map();
  let end = archive.length - 22;
  while (view.getUint32(end, true) !== 0x06054b50) end -= 1;
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    if (view.getUint32(at, true) !== 0x02014b50) throw new TypeError("no archive");
    const [method, size, header] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
    const [name, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const from = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
    const data = archive.subarray(from, from + size);
    files.set(textOf(archive.subarray(at + 46, at + 46 + name)), method === 8 ? await inflated(data) : data);
    at += 46 + name + extra + comment;
  }
  return files;
}

function show({ code, ok, zh, en }) {
  const line = document.createElement("li");
  line.className = ok ? "good" : "bad";
  line.dataset.code = code;
  line.textContent = lang === "en" ? en : zh;
  list.append(line);
}

async function check(read) {
  button.disabled = true;
  list.replaceChildren();
  status.className = "";
  status.textContent = box.dataset.reading;
  try {
    const bytes = await read();
    const packed = bytes[0] === 0x50 && bytes[1] === 0x4b;
    const checks = packed ? checkPublic(await unzipped(bytes)) : checkOne(parsed(textOf(bytes)));
    let count = 0, wrong = 0;
    for (const found of checks) {
      show(found);
      [count, wrong] = [count + 1, wrong + !found.ok];
      await painted();
    }
    status.className = wrong ? "bad" : "good";
    status.textContent = wrong ? box.dataset.some.replace("#", wrong) : box.dataset.all.replace("#", count);
  } catch {
    status.className = "bad";
    status.textContent = box.dataset.unread;
  }
  button.disabled = false;
}

const bytesOf = async (source) => new Uint8Array(await source.arrayBuffer());
const bring = (file) => file && check(() => bytesOf(file));

button.addEventListener("click", () => check(async () => {
  const answer = await fetch(box.dataset.bundle);
  if (!answer.ok) throw new TypeError("no bundle");
  return bytesOf(answer);
}));
input.addEventListener("change", () => bring(input.files[0]));
box.addEventListener("dragover", (event) => event.preventDefault());
box.addEventListener("drop", (event) => {
  event.preventDefault();
  bring(event.dataTransfer.files[0]);
});
box.hidden = false;
