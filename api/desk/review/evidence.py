"""What stands beside a record: its files with all that is known of each, in the order in which they came."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from inspection.visits.places import Spot
from inspection.visits.record.model import MediaRecord, VisitRecord
from inspection.visits.timing.interval import Timing
from media.blobs import BlobFacts, claimed_facts
from media.serving import shown_type


class Shown(StrEnum):
    """How a file is shown."""

    PICTURE = "picture"
    SOUND = "sound"
    FILM = "film"
    FILE = "file"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class FileBeside:
    """A file that entries of the record refer to. `facts`: what the store knows, None while its bytes are not here;
    `claimed`: what the camera wrote (EXIF), evidence of nothing but itself; `time`: when its entry was made.
    """

    media: MediaRecord
    shown: Shown
    facts: BlobFacts | None
    claimed: Mapping[str, Any]
    findings: Sequence[str]
    time: Timing | None
    spot: Spot | None
    points: tuple[str, ...]


async def files_beside(
    authority: UUID, record: VisitRecord, times: Mapping[str, Timing], spots: Collection[Spot]
) -> tuple[FileBeside, ...]:
    """Each file of a record of this authority once. `times`: by entry; `spots`: where entries say they were made."""
    known = await claimed_facts(authority, {one.digest for one in record.media})
    places = {one.digest: one for one in spots if one.digest is not None}
    points: dict[str, set[str]] = {}
    for item in record.items:
        for said in item.statements:
            for digest in said.media:
                points.setdefault(digest, set()).add(item.code)
    for one in record.media:
        if one.item is not None:
            points.setdefault(one.digest, set()).add(one.item)
    first = {one.digest: one for one in reversed(record.media)}
    files = [
        _file(one, known.get(one.digest), times.get(one.hash), places.get(one.digest), points.get(one.digest, set()))
        for one in first.values()
    ]
    return tuple(sorted(files, key=lambda one: (one.points or ("~",), one.media.digest)))


def _file(
    media: MediaRecord, facts: BlobFacts | None, time: Timing | None, spot: Spot | None, points: Collection[str]
) -> FileBeside:
    probe: Mapping[str, Any] = (facts.probe if facts else None) or {}
    return FileBeside(
        media=media,
        shown=_shown(facts),
        facts=facts,
        claimed=probe.get("claimed", {}),
        findings=tuple(probe.get("findings", ())),
        time=time,
        spot=spot,
        points=tuple(sorted(points)),
    )


def _shown(facts: BlobFacts | None) -> Shown:
    if facts is None:
        return Shown.MISSING
    if any(one.name == "preview" for one in facts.derivatives):
        return Shown.PICTURE
    kind = shown_type(facts.mime, facts.probe).partition("/")[0]
    return {"audio": Shown.SOUND, "video": Shown.FILM}.get(kind, Shown.FILE)
