"""What an authority has of its own about bytes that others may have brought as well: its holds, its copies for the
public, and the journal's stream that tells of them to nobody else.
"""

from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.journal.kinds import Event, EventKind


def own_stream(authority: UUID, digest: str) -> str:
    """The journal's stream of what an authority did with a file (SHA-256, hex). What befell the bytes themselves stands
    in `media:<digest>`, for all who have them.
    """
    return f"file:{authority}/{digest}"


def owner_of(cmd: Command) -> UUID:
    """For whom the command acts.

    Raises:
        RuntimeError: for no authority: a programming error, for nobody could be told what it does.
    """
    if cmd.authority is None:
        raise RuntimeError("what nobody's command does to a file would be nobody's")
    return cmd.authority


def own_event(cmd: Command, kind: EventKind, digest: str, **facts: JSON) -> Event:
    """What the command's authority did with a file. Its work is done in one order with that of the file's bytes."""
    return cmd.event(kind, own_stream(owner_of(cmd), digest), lane=f"media:{digest}", digest=digest, **facts)
