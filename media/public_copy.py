"""Make a copy of an image for the public: painted over where it must be, and nothing but pixels left (media.md §8).

The copy is a file like any other, under its own digest. The original is not touched, and stays where only those who may
see the record see it. What was made of it is of the maker's authority: another one that has the same original neither
sees nor publishes it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.journal import append
from inspection.kernel.journal.kinds import EventKind
from inspection.kernel.unit_of_work import in_unit
from media.blobs import find_blob, store_bytes
from media.boxes import MAX_BOXES, Box, box_of, clipped
from media.copies import copy_of
from media.hold import LONGEST_GROUND
from media.own import own_event, owner_of
from media.reading import local_file
from media.rules import is_digest
from media.store_copies import PublicCopyFacts, PublicCopyRow, add_public_copy
from media.store_copies import public_copies_of as copies_of
from media.vault import current_vault, workers_asked
from mobile_contract.problems import ProblemCode

_TURNED: Final = 5
"""From this EXIF orientation on the picture is stored on its side."""


@dataclass(frozen=True, slots=True)
class PublicPicture:
    """A copy for the public: its SHA-256 (hex), its pixels, and the boxes as painted in the upright original."""

    digest: str
    width: int
    height: int
    boxes: tuple[Box, ...]


async def make_public_copy(cmd: Command, *, digest: str, boxes: Sequence[Sequence[int]], ground: str) -> PublicPicture:
    """Paint `boxes` (x, y, width, height, in pixels of the upright original) black and keep what comes out as a file.

    It takes as long as decoding does, so call it outside of a unit of work. What is outside of the picture is cut off.
    The same boxes of the same image give the same bytes; asked again with the same ground, nothing is written.

    It is of the command's authority.

    Raises:
        NotFound: `media.unknown`: we do not hold the original.
        Invalid: `media.boxes`, `media.hold_ground`: what is no box, too many, one all outside; no ground.
        Conflict: `media.no_picture` with the finding: the original is no image that can be shown.
        Refused: the disk or the machine has no room, or the object store does not answer (503).
    """
    ground, asked = _ground(ground), _boxes(boxes)
    blob = await find_blob(digest)
    async with local_file(blob.digest) as path:
        with workers_asked():
            look = await current_vault().images.redact(path, asked)
    picture = copy_of(look, "public")
    size = (look.width, look.height) if look.orientation < _TURNED else (look.height, look.width)
    painted = clipped(asked, *size)
    if any(not clipped([box], *size) for box in asked):
        raise Invalid(ProblemCode.INVALID, "media.boxes", limit=MAX_BOXES, width=size[0], height=size[1])
    copy = await store_bytes(cmd, picture.data, "image/jpeg")
    made = PublicPicture(copy, picture.width, picture.height, painted)
    await in_unit(_record, cmd, digest, made, ground)
    return made


async def public_copies_of(authority: UUID, digests: Collection[str]) -> Mapping[str, Sequence[PublicCopyFacts]]:
    """By original (SHA-256, hex), the copies for the public that this authority made of it, in the order of their
    making; those without any are left out.
    """
    return await copies_of(authority, {digest for digest in digests if is_digest(digest)})


async def public_copies(authority: UUID, digest: str) -> tuple[PublicCopyFacts, ...]:
    """The copies for the public that this authority made of an original, in the order of their making."""
    return tuple((await public_copies_of(authority, [digest])).get(digest, ()))


async def find_public_copy(authority: UUID, digest: str, copy: str) -> PublicCopyFacts:
    """The copy for the public with this digest that this authority made of this original.

    Raises:
        NotFound: `media.unknown`.
    """
    for one in await public_copies(authority, digest):
        if one.digest == copy:
            return one
    raise NotFound(ProblemCode.MEDIA_UNKNOWN, "media.unknown", digest=copy)


async def _record(cmd: Command, digest: str, made: PublicPicture, ground: str) -> None:
    own = owner_of(cmd)
    boxes: list[JSON] = [box.facts() for box in made.boxes]
    told = [(one.digest, one.boxes, one.ground) for one in await public_copies(own, digest)]
    if (made.digest, boxes, ground) in told:
        return
    row = PublicCopyRow(
        id=cmd.new_id(),
        authority=own,
        of=digest,
        digest=made.digest,
        width=made.width,
        height=made.height,
        boxes=made.boxes,
        ground=ground,
        made_by=cmd.actor.id,
        made_at=cmd.now,
    )
    await add_public_copy(row)
    event = own_event(
        cmd,
        EventKind.PUBLIC_COPY_MADE,
        digest,
        copy=made.digest,
        boxes=boxes,
        ground=ground,
        width=made.width,
        height=made.height,
    )
    await append(event)


def _ground(ground: str) -> str:
    plain = " ".join(ground.split())
    if not 0 < len(plain) <= LONGEST_GROUND:
        raise Invalid(ProblemCode.INVALID, "media.hold_ground", most=LONGEST_GROUND)
    return plain


def _boxes(told: Sequence[Sequence[int]]) -> tuple[Box, ...]:
    try:
        boxes = tuple(sorted({box_of(box) for box in told}))
    except ValueError as error:
        raise Invalid(ProblemCode.INVALID, "media.boxes", limit=MAX_BOXES) from error
    if len(told) > MAX_BOXES:
        raise Invalid(ProblemCode.INVALID, "media.boxes", limit=MAX_BOXES)
    return boxes
