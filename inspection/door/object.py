"""异议 through the door: what the party's page sends, within what a party may hand in."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from inspection.door.admitted import admitted
from inspection.door.limits import bounded
from inspection.door.quota import check_files, each_once
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid
from inspection.kernel.unit_of_work import in_unit
from inspection.publicity import store_documents
from inspection.publicity.objections import store as objections
from inspection.publicity.objections.receive import MAX_GROUNDS, MAX_NAME, receive_objection
from inspection.publicity.objections.rows import Against, Channel, HandedIn, ObjectionRow
from inspection.visits.reading import joined_visits
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an objection says, as it is kept; who says it, and how the party is reached."""

    grounds: str
    name: str
    contact: str


def checked_grounds(grounds: str, name: str, contact: str) -> Grounds:
    """What is kept of what was typed. Pure.

    Raises:
        Invalid: one of them is missing or too long: `door.grounds_…`, `door.name_…`, `door.contact_…`.
    """
    told = Grounds(
        bounded(grounds, MAX_GROUNDS, "door.grounds_too_long"),
        bounded(name, MAX_NAME, "door.name_too_long"),
        bounded(contact, MAX_NAME, "door.contact_too_long"),
    )
    for field in ("grounds", "name", "contact"):
        if not getattr(told, field):
            raise Invalid(ProblemCode.INVALID, f"door.{field}_missing")
    return told


async def open_to_objection(visit_id: UUID) -> list[Against]:
    """The published results of a visit and of those that are one with it, by their numbers.

    Raises:
        NotFound: `visits.no_visit`.
    """
    out = {
        row.publication for one in await joined_visits(visit_id) for row in await store_documents.documents(visit=one)
    }
    return sorted((await objections.against(out)).values(), key=lambda one: (one.number or "", one.publication))


async def objection_with(visit_id: UUID, form: str) -> ObjectionRow | None:
    """What came in with this form already."""
    return await objections.of_form(visit_id, form)


async def object_at_the_door(
    cmd: Command,
    *,
    visit_id: UUID,
    turn: int,
    form: str,
    publication_id: UUID | None,
    said: Grounds,
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
        await check_files(visit_id, len(handed_in))
        return await receive_objection(
            cmd,
            visit_id=visit_id,
            publication_id=publication_id,
            form=form,
            channel=Channel.DOOR,
            grounds=said.grounds,
            name=said.name,
            contact=said.contact,
            files=handed_in,
        )

    return await in_unit(received)
