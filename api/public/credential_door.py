"""What stands beside a good credential once the notice's code fits it: the way to the visit's door, and the photo.

Only then are credential and code shown to the authority. The code is tried as at the door itself: wrong ones count.
"""

from dataclasses import dataclass

from litestar.datastructures import Cookie

from api.commands import AnyRequest
from api.entity.session import session_cookie, stranger_command
from api.pages.origin import sent_from_here
from api.process import process_of
from inspection.door.beside import door_beside
from inspection.visits.credentials.check import Checked, Standing
from inspection.visits.credentials.give import slot_with_photo


@dataclass(frozen=True, slots=True)
class Beside:
    """Addresses on this site: of the door, and of the photo, None where there is none. `cookie`: lets in for both."""

    door: str
    photo: str | None
    cookie: Cookie


async def beside(request: AnyRequest, checked: Checked, code: str) -> Beside | None:
    """None for a credential that is not good, without a code or with a wrong one, and for a door that does not open."""
    claims, process = checked.claims, process_of(request)
    if checked.standing is not Standing.GOOD or claims is None or not code.strip() or not sent_from_here(request):
        return None
    cmd = stranger_command(request)
    opened = await door_beside(cmd, visit=claims.visit, code=code, keys=process.keys)
    if opened is None:
        return None
    path, slot = f"/e/{opened.link}", await slot_with_photo(claims.number)
    return Beside(path, f"{path}/photos/{slot}" if slot is not None else None, session_cookie(process, opened))
