/** Every answer of the server that the device believes, and every text that the server signs, checked. */
import type {
  ConsistencyAnswer,
  CredentialCertificate,
  CredentialsAnswer,
  DeviceSelf,
  EnrolAnswer,
  EntryBlock,
  EntryLine,
  EntryVerdict,
  FeedItem,
  GivenEntry,
  HeadAnswer,
  InclusionAnswer,
  InspectorCredential,
  InventoryAnswer,
  KeptHistory,
  KeysAnswer,
  KeyStatement,
  LogComparison,
  LogHead,
  LogState,
  MediaHaveAnswer,
  NoticeNumbersAnswer,
  NumberRange,
  PullAnswer,
  PushAnswer,
  Receipt,
  ReceiptEntry,
  SeqRange,
  ServerJwk,
  SignedText,
  SnapshotAnswer,
  TimeAnchor,
  TimeAnswer,
  TokenAnswer,
  VisitDoor,
  WipedAnswer,
  WipeOrder,
} from "@contract";
import { pinnedChecklist, visitCard } from "./cards";
import {
  absent,
  bytes32,
  bytes64,
  count,
  day,
  flag,
  form,
  instant,
  list,
  longText,
  maybe,
  mediaDigest,
  one,
  position,
  reader,
  shape,
  shortText,
  text,
  tuple,
  uuid,
  whole,
  word,
} from "./shape";

const first = absent(one(1));
const verdict = one("accepted", "duplicate", "held", "flagged", "refused", "later");
const treeHead = tuple(count, bytes32);
const proofPath = list(bytes32, 64);
const cursor = text(1_000);

const signedText = shape<SignedText>({ p: text(1_048_576), k: bytes32, a: absent(one("EdDSA")), s: bytes64 });

export const serverJwk = shape<ServerJwk>({
  kty: absent(one("OKP")),
  crv: absent(one("Ed25519")),
  x: bytes32,
  kid: bytes32,
});

const logState = shape<LogState>({
  dev: uuid,
  ep: position,
  seq: count,
  hash: maybe(bytes32),
  top: count,
  forked: absent(flag),
});

export const entryLine = shape<EntryLine>({
  p: text(4_096),
  b: maybe(text(65_536)),
  k: bytes32,
  a: text(16),
  s: bytes64,
});

const givenEntry = shape<GivenEntry>({ vseq: position, line: entryLine, uncounted: absent(list(word, 64)) });

const entryBlock = shape<EntryBlock>(
  { visit: uuid, after: count, through: count, entries: list(givenEntry, 10_000) },
  (block) => block.entries.every((told) => told.vseq > block.after && told.vseq <= block.through),
);

const feedItem = shape<FeedItem>(
  {
    topic: form(/^[a-z]+:[^\u0000-\u001f]+$/, 120),
    seq: position,
    op: one("put", "remove"),
    reason: maybe(word),
    rev: maybe(bytes32),
    card: maybe(visitCard),
    entries: maybe(entryBlock),
    checklist: maybe(pinnedChecklist),
  },
  namesItself,
);

/**
 * Content stands under its own name: no card may replace that of another visit. A kind of topic that nobody here knows
 * has a name and a number, and nothing that is read.
 */
function namesItself({ topic, op, card, entries, checklist }: FeedItem): boolean {
  if (op === "remove") return true;
  if (topic.startsWith("visit:")) return topic === `visit:${card?.id}`;
  if (topic.startsWith("entries:")) return topic === `entries:${entries?.visit}`;
  if (!topic.startsWith("checklist:")) return !card && !entries && !checklist;
  return topic === `checklist:${checklist?.checklist.code}@${checklist?.checklist.version}`;
}

export const readTime = reader<TimeAnswer>(shape<TimeAnswer>({ signed: signedText }));

export const readAnchor = reader<TimeAnchor>(
  shape<TimeAnchor>({ v: first, id: form(/^[A-Za-z0-9_-]{30}$/), time: instant, history: uuid, feed: maybe(count) }),
);

export const readEnrolled = reader<EnrolAnswer>(
  shape<EnrolAnswer>({
    device: uuid,
    kid: bytes32,
    inspector: uuid,
    token: shortText,
    token_expires: instant,
    history: uuid,
    server_keys: list(serverJwk, 100, 1),
    logs: list(logState, 10_000),
    anchor: signedText,
  }),
);

export const readToken = reader<TokenAnswer>(shape<TokenAnswer>({ token: shortText, token_expires: instant }));

export const readPull = reader<PullAnswer>(
  shape<PullAnswer>({
    from: maybe(cursor),
    to: cursor,
    head: count,
    more: flag,
    digest: maybe(bytes32),
    anchor: signedText,
    items: list(feedItem, 1_000),
  }),
);

export const readSnapshot = reader<SnapshotAnswer>(
  shape<SnapshotAnswer>({ cursor, next: maybe(cursor), items: list(feedItem, 1_000) }),
);

const entryVerdict = shape<EntryVerdict>({
  line: count,
  hash: maybe(bytes32),
  verdict,
  reasons: absent(list(word, 64)),
  visit: maybe(uuid),
  vseq: maybe(position),
});

export const readPush = reader<PushAnswer>(
  shape<PushAnswer>({
    verdicts: list(entryVerdict, 500),
    truncated: absent(flag),
    receipt: signedText,
    anchor: signedText,
  }),
);

const receiptEntry = shape<ReceiptEntry>({ hash: bytes32, verdict, visit: maybe(uuid), vseq: maybe(position) });

export const readReceipt = reader<Receipt>(
  shape<Receipt>({
    v: first,
    id: uuid,
    history: uuid,
    carrier: uuid,
    received_at: instant,
    entries: list(receiptEntry, 500),
    logs: list(logState, 500),
    feed: count,
    sth: maybe(treeHead),
    merge_by: maybe(instant),
  }),
);

const seqRange = shape<SeqRange>({ first: position, last: position });

export const readInventory = reader<InventoryAnswer>(
  shape<InventoryAnswer>({
    history: uuid,
    logs: list(shape<LogComparison>({ state: logState, missing: list(seqRange, 1_000) }), 200),
  }),
);

export const readKeys = reader<KeysAnswer>(
  shape<KeysAnswer>({ keys: list(serverJwk, 100, 1), statements: list(signedText, 100) }),
);

export const readKeyStatement = reader<KeyStatement>(shape<KeyStatement>({ v: first, next: serverJwk, at: instant }));

export const readHead = reader<HeadAnswer>(shape<HeadAnswer>({ signed: maybe(signedText) }));

export const readLogHead = reader<LogHead>(
  shape<LogHead>({
    v: first,
    size: count,
    root: bytes32,
    at: instant,
    history: uuid,
    past: absent(list(shape<KeptHistory>({ history: uuid, kept: count }), 100)),
  }),
);

export const readConsistency = reader<ConsistencyAnswer>(
  shape<ConsistencyAnswer>({ first: count, second: count, path: proofPath }),
);

export const readInclusion = reader<InclusionAnswer>(
  shape<InclusionAnswer>({ hash: bytes32, place: count, size: position, path: proofPath }),
);

export const readMediaHave = reader<MediaHaveAnswer>(shape<MediaHaveAnswer>({ sha256: list(mediaDigest, 1_000) }));

const wipeOrder = shape<WipeOrder>({ order: uuid, ordered_at: instant, also_unsent: flag });

export const readSelf = reader<DeviceSelf>(
  shape<DeviceSelf>({
    device: uuid,
    inspector: uuid,
    inspectors: list(uuid, 1_000),
    revoked: flag,
    submit_until: maybe(instant),
    wipe: maybe(wipeOrder),
  }),
);

export const readWiped = reader<WipedAnswer>(shape<WipedAnswer>({ wiped_at: instant }));

const numberRange = shape<NumberRange>(
  { first: position, last: position, used: absent(list(position, 50)) },
  // A block of a hundred million numbers would stop the app, not help it.
  (range) => range.first <= range.last && range.last - range.first < 10_000,
);

export const readNumbers = reader<NoticeNumbersAnswer>(
  shape<NoticeNumbersAnswer>({
    year: whole(2_000, 9_999),
    before: text(60, 1),
    after: text(20, 1),
    digits: whole(1, 12),
    blocks: list(numberRange, 1_000),
  }),
);

const certificate = shape<CredentialCertificate>({
  number: shortText,
  issuer: shortText,
  valid_from: maybe(day),
  valid_until: day,
  status: one("valid", "suspended", "revoked"),
  scope: list(longText, 1_000),
  areas: list(longText, 1_000),
});

const credential = shape<InspectorCredential>({
  inspector: uuid,
  name: shortText,
  unit: maybe(shortText),
  certificate: maybe(certificate),
  photo: maybe(mediaDigest),
  text: form(/^[A-Za-z0-9_.-]+$/, 4_000),
  address: form(/^https?:\/\//, 8_000),
  expires: instant,
});

const door = shape<VisitDoor>({ address: form(/^https?:\/\//, 2_000), expires_on: day });

export const readCredentials = reader<CredentialsAnswer>(
  shape<CredentialsAnswer>({
    credentials: list(credential, 100),
    code: form(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/),
    door: maybe(door),
  }),
);
