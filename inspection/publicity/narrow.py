"""部分公开 and pictures: what of a result goes out, decided before it does."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.publicity import store, store_decisions
from inspection.publicity.partial import Part, wrong_fields
from inspection.publicity.release import Ground
from inspection.publicity.store import WaitingRow
from inspection.publicity.store_decisions import PictureRow
from inspection.publicity.withhold import may_withhold, waiting_row
from mobile_contract.problems import ProblemCode

MAX_REASON: Final = 2_000
MAX_PICTURES: Final = 20


@dataclass(frozen=True, slots=True)
class Picture:
    """A public copy (`digest`, SHA-256 in hex) of a file of the record (`original`), and its pixels. Whoever makes one
    has asked the store of files that it is such a copy.
    """

    original: str
    digest: str
    width: int
    height: int


async def narrow_publication(
    cmd: Command,
    *,
    publication_id: UUID,
    left_out: Collection[str],
    masked: Collection[str],
    ground: Ground,
    reason: str,
) -> Part:
    """Decide that a result is published in part, on a ground in law (金凤 article 17); with no field, whole again.

    What was approved is not what goes out then, so its approval falls.

    Raises:
        NotFound: `publicity.no_publication`.
        Conflict: `publicity.out_already`.
        Refused: `publicity.same_person`: the actor approved the record; `publicity.may_not_withhold`.
        Invalid: `publicity.reason_missing`, `publicity.part_fields`, `publicity.part_of_penalty`.
    """
    words = reason.strip()
    if not words or len(words) > MAX_REASON:
        raise Invalid(ProblemCode.INVALID, "publicity.reason_missing")
    if wrong := wrong_fields(left_out, masked):
        raise Invalid(ProblemCode.INVALID, "publicity.part_fields", fields="、".join(sorted(wrong)))
    part = Part(frozenset(left_out), frozenset(masked), ground, words, cmd.actor.id, cmd.now)
    return await in_unit(_narrow, cmd, publication_id, part)


async def set_pictures(cmd: Command, *, publication_id: UUID, pictures: Sequence[Picture]) -> tuple[PictureRow, ...]:
    """Let these pictures go out with a result, in this order, in place of those chosen before; its approval falls.

    Raises:
        NotFound: `publicity.no_publication`.
        Conflict: `publicity.out_already`.
        Refused: `publicity.same_person`: the actor approved the record.
        Invalid: `publicity.pictures_many`, `publicity.picture_original`, `publicity.part_of_penalty`.
    """
    if len({one.digest for one in pictures}) != len(pictures) or len(pictures) > MAX_PICTURES:
        raise Invalid(ProblemCode.INVALID, "publicity.pictures_many", limit=MAX_PICTURES)
    originals = {one.original for one in pictures}
    for one in pictures:
        if one.digest in originals:
            raise Invalid(ProblemCode.INVALID, "publicity.picture_original", digest=one.digest)
    return await in_unit(_set_pictures, cmd, publication_id, tuple(pictures))


async def visit_of_result(cmd: Command, publication_id: UUID) -> UUID:
    """The visit whose record the pictures of a result come from.

    Raises:
        NotFound: `publicity.no_publication`.
        Conflict: `publicity.out_already`.
        Invalid: `publicity.part_of_penalty`.
    """
    row = await in_unit(waiting_row, cmd, publication_id)
    if row.outcome is None or row.visit is None:
        raise Invalid(ProblemCode.INVALID, "publicity.part_of_penalty")
    return row.visit


async def _narrow(cmd: Command, publication_id: UUID, part: Part) -> Part:
    row = await _changeable(cmd, publication_id)
    may_withhold(row)
    await store_decisions.add_part(cmd.new_id(), row.id, part)
    left_out: list[JSON] = [*sorted(part.left_out)]
    masked: list[JSON] = [*sorted(part.masked)]
    told: dict[str, JSON] = {"left_out": left_out, "masked": masked, "ground": part.ground.value, "reason": part.reason}
    await append(cmd.event(EventKind.PUBLICATION_NARROWED, row.stream, lane=None, publication=str(row.id), **told))
    return part


async def _set_pictures(cmd: Command, publication_id: UUID, pictures: tuple[Picture, ...]) -> tuple[PictureRow, ...]:
    row = await _changeable(cmd, publication_id)
    await store_decisions.remove_pictures(row.id, cmd.now)
    rows = tuple(
        PictureRow(key, row.id, one.digest, one.original, one.width, one.height, cmd.actor.id, cmd.now)
        for key, one in zip(cmd.new_ids(len(pictures)), pictures, strict=True)
    )
    await store_decisions.add_pictures(rows)
    told: list[JSON] = [{"copy": one.digest, "of": one.original} for one in rows]
    event = cmd.event(EventKind.PUBLICATION_PICTURED, row.stream, lane=None, publication=str(row.id), pictures=told)
    await append(event)
    return rows


async def _changeable(cmd: Command, publication_id: UUID) -> WaitingRow:
    row = await waiting_row(cmd, publication_id)
    if row.outcome is None:
        raise Invalid(ProblemCode.INVALID, "publicity.part_of_penalty")
    if row.decided_by == cmd.actor.id:
        raise Refused(ProblemCode.SAME_PERSON, "publicity.same_person", visit=str(row.visit))
    await store.approve_anew(row.id)
    return row
