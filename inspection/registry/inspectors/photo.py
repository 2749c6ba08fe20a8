"""The photo of an inspector, shown at the door beside the certificate. Who sees it: docs/entity-door.md, "Photos"."""

from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.inspectors import store
from inspection.registry.inspectors.person import held_person


async def set_photo(cmd: Command, inspector: UUID, *, photo: str | None) -> None:
    """Say which stored image (SHA-256, hex) shows a person; None: none does any more. The same again changes nothing.

    Raises:
        NotFound: `registry.inspector_unknown`.
    """
    async with unit_of_work():
        before = await held_person(cmd, inspector)
        if before.photo == photo:
            return
        await store.set_photo(inspector, photo)
        facts = {"inspector": str(inspector), "photo": photo, "before": before.photo}
        await append(cmd.event(EventKind.INSPECTOR_PHOTO_SET, f"registry:{before.authority}", **facts))
