/** The bodies that a device writes, by type: a body that the contract does not allow is never signed. */
import {
  MAX_POINTS,
  MIN_POINTS,
  type AnswerSet,
  type AnswerWithdraw,
  type Attest,
  type Coordinates,
  type EntryBody,
  type Ink,
  type LogEnd,
  type LogEpoch,
  type MediaAdd,
  type NoteAdd,
  type NoticeReceiver,
  type NoticeServe,
  type PhotoAnnotate,
  type Presence,
  type Refusal,
  type RefusingPerson,
  type SignatureBody,
  type Stance,
  type VisitOpen,
  type Withdraw,
  type Witness,
} from "@contract";
import {
  absent,
  bytes32,
  count,
  exactly,
  flag,
  form,
  list,
  longText,
  maybe,
  mediaDigest,
  one,
  position,
  shape,
  shortText,
  text,
  tuple,
  uuid,
  whole,
  type Check,
} from "./shape";

const salt = form(/^[A-Za-z0-9_-]{21}[AQgw]$/);
const item = text(100, 1);
const said = text(10_000, 1);
const media = absent(list(mediaDigest, 50));

const logEnd = exactly<LogEnd>({ dev: uuid, ep: position, seq: count, hash: maybe(bytes32) });
const heads = absent(list(logEnd, 64));

const coordinates = exactly<Coordinates>({
  lat_e7: whole(-900_000_000, 900_000_000),
  lon_e7: whole(-1_800_000_000, 1_800_000_000),
  acc_dm: count,
  source: one("gnss", "network", "fused", "manual"),
  fix_age_ms: count,
  mock: absent(flag),
});

const presence = exactly<Presence>(
  { salt, position: maybe(coordinates), no_fix: maybe(shortText) },
  (body) => (body.position == null) !== (body.no_fix == null),
);

const mediaAdd = exactly<MediaAdd>({
  salt,
  digest: mediaDigest,
  bytes: whole(0, 2 ** 40),
  mime: form(/^[a-z]+\/[a-z0-9.+-]+$/, 100),
  width: maybe(position),
  height: maybe(position),
  taken_wall: maybe(count),
  position: maybe(coordinates),
  item: maybe(item),
  caption: maybe(longText),
});

const point = tuple(whole(-110_000, 110_000), whole(-110_000, 110_000), whole(0, 86_400_000), whole(0, 255));

/** Total length of the strokes in tenths of a pixel: less is no signature. */
const MIN_INK = 300;

const ink = exactly<Ink>(
  {
    width: whole(50, 10_000),
    height: whole(20, 10_000),
    dpr_percent: absent(whole(50, 1_000)),
    pointer: one("pen", "touch", "mouse"),
    pressure: flag,
    strokes: list(list(point, MAX_POINTS), 40, 1),
  },
  isSignature,
);

/** Enough points and ink, and all of it on the canvas: a finger may leave the box by a tenth. */
function isSignature({ strokes, width, height }: Ink): boolean {
  const points = strokes.flat();
  const inside = points.every(([x, y]) => x >= -width && x <= 11 * width && y >= -height && y <= 11 * height);
  return inside && points.length >= MIN_POINTS && points.length <= MAX_POINTS && length(strokes) >= MIN_INK;
}

function length(strokes: Ink["strokes"]): number {
  let total = 0;
  for (const stroke of strokes) {
    stroke.forEach(([x, y], at) => {
      const [fromX, fromY] = stroke[at - 1] ?? [x, y];
      total += Math.hypot(x - fromX, y - fromY);
    });
  }
  return total;
}

const signature = exactly<SignatureBody>(
  {
    salt,
    role: one("inspector", "representative", "witness"),
    name: shortText,
    position: maybe(shortText),
    id_tail: maybe(form(/^[0-9Xx]{4}$/)),
    method: one("drawn", "image"),
    ink: maybe(ink),
    image: maybe(mediaDigest),
    doc: mediaDigest,
    set: bytes32,
    heads,
  },
  (body) => (body.method === "drawn") === (body.ink != null) && (body.method === "image") === (body.image != null),
);

const refusal = exactly<Refusal>(
  {
    salt,
    what: one("access", "answer", "document", "signature"),
    outcome: absent(one("refused", "unable", "absent")),
    item: maybe(item),
    reason_code: form(/^[a-z_]+$/, 40),
    text: said,
    by: exactly<RefusingPerson>(
      { name: maybe(shortText), role: maybe(shortText), unknown: absent(flag) },
      (by) => (by.name == null) === (by.unknown ?? false),
    ),
    witness: maybe(
      exactly<Witness>(
        { inspector: maybe(uuid), name: maybe(shortText), contact: maybe(shortText) },
        (seen) => (seen.inspector == null) !== (seen.name == null),
      ),
    ),
    media,
    set: maybe(bytes32),
    heads,
  },
  (body) => body.what === "signature" || (body.outcome ?? "refused") === "refused",
);

const attest = exactly<Attest>({ salt, set: bytes32, heads, count });
const stance = exactly<Stance>({ salt, targets: list(bytes32, 200, 1), reason: maybe(longText) });

const BODIES: Readonly<Record<string, Check>> = {
  "visit.open": exactly<VisitOpen>({ salt, object: uuid, tasks: absent(list(uuid, 50)), reason: maybe(longText) }),
  arrive: presence,
  leave: presence,
  "notice.serve": exactly<NoticeServe>({
    salt,
    number: text(60, 1),
    how: one("handed_over", "shown", "scanned", "link"),
    receiver: maybe(exactly<NoticeReceiver>({ name: shortText, role: maybe(shortText) })),
    doc: maybe(mediaDigest),
    lang: absent(one("zh", "en")),
  }),
  "answer.set": exactly<AnswerSet>({
    salt,
    item,
    value: text(2_000, 1),
    comment: maybe(longText),
    basis: absent(one("seen", "told", "document")),
    media,
  }),
  "answer.withdraw": exactly<AnswerWithdraw>({ salt, item, reason: longText }),
  "photo.add": mediaAdd,
  "document.add": mediaAdd,
  "photo.annotate": exactly<PhotoAnnotate>({ salt, of: mediaDigest, overlay: mediaDigest, caption: maybe(longText) }),
  "note.add": exactly<NoteAdd>({ salt, text: said, item: maybe(item) }),
  signature,
  refusal,
  concur: stance,
  dispute: stance,
  attest,
  submit: attest,
  withdraw: exactly<Withdraw>({ salt, reason: longText }),
  "log.epoch": exactly<LogEpoch>({ salt, reason: shortText, last: maybe(logEnd) }),
};

const anyBody = shape<EntryBody>({ salt });

/**
 * WrongShapeError unless the body is one of its type; of a type that nobody here knows only the salt is asked. Members
 * that the contract does not name are refused: a device writes what is written down. `body` as `printable` shows it.
 */
export function checkBody(type: string, body: unknown): void {
  (BODIES[type] ?? anyBody)(body, "");
}

/** The types whose bodies are known here. */
export const BODY_TYPES: readonly string[] = Object.keys(BODIES);
