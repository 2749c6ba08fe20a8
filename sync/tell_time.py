"""The signed time anchor: the one server time a device can prove to have known."""

from datetime import datetime
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.keys import ServerKeys
from mobile_contract.anchor import TimeAnchor
from mobile_contract.signed import Purpose, SignedText
from sync.histories import current_history
from sync.opaque import ANCHOR_SECRET, write_anchor


async def tell_time(cmd: Command, *, keys: ServerKeys) -> SignedText:
    """A fresh anchor, for anybody who asks."""
    return anchor(keys, cmd.now, await current_history(cmd))


def anchor(keys: ServerKeys, now: datetime, history: UUID) -> SignedText:
    """The signed anchor of an instant. Its id proves the instant again when an entry names it; nothing is stored."""
    told = TimeAnchor(id=write_anchor(now, keys.secret(ANCHOR_SECRET)), time=now, history=history)
    return keys.sign_text(Purpose.TIME_ANCHOR, told.model_dump_json())
