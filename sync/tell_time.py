"""The signed time anchor: the one server time a device can prove to have known."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.keys import ServerKeys
from mobile_contract.anchor import TimeAnchor
from mobile_contract.signed import Purpose, SignedText
from sync.histories import current_history
from sync.opaque import ANCHOR_SECRET, Anchored, read_anchor, write_anchor

NOT_RESTARTED: Final = timedelta(days=1)
"""How long a process may go on with a key that was changed under it."""


async def tell_time(cmd: Command, *, keys: ServerKeys) -> SignedText:
    """A fresh anchor, for anybody who asks."""
    return anchor(keys, cmd.now, await current_history(cmd))


def anchor(keys: ServerKeys, now: datetime, history: UUID, *, device: UUID | None = None, feed: int = 0) -> SignedText:
    """The signed anchor of an instant. Its id proves the instant again when an entry names it; nothing is stored.

    For a `device`, it also proves how far (`feed`) it had confirmed its feed.
    """
    anchor_id = write_anchor(now, keys.secret(ANCHOR_SECRET), device=device, feed=feed)
    told = TimeAnchor(id=anchor_id, time=now, history=history, feed=None if device is None else feed)
    return keys.sign_text(Purpose.TIME_ANCHOR, told.model_dump_json())


def proven(keys: ServerKeys, text: str | None, device: UUID) -> Anchored | None:
    """What the anchor that an entry of `device` names proves; None when it names none, or none of this server.

    An anchor made with a key that was changed since proves only times before that: whoever stole the old key later
    makes none that counts for more.
    """
    if text is None:
        return None
    told = read_anchor(text, keys.secret(ANCHOR_SECRET), device)
    if told is not None:
        return told
    for secret, until in keys.former_secrets(ANCHOR_SECRET):
        told = read_anchor(text, secret, device)
        if told is not None and told.time <= until + NOT_RESTARTED:
            return told
    return None
