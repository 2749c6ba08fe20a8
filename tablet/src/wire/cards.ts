/** What a tablet is told of a visit: its card and its checklists, checked. */
import type {
  CertificateCard,
  Checklist,
  ChecklistItem,
  FieldRemark,
  FormerMemberCard,
  NumberAnswer,
  ObjectCard,
  PinnedChecklist,
  TaskCard,
  TeamMemberCard,
  Text,
  VisitCard,
  VisitWindow,
  DeviceJwk,
} from "@contract";
import { millionths } from "./checklist";
import {
  absent,
  bytes32,
  count,
  day,
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
  word,
} from "./shape";

const code = text(100, 1);
const decimal = form(/^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$/);
const paper = text(100_000);

export const deviceJwk = shape<DeviceJwk>({
  kty: absent(one("EC")),
  crv: absent(one("P-256")),
  x: bytes32,
  y: bytes32,
});

const words = shape<Text>({ zh: text(2_000, 1), en: maybe(text(2_000)) });

const numberAnswer = shape<NumberAnswer>(
  {
    unit: maybe(text(40, 1)),
    decimals: absent(whole(0, 6)),
    least: maybe(decimal),
    most: maybe(decimal),
    tolerance: absent(decimal),
  },
  (asked) =>
    (asked.least == null || asked.most == null || millionths(asked.least) <= millionths(asked.most)) &&
    millionths(asked.tolerance ?? "0") >= 0n,
);

const checklistItem = shape<ChecklistItem>(
  {
    code,
    group: maybe(words),
    text: words,
    guidance: maybe(longText),
    answers: absent(list(one("yes", "no", "not_applicable"), 3, 2)),
    score: absent(whole(0, 1_000)),
    is_key: absent(flag),
    is_veto: absent(flag),
    note_required_on_no: absent(flag),
    photo_required: absent(flag),
    policy: absent(one("any", "each")),
    tenths: absent(whole(0, 9)),
    photo_required_on_no: absent(flag),
    number: maybe(numberAnswer),
  },
  (item) => allDifferent(item.answers ?? []),
);

const checklist = shape<Checklist>(
  { code, version: position, title: words, source: maybe(longText), items: list(checklistItem, 2_000, 1) },
  (told) => allDifferent(told.items.map((item) => item.code)),
);

export const pinnedChecklist = shape<PinnedChecklist>({ digest: bytes32, checklist });

const object = shape<ObjectCard>({
  id: uuid,
  kind: shortText,
  code: maybe(text(100)),
  name: shortText,
  address: maybe(longText),
  representative: maybe(shortText),
  contact: maybe(shortText),
});

const task = shape<TaskCard>({
  id: uuid,
  title: shortText,
  item_code: shortText,
  item_name: longText,
  assignment: uuid,
  assignment_version: position,
  checklist: tuple(code, position),
  scheme: maybe(paper),
  procedure: maybe(paper),
});

const certificate = shape<CertificateCard>({ number: shortText, issuer: maybe(shortText), valid_until: maybe(day) });

const member = shape<TeamMemberCard>({
  inspector: uuid,
  name: shortText,
  unit: maybe(shortText),
  slot: position,
  leader: flag,
  certificate: maybe(certificate),
  keys: absent(list(deviceJwk, 100)),
});

const formerMember = shape<FormerMemberCard>({ inspector: uuid, word, keys: absent(list(deviceJwk, 100)) });

const remark = shape<FieldRemark>({ checklist: code, item: code, remark: longText, through: absent(count) });

export const visitCard = shape<VisitCard>({
  id: uuid,
  authority: shortText,
  office: uuid,
  rule_set: shortText,
  rule_set_digest: maybe(mediaDigest),
  state: one("open", "returned", "approved", "published"),
  returned_because: maybe(longText),
  returned: absent(list(remark, 2_000)),
  object,
  tasks: list(task, 200, 1),
  team: list(member, 200, 1),
  former: absent(list(formerMember, 1_000)),
  deciders: absent(list(uuid, 1_000)),
  quorum: count,
  refusal_vouchers: count,
  witness: one("required", "when_necessary", "never"),
  checklists: list(tuple(code, position, bytes32), 200, 1),
  linked: absent(list(uuid, 200)),
  notice: longText,
  materials: absent(list(shortText, 6_000)),
  window: shape<VisitWindow>({ opens: day, closes: day }),
});

function allDifferent(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
