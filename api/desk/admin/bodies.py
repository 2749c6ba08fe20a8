"""What the forms of administration say."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.permits import Staff
from inspection.authority.systems.rules import TokenScope
from inspection.publicity.channels.events import EventName
from inspection.publicity.channels.rules import ChannelKind
from mobile_contract.base import Wire

Name = Annotated[str, Field(min_length=1, max_length=120)]


class UnitNamed(Wire):
    """What a unit is called."""

    name: Annotated[str, Field(min_length=1, max_length=200)]


class AccountOpened(Wire):
    """A person who may sign in from now on. `staff_no`: of the inspector that the account is for, if it is for one."""

    username: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^\S+$")]
    name: Name
    role: Staff
    unit: UUID | None = None
    staff_no: Annotated[str, Field(max_length=80)] = ""


class AccountChanged(Wire):
    """Name, unit and role of a person, all of it at once."""

    name: Name
    role: Staff
    unit: UUID | None = None


class AccountClosed(Wire):
    """Why a person may sign in no more."""

    reason: Annotated[str, Field(min_length=1, max_length=200)]


class TokenAsked(Wire):
    """A token for another system. `username`: of the account it stands for; `last_day`: good to the end of it."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    username: Annotated[str, Field(min_length=1, max_length=80)]
    scopes: tuple[TokenScope, ...] = ()
    last_day: date


class ChannelAsked(Wire):
    """A receiver of published results or of events, with the code that the JSON route has in its address."""

    code: Annotated[str, Field(min_length=1, max_length=40)]
    kind: ChannelKind
    address: Annotated[str, Field(min_length=1, max_length=2_000)]
    all_so_far: bool = False
    events: tuple[EventName, ...] = ()


class ReplayAsked(Wire):
    """From which day on a receiver is told again."""

    since: date
