/** Whether the body of an entry is one of its type: what is none is kept and shown, and folds to nothing. */
import type {
  Admission,
  Amend,
  Assign,
  ChecklistDecision,
  DeviceBind,
  DeviceRevoke,
  EraseBody,
  Handover,
  LogGap,
  Publish,
  Recuse,
  Resolve,
  Substitute,
  VisitLink,
} from "@contract";
import { BODY_TYPES, checkBody } from "../wire/bodies";
import {
  bytes32,
  exactly,
  form,
  list,
  longText,
  maybe,
  one,
  position,
  shortText,
  text,
  tuple,
  uuid,
  WrongShapeError,
} from "../wire/shape";
import type { Check } from "../wire/shape";

const salt = form(/^[A-Za-z0-9_-]{21}[AQgw]$/);
const targets = list(bytes32, 200, 1);
const admission = exactly<Admission>({ salt, targets, reason: longText });
const link = exactly<VisitLink>({ salt, a: uuid, b: uuid, reason: maybe(longText) });
const pinned = exactly<ChecklistDecision>({ salt, ck: tuple(text(100, 1), position, bytes32) });

/** By type, for what leaders and the office write. */
const DECIDED: Readonly<Record<string, Check>> = {
  "log.gap": exactly<LogGap>({ salt, dev: uuid, ep: position, first: position, last: position, reason: longText }),
  assign: exactly<Assign>({ salt, assignment: uuid, version: position, inspector: uuid }),
  recuse: exactly<Recuse>({ salt, inspector: uuid, reason: longText }),
  substitute: exactly<Substitute>({ salt, leaves: uuid, enters: uuid, reason: longText }),
  handover: exactly<Handover>({ salt, leader: uuid }),
  "device.bind": exactly<DeviceBind>({ salt, dev: uuid, inspector: uuid }),
  "device.revoke": exactly<DeviceRevoke>({ salt, dev: uuid, reason: longText }),
  "ck.publish": pinned,
  "ck.pin": pinned,
  "visit.link": link,
  "visit.unlink": link,
  resolve: exactly<Resolve>(
    {
      salt,
      item: text(100, 1),
      how: one("value", "choose", "both-stand", "re-inspect"),
      value: maybe(text(2_000, 1)),
      choose: maybe(bytes32),
      reason: longText,
    },
    (body) => (body.how === "value") === (body.value != null) && (body.how === "choose") === (body.choose != null),
  ),
  admit: admission,
  exclude: admission,
  publish: exactly<Publish>({ salt, set: bytes32, fold: shortText, state: bytes32 }),
  amend: exactly<Amend>({ salt, publication: shortText, reason: longText }),
  "erase.body": exactly<EraseBody>({ salt, targets, ground: longText }),
};

const STATED: ReadonlySet<string> = new Set(BODY_TYPES);

/** Whether leaders and the office write this type. */
export function isDecision(type: string): boolean {
  return Object.hasOwn(DECIDED, type);
}

/** Whether inspectors' devices write this type. */
export function isStated(type: string): boolean {
  return STATED.has(type);
}

/** Whether a body of this type is usable; false for a type that nobody knows. */
export function isBody(type: string, value: unknown): boolean {
  try {
    if (isStated(type)) checkBody(type, value);
    else if (isDecision(type)) DECIDED[type]?.(value, "");
    else return false;
    return true;
  } catch (error) {
    if (error instanceof WrongShapeError) return false;
    throw error;
  }
}
