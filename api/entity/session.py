"""Who is in at a door: a cookie that only this door's pages get, good for half an hour from the last page read.

`<turn>.<end>.<mac>`: signed over link, turn and end: the cookie of another door or of an older turn opens nothing.
No session is kept anywhere: a door that is revoked or given anew ends all of them.
"""

import hmac
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from litestar.datastructures import Cookie

from api.commands import AnyRequest, command
from api.observe import request_id
from api.process import Process, process_of
from inspection.door.open import OpenDoor, door_behind
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.keys import ServerKeys
from mobile_contract.base import b64url

COOKIE: Final = "door"
LASTS: Final = timedelta(minutes=30)
_LABEL: Final = "door-session/v1"
_FORM: Final = re.compile(r"([1-9]\d{0,8})\.([1-9]\d{0,11})\.([A-Za-z0-9_-]{43})", re.ASCII)
PARTY: Final = Actor(id="party", name="party", role=Role.PUBLIC)
"""Whoever opened the door: the party, or somebody it let in. The journal says no more, for we know no more."""


class CodeNeededError(Exception):
    """Nobody is in: the answer asks for the code (`api.entity.answers`)."""


@dataclass(frozen=True, slots=True)
class DoorVisit:
    """The visit whose door was opened by whoever asks. `path`: of its pages, `/e/<link>`."""

    door: OpenDoor
    now: datetime

    @property
    def visit(self) -> UUID:
        return self.door.visit

    @property
    def path(self) -> str:
        return f"/e/{self.door.link}"

    @property
    def today(self) -> date:
        """The day where the rules apply."""
        return local_day(self.now)


async def visit_at_the_door(request: AnyRequest) -> DoorVisit:
    """The visit that this request may read and write to; for routes under `/e/{link:str}`.

    Raises:
        CodeNeededError: no cookie of this door, or it ran out, or the door was closed or given anew since.
    """
    link, now = str(request.path_params.get("link", "")), process_of(request).clock.now()
    turn = turn_of(request.cookies.get(COOKIE, ""), link, process_of(request).keys, now)
    # Without a cookie of ours nothing is looked up: the form is the same for every link, and takes the same time.
    door = await door_behind(link, turn, local_day(now)) if turn is not None else None
    if door is None:
        raise CodeNeededError
    return DoorVisit(door, now)


def party_command(request: AnyRequest, door: DoorVisit) -> Command:
    """The circumstances of what the party asks for at its door."""
    process = process_of(request)
    return Command(
        actor=PARTY,
        authority=door.door.authority,
        now=process.clock.now(),
        entropy=process.entropy_of(request.scope),
        rule_set=door.door.rule_set,
        request_id=request_id(request.scope),
    )


def stranger_command(request: AnyRequest) -> Command:
    """The circumstances of a code that is tried: nothing is known yet of whoever tries it."""
    told = command(request)
    return Command(actor=PARTY, now=told.now, entropy=told.entropy, request_id=told.request_id)


def session_cookie(process: Process, door: OpenDoor) -> Cookie:
    """The cookie for the next half hour; every page gives it anew, so that a long text is not lost to the clock."""
    value = session_value(process.keys, door.link, door.turn, process.clock.now() + LASTS)
    return _cookie(process, door.link, value, int(LASTS.total_seconds()))


def ended_cookie(process: Process, link: str) -> Cookie:
    """What takes the cookie away."""
    return _cookie(process, link, "", 0)


def session_value(keys: ServerKeys, link: str, turn: int, end: datetime) -> str:
    """Who holds this was told the code of this turn of this door, and may go on until `end`."""
    told = f"{turn}.{int(end.timestamp())}"
    return f"{told}.{_mac(keys, link, told)}"


def turn_of(value: str, link: str, keys: ServerKeys, now: datetime) -> int | None:
    """The turn that a cookie's value was given for; None of one that is not ours, of another door or too old."""
    found = _FORM.fullmatch(value)
    if found is None:
        return None
    turn, end, mac = found.groups()
    if not hmac.compare_digest(mac, _mac(keys, link, f"{turn}.{end}")):
        return None
    return int(turn) if now < datetime.fromtimestamp(int(end), UTC) else None


def _mac(keys: ServerKeys, link: str, told: str) -> str:
    message = f"{link}\n{told}".encode(errors="replace")
    return b64url(hmac.digest(keys.secret(_LABEL), message, "sha256"))


def _cookie(process: Process, link: str, value: str, seconds: int) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=value,
        path=f"/e/{link}",
        max_age=seconds,
        secure=process.settings.address.startswith("https:"),
        httponly=True,
        samesite="strict",
    )
