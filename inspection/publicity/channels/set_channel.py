"""Which receivers an authority's results go to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.keys import ServerKeys
from inspection.kernel.unit_of_work import unit_of_work
from inspection.policy.load import rule_set_named
from inspection.publicity.channels import store
from inspection.publicity.channels.per_item import goes_to
from inspection.publicity.channels.rules import ChannelKind
from inspection.publicity.channels.store import ChannelRow, VersionOut
from mobile_contract.problems import ProblemCode

_CODE: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_LONGEST: Final = 500
_OWN: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class SetChannel:
    """A receiver and the secret it checks signatures with; how many versions that are out it is sent."""

    channel: ChannelRow
    secret: bytes
    waiting: int


async def set_channel(
    cmd: Command, *, authority: UUID, code: str, kind: ChannelKind, address: str, keys: ServerKeys, all_so_far: bool
) -> SetChannel:
    """Send every result from now on to a receiver, and with `all_so_far` what is out already, the oldest first.

    A receiver in use under the same code is retired: a new address is a new receiver with a secret of its own.

    Raises:
        Invalid: `publicity.channel_code`, `publicity.channel_address`: neither https nor this machine itself.
    """
    if not _CODE.fullmatch(code):
        raise Invalid(ProblemCode.INVALID, "publicity.channel_code", code=code[:80])
    row = ChannelRow(cmd.new_id(), authority, code, kind, _checked(address), cmd.now)
    async with unit_of_work():
        for old in await store.channels(authority):
            if old.code == code:
                await store.retire(old.id, cmd.now)
        await store.add_channel(row)
        told = {"channel": str(row.id), "code": code, "kind": kind.value, "address": row.address}
        await append(cmd.event(EventKind.CHANNEL_SET, stream(row.id), **told))
        versions = await store.versions_out(authority) if all_so_far else []
        made = deliveries_of(cmd, [row], versions)
        await store.add_deliveries(made, cmd.now)
    return SetChannel(row, channel_secret(keys, row.id), len(made))


async def retire_channel(cmd: Command, *, authority: UUID, code: str) -> None:
    """Send nothing more to a receiver.

    Raises:
        NotFound: `publicity.no_channel`.
    """
    async with unit_of_work():
        found = [one for one in await store.channels(authority) if one.code == code]
        if not found:
            raise NotFound(ProblemCode.NOT_FOUND, "publicity.no_channel", code=code[:80])
        await store.retire(found[0].id, cmd.now)
        await append(cmd.event(EventKind.CHANNEL_RETIRED, stream(found[0].id), code=code))


def stream(channel: UUID) -> str:
    """The journal's stream of a receiver: what was sent to it, and what did not arrive."""
    return f"channel:{channel}"


def channel_secret(keys: ServerKeys, channel: UUID) -> bytes:
    """32 bytes that this server and the receiver know; the database does not."""
    return keys.secret(f"channel/{channel}/v1")


def deliveries_of(
    cmd: Command, receivers: Sequence[ChannelRow], versions: Sequence[VersionOut]
) -> list[tuple[UUID, UUID, UUID, UUID, str]]:
    """What goes to whom, as `store.add_deliveries` takes it: an item that names its channels goes to no other."""
    wanted = [(one, each) for one in receivers for each in versions if _goes(one, each)]
    # Ids in the order of the versions: of two that are asked for at one instant the smaller id goes first.
    ids = cmd.new_ids(len(wanted))
    return [
        (row_id, one.id, each.publication, each.document, each.lane)
        for row_id, (one, each) in zip(ids, wanted, strict=True)
    ]


def _goes(receiver: ChannelRow, version: VersionOut) -> bool:
    per_item = rule_set_named(version.rules).publication.per_item_channel
    return goes_to(receiver.kind, receiver.code, version.told, per_item=per_item)


def _checked(address: str) -> str:
    text = address.strip()
    try:
        parts = urlsplit(text)
        good = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _OWN)
        good = good and bool(parts.hostname) and parts.username is None and not parts.fragment and parts.port != 0
    except ValueError:
        good = False
    if not good or len(text) > _LONGEST or any(ord(sign) <= 0x20 for sign in text):  # noqa: PLR2004
        raise Invalid(ProblemCode.INVALID, "publicity.channel_address", address=text[:200])
    return text
