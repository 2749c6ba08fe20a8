"""What a passkey signs: a challenge that this server made for one browser and one purpose, good for a while and once.

It carries its own end and a mark that only this server makes, so that a page that is merely looked at writes nothing.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from inspection.authority import store_factors
from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Command
from inspection.kernel.errors import Refused
from inspection.kernel.keys import ServerKeys
from mobile_contract.problems import ProblemCode

LASTS: Final = timedelta(minutes=10)
_LABEL: Final = "passkey-challenge/v1"
_RANDOM, _END, _MARK = 16, 8, 16


@dataclass(frozen=True, slots=True)
class Asked:
    """For what and for which browser a challenge is: `holder` is the token of its cookie, empty before signing in."""

    purpose: str
    holder: str
    keys: ServerKeys

    def mark(self, told: bytes) -> bytes:
        """The mark over the random part and the end."""
        message = f"{self.purpose}\n{self.holder}\n".encode() + told
        return hmac.digest(self.keys.secret(_LABEL), message, "sha256")[:_MARK]


def new_challenge(cmd: Command, asked: Asked) -> bytes:
    """A challenge, 40 bytes."""
    told = cmd.random(_RANDOM) + int((cmd.now + LASTS).timestamp()).to_bytes(_END, "big")
    return told + asked.mark(told)


async def use_challenge(cmd: Command, asked: Asked, challenge: bytes) -> None:
    """Take an answered challenge, once. Inside the unit of work of what it is for.

    Raises:
        Refused: `authority.passkey_stale`: it is none of ours, for something else, too old or answered before.
    """
    told, mark = challenge[:-_MARK], challenge[-_MARK:]
    ours = len(challenge) == _RANDOM + _END + _MARK and hmac.compare_digest(mark, asked.mark(told))
    end = datetime.fromtimestamp(int.from_bytes(told[_RANDOM:], "big"), UTC) if ours else cmd.now
    if cmd.now >= end or not await store_factors.use_challenge(cmd.new_id(), sha256_hex(challenge), end):
        raise Refused(ProblemCode.LOGIN_FAILED, "authority.passkey_stale")
