"""One-time names of forms: a form sent twice is one act, and one that no page of this door gave out is none. Pure."""

import hashlib
import hmac
import re
from base64 import b32encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from inspection.kernel.entropy import Entropy
from inspection.kernel.keys import ServerKeys

LIFETIME: Final = timedelta(hours=12)
"""Whoever writes for longer gets a new form, with what was typed in it."""

_LABEL: Final = "door-form/v1"
_NAME: Final = re.compile(r"([a-z]{4,8})\.([1-9][0-9]{0,8})\.([1-9][0-9]{0,10})\.([A-Z2-7]{26})\.([0-9a-f]{32})")


class FormKind(StrEnum):
    """What a form is for, as its page is called; its name serves nothing else."""

    RECTIFY = "rectify"
    RATE = "rate"
    REMARK = "remark"
    OBJECT = "object"


class FormFault(StrEnum):
    """Why a form is not taken."""

    FORGED = "forged"
    """No page of this door, in this turn and for this purpose, gave it out."""
    OLD = "old"


@dataclass(frozen=True, slots=True)
class FormName:
    """A name as it was given out. `turn`: the door's then; `unique`: 26 characters, the part of it that is kept."""

    kind: FormKind
    turn: int
    at: datetime
    unique: str


def new_form(keys: ServerKeys, kind: FormKind, link: str, turn: int, now: datetime, entropy: Entropy) -> str:
    """The name of a form that a page of this door gives out now."""
    unique = b32encode(entropy.bytes(16)).decode().rstrip("=")
    at = int(now.timestamp())
    return f"{kind.value}.{turn}.{at}.{unique}.{_mark(keys, kind, link, turn, at, unique)}"


def read_form(keys: ServerKeys, kind: FormKind, link: str, now: datetime, told: str) -> FormName | FormFault:
    """The name as it was given out, or why the form that bears it is not taken."""
    found = _NAME.fullmatch(told)
    if found is None or found[1] != kind.value:
        return FormFault.FORGED
    turn, at, unique = int(found[2]), int(found[3]), found[4]
    if not hmac.compare_digest(found[5], _mark(keys, kind, link, turn, at, unique)):
        return FormFault.FORGED
    given = datetime.fromtimestamp(at, UTC)
    return FormName(kind, turn, given, unique) if now < given + LIFETIME else FormFault.OLD


def _mark(keys: ServerKeys, kind: FormKind, link: str, turn: int, at: int, unique: str) -> str:
    # Of the key that was in use then: a key that is changed meanwhile takes nobody's form away.
    secret = keys.secret_at(_LABEL, datetime.fromtimestamp(at, UTC))
    told = f"{kind.value}\n{link}\n{turn}\n{at}\n{unique}"
    return hmac.digest(secret, told.encode(), hashlib.sha256).hex()[:32]
