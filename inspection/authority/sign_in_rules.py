"""What signing in asks for in this installation, and how far a session has come. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from inspection.authority.store import AccountRow
from inspection.authority.store_sessions import SessionRow
from inspection.kernel.command import Role
from inspection.kernel.keys import ServerKeys

HALF_WAY: Final = timedelta(minutes=10)
"""How long one may take to give the second factor."""


class Stage(StrEnum):
    """How far a session has come: what it must do before anything else, or that it may go on."""

    FACTOR = "factor"
    """Give the second factor."""
    PASSWORD = "password"  # noqa: S105  a step
    """Choose another password."""
    SET_UP = "set_up"
    """Set up a second factor: the role asks for one."""
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class SignInRules:
    """The settings of signing in. `lasts`, `idle`: a session's longest time, and unused; `two_factor`: the roles that
    must give a second factor; `password_lasts`: after which time a password is changed, None: never.
    """

    keys: ServerKeys
    lasts: timedelta
    idle: timedelta
    two_factor: Collection[Role]
    password_lasts: timedelta | None = None

    def must_change(self, account: AccountRow, now: datetime) -> bool:
        """Whether the password opens nothing but the page to change it."""
        if account.must_change or self.password_lasts is None:
            return account.must_change
        return account.password_at is None or now - account.password_at > self.password_lasts

    def stage(self, session: SessionRow, account: AccountRow, now: datetime) -> Stage:
        """How far this session has come."""
        if session.awaits_factor:
            return Stage.FACTOR
        if self.must_change(account, now):
            return Stage.PASSWORD
        if session.factor is None and account.role in self.two_factor:
            return Stage.SET_UP
        return Stage.OPEN
