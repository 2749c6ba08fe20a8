// @vitest-environment node
/** The paper that is read back: the same record gives the same bytes, and no text of anybody becomes anything but text. */
import fc from "fast-check";
import { get } from "svelte/store";
import { expect, test } from "vitest";
import type { VisitView } from "../../src/app/tablet";
import { words } from "../../src/i18n";
import { beijing, isPaper, PAPER_CAPTIONS, paperOf } from "../../src/record/paper";
import { cleaned } from "../../src/record/paper-parts";
import type { PaperLang, PaperSource, PaperWord } from "../../src/record/paper-parts";
import { paperBytes, paperDigest } from "../../src/record/paper-page";
import { fakeTablet } from "../support/fake-tablet";
import { fakeVisits } from "../support/fake-visits";

const say = (lang: PaperLang) => (word: PaperWord, given?: Readonly<Record<string, string | number>>) =>
  words(lang, `paper.${word}`, given);
const LANGS = ["zh", "en"] as const;
/** Any UTF-16 at all, lone surrogates and controls among it. */
const units = fc.array(fc.nat(0xffff), { maxLength: 60 }).map((codes) => String.fromCharCode(...codes));

const VIEWS = fakeVisits().map((one) => get(fakeTablet().visit(one.card.id)));

function visit(n: number): VisitView {
  const view = VIEWS[n];
  if (!view) throw new Error("no such visit");
  return view;
}

const htmlOf = (source: PaperSource, lang: PaperLang = "zh") =>
  new TextDecoder().decode(paperBytes(paperOf(source, lang, say(lang))));

/** The same record in which every text of the party, the office and the inspectors is this one. */
function spoken(text: string): PaperSource {
  const view = visit(1);
  const { card, record } = view;
  return {
    ...view,
    card: { ...card, notice: text, object: { ...card.object, name: text, address: text } },
    record: {
      ...record,
      points: record.points.map((one) => ({
        ...one,
        item: { ...one.item, text: { zh: text, en: text } },
        statements: one.statements.map((said) => ({ ...said, value: "no", comment: text })),
        notes: [{ hash: "h", text, inspector: "nobody" }],
      })),
    },
  };
}

test("the same record gives the same bytes, in whatever order entries and statements are known", () => {
  const view = visit(1);
  fc.assert(
    fc.property(fc.shuffledSubarray([...view.history], { minLength: view.history.length }), (history) => {
      const points = view.record.points.map((one) => ({ ...one, statements: [...one.statements].reverse() }));
      const other = { ...view, history, record: { ...view.record, points } };
      expect(htmlOf(other)).toBe(htmlOf(view));
    }),
    { numRuns: 25 },
  );
});

test("both tablets of a team make the same paper", () => {
  const view = visit(1);
  const partner = {
    ...view,
    history: view.history.map((one) => ({ ...one, own: !one.own })),
    record: {
      ...view.record,
      photos: view.record.photos.map((one) => ({ ...one, own: !one.own })),
      points: view.record.points.map((one) => ({
        ...one,
        statements: one.statements.map((said) => ({ ...said, own: !said.own })),
      })),
    },
  };
  expect(paperDigest(paperOf(partner, "zh", say("zh")))).toBe(paperDigest(paperOf(view, "zh", say("zh"))));
});

test("another answer, remark or language gives another digest", () => {
  const view = visit(1);
  const [first, ...rest] = view.record.points;
  if (!first) throw new Error("no points");
  const changed = (value: string, comment: string | null) => ({
    ...view,
    record: {
      ...view.record,
      points: [{ ...first, statements: first.statements.map((one) => ({ ...one, value, comment })) }, ...rest],
    },
  });
  const papers = [changed("yes", null), changed("no", null), changed("no", "漏水")].map((one) => htmlOf(one));
  expect(new Set([...papers, htmlOf(view, "en")]).size).toBe(4);
});

test("every text is shown as text, whatever stands in it", () => {
  const any = fc.oneof(
    units,
    fc.string({ maxLength: 60 }),
    fc.constantFrom(
      "<script>alert(1)</script>",
      '"><img src=x onerror=alert(1)>',
      "</td></table><h1>通过",
      "&lt;b&gt;",
      "<!--",
      "{name} ${'x'} {{7*7}}",
      "</style><style>*{display:none}",
    ),
  );
  fc.assert(
    fc.property(any, (text) => {
      const html = htmlOf(spoken(text));
      const tags = [...html.matchAll(/<\/?([a-z0-9]+|!)/gi)].map(([, name = ""]) => name.toLowerCase());
      const known = "! html head meta title style body header p h1 h2 table tr th td caption ul li".split(" ");
      expect(tags.filter((one) => !known.includes(one))).toEqual([]);
      expect(html.match(/<style>/g)).toHaveLength(1);
    }),
    { numRuns: 60 },
  );
});

test("what a person wrote stands on the paper, letter by letter", () => {
  const text = "<b>三文鱼</b> & “票据” 'x'\n第二行";
  const html = htmlOf(spoken(text));
  expect(html).toContain("&lt;b&gt;三文鱼&lt;/b&gt; &amp; “票据” &#39;x&#39;\n第二行");
});

test("marks that turn or hide letters are made visible, and the bytes are always UTF-8", () => {
  expect(cleaned("a\u202eb\u0000c\u0007d\r\ne\u2028f")).toBe("a[U+202E]b[U+0000]c[U+0007]d\ne\nf");
  expect(cleaned("\ud800x\udc00 😀")).toBe("\ufffdx\ufffd 😀");
  fc.assert(
    fc.property(units, (text) => {
      expect(cleaned(cleaned(text))).toBe(cleaned(text));
      const bytes = new TextEncoder().encode(cleaned(text));
      expect(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)).toBe(cleaned(text));
    }),
  );
});

test.each(LANGS)("every word of the paper is in the catalogue: %s", (lang) => {
  for (const n of [0, 1, 2]) expect(htmlOf(visit(n), lang)).not.toMatch(/paper\.[a-z_]+|\{[a-z]+\}|undefined|null/);
});

test("it names object, team with certificates, notice, every point, and what was found wanting", () => {
  const view = visit(1);
  const html = htmlOf(view);
  for (const text of [
    view.card.object.name,
    view.card.object.code ?? "?",
    "陈志远",
    "粤A-11-3421",
    "粤A-11-3422",
    "江市检告〔2026〕0098号",
    "三文鱼一批未能提供进货票据。",
    ...view.record.points.map((one) => one.item.text.zh),
  ])
    expect(html).toContain(text);
  expect(html).toContain("陈志远：是\n林晓岚：否");
});

test("nothing is called in order that nobody looked at", () => {
  expect(htmlOf(visit(2))).not.toContain(words("zh", "paper.no_problems"));
});

test("an entry that the server refused is not read back", () => {
  const view = visit(1);
  const history = view.history.map((one) =>
    one.type === "notice.serve" ? { ...one, custody: "refused" as const } : one,
  );
  expect(htmlOf({ ...view, history })).toContain(words("zh", "paper.notice_none"));
});

test("a kept paper changes nothing of the next one", () => {
  const view = visit(1);
  const kept = { digest: "c".repeat(64), mime: "text/html", item: null, caption: PAPER_CAPTIONS.zh, own: true };
  expect(isPaper(kept)).toBe(true);
  expect(htmlOf({ ...view, record: { ...view.record, photos: [...view.record.photos, kept] } })).toBe(htmlOf(view));
});

test("times are those of Beijing, and what is no instant is shown as it came", () => {
  expect(beijing(Date.UTC(2026, 10, 21, 16, 5))).toBe("2026-11-22 00:05");
  expect(beijing(0)).toBe("1970-01-01 08:00");
  expect(beijing(Number.MAX_SAFE_INTEGER)).toBe(String(Number.MAX_SAFE_INTEGER));
});

test("the page allows itself no script and asks nobody for anything", () => {
  const html = htmlOf(visit(1));
  expect(html).toContain("default-src 'none'");
  expect(html).not.toMatch(/<(script|link|img|iframe|object|form)|https?:/);
});
