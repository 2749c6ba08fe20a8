"""A visit's door as it is printed on its papers: address, QR code and the code to type."""

from uuid import UUID

from api.commands import AnyRequest, command
from api.pages.qr import printed_qr
from api.process import process_of
from inspection.documents.views import Link
from inspection.door.give import Door, give_door


async def printed_link(request: AnyRequest, visit_id: UUID) -> Link | None:
    """What a paper prints of the door, which is made with the first one; None once it is closed."""
    process = process_of(request)
    return door_link(await give_door(command(request), visit_id=visit_id, keys=process.keys), process.settings.address)


def door_link(door: Door, address: str) -> Link | None:
    """What a paper prints of a door at this server's address; None once it is closed."""
    if not door.is_open:
        return None
    place = f"{address}{door.path}"
    return Link(printed_qr(place), place, door.code)
