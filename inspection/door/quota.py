"""How many files one visit's party may hand in altogether, through all of its forms."""

from collections.abc import Sequence
from uuid import UUID

from inspection.door import store_sent
from inspection.door.limits import FILES_A_FORM, FILES_A_VISIT
from inspection.kernel.errors import Conflict, Invalid
from inspection.publicity.objections.rows import HandedIn
from mobile_contract.problems import ProblemCode


async def check_files(visit_id: UUID, files: Sequence[HandedIn]) -> None:
    """Refuse what is too much. With the door locked, so that two forms at once do not both fit.

    Raises:
        Invalid: `door.too_many_files`: more than a form may bring.
        Conflict: `door.enough_files`: more than a visit's party may hand in.
    """
    if len(files) > FILES_A_FORM:
        raise Invalid(ProblemCode.INVALID, "door.too_many_files", most=FILES_A_FORM)
    if files and len(await store_sent.files_of(visit_id)) + len(files) > FILES_A_VISIT:
        raise Conflict(ProblemCode.CONFLICT, "door.enough_files", most=FILES_A_VISIT)


def each_once(files: Sequence[HandedIn]) -> tuple[HandedIn, ...]:
    """The files, one that was chosen twice only once, under the first of its names."""
    return tuple({one.digest: one for one in reversed(files)}.values())[::-1]
