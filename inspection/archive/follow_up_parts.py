"""What a bundle holds of what followed the results: the legal office's word, referrals, re-checks, conclusions of third
parties, penalties, what the party handed in; and the files that came with it.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from inspection.archive.reading import HANDED_IN
from inspection.archive.sources import BlobSource
from inspection.door.rectify import rectifications_of
from inspection.kernel.canonical import JSON
from inspection.publicity.penalties.read import penalties_of
from inspection.publicity.store import stream_of
from inspection.visits.follow_up.read import follow_up_of
from inspection.visits.review.legal import legal_reviews_of

OWN_FORM: Final = "form"
"""What a screen names a form by, so that it counts once: of no meaning outside of this server."""


@dataclass(frozen=True, slots=True)
class Followed:
    """`parts`: by name, what there is, the oldest first. `files`: path → digest (hex) of those that are here.

    `streams`: of the journal that tell of it beside those of the visits.
    """

    parts: Mapping[str, list[JSON]]
    files: Mapping[str, str]
    streams: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not any(self.parts.values())

    def told(self) -> JSON:
        """All of it as JSON."""
        return dict(self.parts)


async def followed(visits: Collection[UUID], blobs: BlobSource) -> Followed:
    """What followed the results of visits that are one; the canonical one comes first."""
    canonical, *_ = visits
    file, handed_in, penalties = (
        await follow_up_of(canonical),
        await rectifications_of(canonical),
        await penalties_of(canonical),
    )
    parts: dict[str, list[JSON]] = {
        "legal_reviews": [_told(case) for visit in visits for case in await legal_reviews_of(visit)],
        "referrals": [_told(one) for one in file.referrals],
        "rechecks": [_told(one) for one in file.rechecks],
        "settled": [_told(one) for one in file.settled],
        "conclusions": [_told(one) for one in file.conclusions],
        "penalties": [_told(one) for one in penalties],
        "rectifications": [_told(one) for one in handed_in],
    }
    named = {one.digest for one in file.conclusions} | {one.digest for row in handed_in for one in row.files}
    named |= {one.digest for row in file.referrals for one in row.handed}
    here = await blobs.complete_digests(named)
    files = {f"{HANDED_IN}/{digest}": digest for digest in sorted(here)}
    return Followed(parts, files, tuple(stream_of(None, one.penalty.id) for one in penalties))


def _told(value: Any) -> JSON:
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _told(member) for name, member in asdict(value).items() if name != OWN_FORM}
    if isinstance(value, Mapping):
        return {str(name): _told(member) for name, member in value.items() if name != OWN_FORM}
    if isinstance(value, tuple | list | set | frozenset):
        return [_told(member) for member in value]
    if value is None or isinstance(value, bool | int):
        return value
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
