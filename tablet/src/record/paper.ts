/**
 * The record as it is read back to the party: a pure function of what was stated, in the language of the paper. Both
 * tablets of a team make the same paper of the same entries: nothing in it says whose tablet it is, or what time it is.
 * What comes after it (signatures, submissions, the paper itself) is no part of it.
 */
import type { Text } from "@contract";
import { cleaned, cleanedBlock } from "./paper-parts";
import type { Paper, PaperBlock, PaperLang, PaperPoint, PaperSource, PaperWord, Say, Told } from "./paper-parts";
import type { PointView, Statement } from "./view";

/** The paper of a visit as it stands. */
export function paperOf(source: PaperSource, lang: PaperLang, say: Say): Paper {
  const write = new Writing(source, lang, say);
  const blocks = [
    ...write.object(),
    ...write.visit(),
    ...write.findings(),
    ...write.refusals(),
    ...write.notes(),
    ...write.points(),
    { kind: "text", text: say("rights") } as const,
    { kind: "text", text: say("clock") } as const,
  ];
  return { lang, authority: cleaned(source.card.authority), title: say("title"), blocks: blocks.map(cleanedBlock) };
}

/** The media type of a kept paper, and the captions by which it is known among the files of a visit. */
export const PAPER_MIME = "text/html";
export const PAPER_CAPTIONS: Readonly<Record<PaperLang, string>> = {
  zh: "检查记录（供核对签名）",
  en: "Record as read back",
};

/** Whether a file is a paper that was read back, and no evidence of what was found. */
export function isPaper(file: { readonly mime: string; readonly caption: string | null }): boolean {
  return file.mime === PAPER_MIME && Object.values(PAPER_CAPTIONS).includes(file.caption ?? "");
}

/** Whether a media type is one of recorded sound or moving pictures: what may stand for a witness. */
export function isRecording(mime: string): boolean {
  return mime.startsWith("audio/") || mime.startsWith("video/");
}

class Writing {
  private readonly names: ReadonlyMap<string, string>;
  private readonly slots: ReadonlyMap<string, number>;

  constructor(
    private readonly source: PaperSource,
    private readonly lang: PaperLang,
    private readonly say: Say,
  ) {
    this.names = new Map(source.card.team.map((one) => [one.inspector, one.name]));
    this.slots = new Map(source.card.team.map((one) => [one.inspector, one.slot]));
  }

  object(): PaperBlock[] {
    const { object } = this.source.card;
    const rows: (readonly [string, string])[] = [[this.say("object_name"), object.name]];
    if (object.code) rows.push([this.say("object_code"), object.code]);
    if (object.address) rows.push([this.say("object_address"), object.address]);
    if (object.representative) rows.push([this.say("object_representative"), object.representative]);
    return [this.heading("object"), { kind: "rows", rows }];
  }

  visit(): PaperBlock[] {
    const { card } = this.source;
    const rows: (readonly [string, string])[] = [
      [this.say("authority"), card.authority],
      [this.say("tasks"), card.tasks.map((one) => joined(" · ", one.title, one.item_name)).join("\n")],
      [this.say("place"), card.object.address ?? this.say("none")],
      [this.say("arrived"), this.arrivals()],
      [this.say("team"), this.team()],
      [this.say("notice"), this.notices()],
      [this.say("ground"), card.notice],
    ];
    return [this.heading("visit"), { kind: "rows", rows }];
  }

  findings(): PaperBlock[] {
    const { points, photos } = this.source.record;
    const said = points.map((one) => ({ point: one, values: valuesOf(one) }));
    const count = (value: string) => said.filter(({ values }) => values.length === 1 && values[0] === value).length;
    const wanting = said.filter(({ values }) => values.includes("no"));
    const differing = said.filter(({ values }) => values.length > 1).length;
    const open = said.filter(({ values }) => values.length === 0).length;
    const evidence = photos.filter((one) => !isPaper(one));
    const summary = [
      this.say("counts", { total: points.length, yes: count("yes"), no: count("no"), na: count("not_applicable") }),
      ...(differing > 0 ? [this.say("differing_points", { count: differing })] : []),
      ...(open > 0 ? [this.say("open_points", { count: open })] : []),
      this.say("evidence_total", {
        photos: evidence.filter((one) => one.mime.startsWith("image/")).length,
        recordings: evidence.filter((one) => isRecording(one.mime)).length,
        others: evidence.filter((one) => !one.mime.startsWith("image/") && !isRecording(one.mime)).length,
      }),
    ];
    const problems = wanting.map(({ point }) =>
      joined(this.say("colon"), this.text(point.item.text), this.remark(point)),
    );
    const blocks: PaperBlock[] = [this.heading("findings"), { kind: "text", text: summary.join("\n") }];
    if (problems.length > 0)
      blocks.push({ kind: "text", text: this.say("problems") }, { kind: "list", items: problems });
    // Nothing is "in order" that nobody looked at.
    else if (open === 0) blocks.push({ kind: "text", text: this.say("no_problems") });
    return blocks;
  }

  /** What was refused other than to sign: that comes after the paper. */
  refusals(): PaperBlock[] {
    const items = this.told("refusal").flatMap(({ body }) => {
      const what = textOf(body?.["what"]);
      if (what !== "access" && what !== "answer" && what !== "document") return [];
      const by = body?.["by"];
      const person = isObject(by) ? joined(" ", textOf(by["name"]), textOf(by["role"])) : "";
      const head = this.say(`refused_${what}`, { by: person || this.say("by_unknown") });
      return [joined(this.say("colon"), head, textOf(body?.["text"]))];
    });
    return items.length > 0 ? [this.heading("refusals"), { kind: "list", items }] : [];
  }

  notes(): PaperBlock[] {
    const general = this.told("note.add").filter(({ body }) => !textOf(body?.["item"]));
    const items = general.map(({ inspector, body }) => this.by(inspector, textOf(body?.["text"])));
    return items.length > 0 ? [this.heading("notes"), { kind: "list", items }] : [];
  }

  points(): PaperBlock[] {
    const blocks: PaperBlock[] = [this.heading("points")];
    let checklist = "";
    let group: string | null = null;
    let number = 0;
    let rows: PaperPoint[] = [];
    for (const point of this.source.record.points) {
      const now = point.checklist.join("@");
      if (now !== checklist) {
        const title = this.titleOf(point);
        if (title.length > 0) blocks.push({ kind: "text", text: title.join("\n") });
        [checklist, group] = [now, null];
      }
      const named = point.item.group ? this.text(point.item.group) : "";
      if (group !== named) {
        rows = [];
        blocks.push({ kind: "points", group: named, points: rows });
        group = named;
      }
      rows.push(this.point(point, (number += 1)));
    }
    return blocks;
  }

  private point(point: PointView, number: number): PaperPoint {
    const values = valuesOf(point);
    const files = new Set([...point.photos, ...counted(point).flatMap((one) => one.media)]).size;
    return {
      number,
      text: this.text(point.item.text),
      mark: point.item.is_veto ? this.say("veto_item") : point.item.is_key ? this.say("key_item") : "",
      answer: this.answer(point, values),
      found: values.includes("no") ? "wanting" : values.length === 1 ? "good" : "other",
      remark: this.remark(point),
      files: files > 0 ? this.say("files", { count: files }) : "",
    };
  }

  private answer(point: PointView, values: readonly string[]): string {
    if (point.decided === "both-stand" || point.decided === "re-inspect")
      return this.say(point.decided === "both-stand" ? "both_stand" : "re_inspect");
    if (point.decided !== null) return joined("", this.value(point, point.decided), this.say("decided"));
    const [first] = values;
    if (first === undefined) return this.say(point.state === "refused" ? "refused" : "unanswered");
    if (values.length === 1) return this.value(point, first);
    return this.inOrder(point)
      .map((one) => this.by(one.inspector, this.value(point, one.value)))
      .join("\n");
  }

  private value(point: PointView, value: string): string {
    if (value === "yes" || value === "no" || value === "not_applicable") return this.say(value);
    return joined(" ", value, point.item.number?.unit ?? "");
  }

  /** What was written of a point: one text for all who wrote the same, with names where there are several. */
  private remark(point: PointView): string {
    const written = this.inOrder(point).filter((one) => one.comment);
    const texts = [...new Set(written.map((one) => one.comment ?? ""))];
    const comments = texts.length > 1 ? written.map((one) => this.by(one.inspector, one.comment ?? "")) : texts;
    return [...comments, ...point.notes.map((one) => this.by(one.inspector, one.text)).sort()].join("\n");
  }

  private titleOf(point: PointView): string[] {
    const [code, version] = point.checklist;
    const found = this.source.checklists.find(
      (one) => one.checklist.code === code && one.checklist.version === version,
    );
    if (!found) return [code];
    const { title, source } = found.checklist;
    return [this.text(title), ...(source ? [this.say("source", { source })] : [])];
  }

  private arrivals(): string {
    const first = new Map<string, number>();
    for (const one of this.told("arrive"))
      if (one.inspector && !first.has(one.inspector)) first.set(one.inspector, one.wall);
    const lines = this.source.card.team.flatMap((member) => {
      const wall = first.get(member.inspector);
      return wall === undefined ? [] : [joined(" ", beijing(wall), member.name)];
    });
    return lines.join("\n") || this.say("no_arrival");
  }

  private team(): string {
    const members = [...this.source.card.team].sort((one, other) => one.slot - other.slot);
    return members
      .map((one) => {
        const paper = one.certificate;
        const shown = paper ? this.say("certificate", { number: paper.number }) : this.say("no_certificate");
        return joined(" ", one.name, one.leader ? this.say("leader") : "", one.unit ?? "", shown, paper?.issuer ?? "");
      })
      .join("\n");
  }

  private notices(): string {
    const lines = this.told("notice.serve").map(({ body, wall }) => {
      const how = textOf(body?.["how"]);
      const known = how === "handed_over" || how === "shown" || how === "scanned" || how === "link";
      const receiver = body?.["receiver"];
      const who = isObject(receiver) ? joined(" ", textOf(receiver["name"]), textOf(receiver["role"])) : "";
      const to = who ? this.say("notice_to", { who }) : "";
      return joined(" ", textOf(body?.["number"]), known ? this.say(`notice_${how}`) : how, beijing(wall), to);
    });
    return [...new Set(lines)].join("\n") || this.say("notice_none");
  }

  /** Statements that count, by the places of their authors in the team: the same on every tablet. */
  private inOrder(point: PointView): readonly Statement[] {
    const place = (one: Statement) => this.slots.get(one.inspector) ?? Infinity;
    return [...counted(point)].sort((one, other) => {
      if (place(one) !== place(other)) return place(one) - place(other);
      return one.hash < other.hash ? -1 : 1;
    });
  }

  /** Entries of a type that the server did not refuse, by their clocks, which order nothing but these lines. */
  private told(type: string): Told[] {
    return this.source.history
      .filter((one) => one.type === type && one.custody !== "refused" && one.body !== null)
      .sort((one, other) => one.wall - other.wall || (one.hash < other.hash ? -1 : 1));
  }

  private by(inspector: string | null, said: string): string {
    const name = inspector ? this.names.get(inspector) : undefined;
    return name ? this.say("said_by", { name, said }) : said;
  }

  private text(text: Text): string {
    return (this.lang === "en" && text.en) || text.zh;
  }

  private heading(word: PaperWord): PaperBlock {
    return { kind: "heading", text: this.say(word) };
  }
}

/** Statements that count. */
function counted(point: PointView): readonly Statement[] {
  return point.statements.filter((one) => one.uncounted.length === 0);
}

/** The different values that count, sorted; the decided one alone once there is one. */
function valuesOf(point: PointView): readonly string[] {
  if (point.decided !== null && point.decided !== "both-stand" && point.decided !== "re-inspect")
    return [point.decided];
  return [...new Set(counted(point).map((one) => one.value))].sort();
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function joined(between: string, ...parts: string[]): string {
  return parts.filter(Boolean).join(between);
}

/** `2026-11-22 10:40`, Beijing time, which has no summer time; the figure itself when it is no instant. */
export function beijing(wall: number): string {
  const at = new Date(wall + 8 * 3_600_000);
  const year = at.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) return String(wall);
  return at.toISOString().slice(0, 16).replace("T", " ");
}
