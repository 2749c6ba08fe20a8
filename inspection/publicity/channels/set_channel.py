"""Which receivers an authority's results go to."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.keys import ServerKeys
from inspection.kernel.unit_of_work import unit_of_work
from inspection.policy.load import rule_set_named
from inspection.publicity.channels import store
from inspection.publicity.channels.events import EventName
from inspection.publicity.channels.per_item import goes_to
from inspection.publicity.channels.rules import OF_RESULTS, SECRET_OVERLAP, ChannelKind
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
    cmd: Command,
    *,
    authority: UUID,
    code: str,
    kind: ChannelKind,
    address: str,
    keys: ServerKeys,
    all_so_far: bool,
    events: Collection[EventName] = (),
) -> SetChannel:
    """Send every result from now on to a receiver, and with `all_so_far` what is out already, the oldest first.

    A receiver in use under the same code is retired: a new address is a new receiver with a secret of its own.
    `events`: what a receiver of events is told of, everything when none is named; nobody else is told of any.

    Raises:
        Invalid: `publicity.channel_code`, `publicity.channel_address`: neither https nor this machine itself;
            `publicity.channel_events`: events for a receiver of results.
    """
    if not _CODE.fullmatch(code):
        raise Invalid(ProblemCode.INVALID, "publicity.channel_code", code=code[:80])
    if events and kind in OF_RESULTS:
        raise Invalid(ProblemCode.INVALID, "publicity.channel_events")
    wanted = frozenset() if kind in OF_RESULTS else frozenset(events or EventName)
    row = ChannelRow(cmd.new_id(), authority, code, kind, _checked(address), cmd.now, wanted)
    async with unit_of_work():
        for old in await store.channels(authority):
            if old.code == code:
                await store.retire(old.id, cmd.now)
        await store.add_channel(row)
        told = {"channel": str(row.id), "code": code, "kind": kind.value, "address": row.address}
        more: dict[str, JSON] = {"events": sorted(wanted)} if wanted else {}
        await append(cmd.event(EventKind.CHANNEL_SET, stream(row.id), lane=None, **told, **more))
        versions = await store.versions_out(authority) if all_so_far and kind in OF_RESULTS else []
        made = deliveries_of(cmd, [row], versions)
        await store.add_deliveries(made, cmd.now)
    return SetChannel(row, channel_secret(keys, row), len(made))


async def turn_secret(cmd: Command, *, authority: UUID, code: str, keys: ServerKeys) -> SetChannel:
    """Give a receiver a new secret; for a day every parcel bears the signature of the earlier one as well.

    Raises:
        NotFound: `publicity.no_channel`.
    """
    async with unit_of_work():
        row = await known_channel(authority, code)
        row = replace(row, turn=row.turn + 1, turned_at=cmd.now)
        await store.turn(row.id, row.turn, cmd.now)
        await append(cmd.event(EventKind.CHANNEL_SECRET_TURNED, stream(row.id), code=code, turn=row.turn))
    return SetChannel(row, channel_secret(keys, row), 0)


async def known_channel(authority: UUID, code: str) -> ChannelRow:
    """A receiver in use.

    Raises:
        NotFound: `publicity.no_channel`.
    """
    found = [one for one in await store.channels(authority) if one.code == code]
    if not found:
        raise NotFound(ProblemCode.NOT_FOUND, "publicity.no_channel", code=code[:80])
    return found[0]


async def retire_channel(cmd: Command, *, authority: UUID, code: str) -> None:
    """Send nothing more to a receiver.

    Raises:
        NotFound: `publicity.no_channel`.
    """
    async with unit_of_work():
        row = await known_channel(authority, code)
        await store.retire(row.id, cmd.now)
        await append(cmd.event(EventKind.CHANNEL_RETIRED, stream(row.id), code=code))


def stream(channel: UUID) -> str:
    """The journal's stream of a receiver: what was sent to it, and what did not arrive."""
    return f"channel:{channel}"


def channel_secret(keys: ServerKeys, channel: ChannelRow) -> bytes:
    """32 bytes that this server and the receiver know; the database does not. They outlive a change of the server's
    keys, of which nobody tells the receiver: they are made by the key that was in use when it was given them.
    """
    return keys.secret_at(_label(channel, channel.turn), channel.turned_at or channel.made_at)


def earlier_secrets(keys: ServerKeys, channel: ChannelRow, now: datetime) -> list[bytes]:
    """What a receiver may check with besides: for a day, what it had before its secret was made anew; for ever, what a
    process gave it that had not been started again since the keys were changed, and so made it by the key before.
    """
    turned = channel.turned_at
    overtaken = _by_the_key_before(keys, _label(channel, channel.turn), turned or channel.made_at)
    if turned is None or now - turned >= SECRET_OVERLAP:
        return overtaken
    label = _label(channel, channel.turn - 1)
    # When that one was given is not kept: by any of the keys that were in use since the receiver was set.
    changes = [until for _, until in keys.former_secrets(label) if channel.made_at <= until < turned]
    return [*overtaken, *(keys.secret_at(label, at) for at in (channel.made_at, *sorted(changes)))]


def _by_the_key_before(keys: ServerKeys, label: str, at: datetime) -> list[bytes]:
    """The secret of the key that was in use before the one of that instant, if there was any."""
    return [secret for secret, until in keys.former_secrets(label) if until <= at][:1]


def _label(channel: ChannelRow, turn: int) -> str:
    return f"channel/{channel.id}/v{turn}"


def deliveries_of(
    cmd: Command, receivers: Sequence[ChannelRow], versions: Sequence[VersionOut]
) -> list[tuple[UUID, UUID, UUID, UUID, str]]:
    """What goes to whom, as `store.add_deliveries` takes it: an item that names its channels goes to no other."""
    of_results = [one for one in receivers if one.kind in OF_RESULTS]
    wanted = [(one, each) for one in of_results for each in versions if _goes(one, each)]
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
