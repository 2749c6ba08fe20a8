"""异议 through the door: what the party's page sends, within what a party may hand in."""

from collections.abc import Sequence
from uuid import UUID

from inspection.door.admitted import admitted
from inspection.door.quota import check_files, each_once
from inspection.kernel.command import Command
from inspection.kernel.unit_of_work import in_unit
from inspection.publicity.objections import store as objections
from inspection.publicity.objections.receive import receive_objection
from inspection.publicity.objections.rows import Channel, HandedIn, ObjectionRow


async def object_at_the_door(
    cmd: Command,
    *,
    visit_id: UUID,
    turn: int,
    form: str,
    publication_id: UUID | None,
    grounds: str,
    name: str,
    contact: str,
    files: Sequence[HandedIn],
) -> ObjectionRow:
    """Receive the objection. The same form again is the objection that came in with it first.

    Raises:
        Conflict: `door.closed`; `door.enough_files`; as `receive_objection`.
        Invalid: `door.too_many_files`; as `receive_objection`.
        NotFound: as `receive_objection`.
    """

    async def received() -> ObjectionRow:
        await admitted(cmd, visit_id, turn)
        if (known := await objections.of_form(visit_id, form)) is not None:
            return known
        handed_in = each_once(files)
        await check_files(visit_id, handed_in)
        return await receive_objection(
            cmd,
            visit_id=visit_id,
            publication_id=publication_id,
            form=form,
            channel=Channel.DOOR,
            grounds=grounds,
            name=name,
            contact=contact,
            files=handed_in,
        )

    return await in_unit(received)
