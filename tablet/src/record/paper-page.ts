/** A paper as a page that stands alone: the bytes that are hashed, kept and named by signatures. No script, no address. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Paper, PaperBlock, PaperPoint } from "./paper-parts";

/** Part of the bytes: another sheet makes another digest of the same record. */
const STYLE =
  "body{max-width:44rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff;font:1rem/1.6 sans-serif}" +
  "header{text-align:center}h1{font-size:1.5rem}h2{margin-top:2rem;font-size:1.15rem;border-bottom:1px solid #999}" +
  "table{width:100%;border-collapse:collapse}th,td{padding:.35rem .5rem;border:1px solid #999;text-align:left;" +
  "vertical-align:top;white-space:pre-wrap;overflow-wrap:anywhere}p,li{white-space:pre-wrap;overflow-wrap:anywhere}" +
  ".rows th{width:9rem}.wanting{font-weight:bold}caption{padding:.5rem 0;text-align:left;font-weight:bold}";

/** The page in UTF-8. The same paper gives the same bytes. */
export function paperBytes(paper: Paper): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(page(paper));
}

/** SHA-256 (hex) of the page: `doc` of signatures. */
export function paperDigest(paper: Paper): string {
  return bytesToHex(sha256(paperBytes(paper)));
}

function page(paper: Paper): string {
  const title = escaped(`${paper.authority} ${paper.title}`);
  return [
    `<!doctype html>\n<html lang="${paper.lang === "zh" ? "zh-CN" : "en"}">\n<head>\n<meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>${title}</title>`,
    `<style>${STYLE}</style>\n</head>\n<body>\n<header><p>${escaped(paper.authority)}</p>`,
    `<h1>${escaped(paper.title)}</h1></header>`,
    ...paper.blocks.map(written),
    "</body>\n</html>\n",
  ].join("\n");
}

function written(block: PaperBlock): string {
  switch (block.kind) {
    case "heading":
      return `<h2>${escaped(block.text)}</h2>`;
    case "text":
      return `<p>${escaped(block.text)}</p>`;
    case "list":
      return `<ul>\n${block.items.map((one) => `<li>${escaped(one)}</li>`).join("\n")}\n</ul>`;
    case "rows":
      return `<table class="rows">\n${block.rows.map(row).join("\n")}\n</table>`;
    case "points":
      return `<table>\n${caption(block.group)}${block.points.map(point).join("\n")}\n</table>`;
  }
}

function row([label, value]: readonly [string, string]): string {
  return `<tr><th scope="row">${escaped(label)}</th><td>${escaped(value)}</td></tr>`;
}

function caption(group: string): string {
  return group ? `<caption>${escaped(group)}</caption>\n` : "";
}

function point(one: PaperPoint): string {
  const text = [one.text, one.mark].filter(Boolean).join("\n");
  const more = [one.remark, one.files].filter(Boolean).join("\n");
  return (
    `<tr><td>${one.number}</td><td>${escaped(text)}</td>` +
    `<td class="${one.found}">${escaped(one.answer)}</td><td>${escaped(more)}</td></tr>`
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (one) => ENTITIES[one] ?? one);
}
