"""A visit's door as it is printed on its papers: address, QR code and the code to type."""

from uuid import UUID

import segno

from api.commands import AnyRequest, command
from api.process import process_of
from inspection.documents.views import Link
from inspection.door.give import give_door

SVG = "http://www.w3.org/2000/svg"


async def printed_link(request: AnyRequest, visit_id: UUID) -> Link | None:
    """What a paper prints of the door, which is made with the first one; None once it is closed."""
    process = process_of(request)
    door = await give_door(command(request), visit_id=visit_id, keys=process.keys)
    if not door.is_open:
        return None
    address = f"{process.settings.address}{door.path}"
    drawn: str = segno.make(address, error="m", micro=False).svg_inline(border=1)
    return Link(drawn.replace("<svg ", f'<svg xmlns="{SVG}" ', 1), address, door.code)
