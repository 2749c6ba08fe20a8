"""How many files one visit's party may hand in altogether, through all of its forms."""

from collections.abc import Sequence
from uuid import UUID

from inspection.door import store_sent
from inspection.door.limits import FILES_A_FORM, FILES_A_VISIT
from inspection.kernel.errors import Conflict, Invalid
from inspection.publicity.objections.rows import HandedIn
from mobile_contract.problems import ProblemCode


async def check_files(visit_id: UUID, count: int) -> None:
    """Refuse so many files more if they are too many. Decided with the door locked: two forms at once may not both fit.

    Raises:
        Invalid: `door.too_many_files`: more than a form may bring.
        Conflict: `door.enough_files`: more than a visit's party may hand in.
    """
    if count > FILES_A_FORM:
        raise Invalid(ProblemCode.INVALID, "door.too_many_files", most=FILES_A_FORM)
    if count and len(await store_sent.files_of(visit_id)) + count > FILES_A_VISIT:
        raise Conflict(ProblemCode.CONFLICT, "door.enough_files", most=FILES_A_VISIT)


def each_once(files: Sequence[HandedIn]) -> tuple[HandedIn, ...]:
    """The files, one that was chosen twice only once, under the first of its names."""
    found: dict[str, HandedIn] = {}
    for one in files:
        found.setdefault(one.digest, one)
    return tuple(found.values())
