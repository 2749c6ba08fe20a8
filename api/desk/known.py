"""Browsers that somebody has signed in from before: their wrong passwords are counted apart from those of strangers.

The cookie opens nothing. Whoever has none, or another one, is a stranger (OWASP, "device cookies").
"""

import hmac
import re
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from litestar.datastructures import Cookie

from api.commands import Connection
from api.desk.session import private_cookie, private_name
from api.process import Process, process_of
from inspection.kernel.keys import ServerKeys
from mobile_contract.base import b64url

LASTS: Final = timedelta(days=180)
_LABEL: Final = "desk-known/v1"
_FORM: Final = re.compile(r"([0-9a-f]{32})\.(\d{1,12})\.([\w-]{43})", re.ASCII)


def known_account(connection: Connection) -> UUID | None:
    """The account whose holder has signed in from this browser within `LASTS`."""
    process = process_of(connection)
    return account_of(connection.cookies.get(_name(process), ""), process.keys, process.clock.now())


def known_cookie(process: Process, account: UUID) -> Cookie:
    """What a browser is given when somebody has signed in from it."""
    value = cookie_value(account, process.keys, process.clock.now())
    return private_cookie(process, _name(process), value, int(LASTS.total_seconds()))


def cookie_value(account: UUID, keys: ServerKeys, now: datetime) -> str:
    """The value: the account, when it was given, and our mark."""
    told = f"{account.hex}.{int(now.timestamp())}"
    return f"{told}.{_mark(keys, told)}"


def account_of(value: str, keys: ServerKeys, now: datetime) -> UUID | None:
    """The account of a value; None of one that is not ours or too old."""
    found = _FORM.fullmatch(value)
    if found is None or not hmac.compare_digest(found[3], _mark(keys, f"{found[1]}.{found[2]}")):
        return None
    fresh = now - datetime.fromtimestamp(int(found[2]), UTC) < LASTS
    return UUID(found[1]) if fresh else None


def _mark(keys: ServerKeys, told: str) -> str:
    return b64url(hmac.digest(keys.secret(_LABEL), told.encode(), "sha256"))


def _name(process: Process) -> str:
    return private_name(process, "desk-known")
