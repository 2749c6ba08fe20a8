"""What is known of a picture of a visit, for the words shown under it: put together from the rooms that know."""

from datetime import UTC, datetime, timedelta

from inspection.authority import store as authorities
from inspection.kernel.keys import ServerKeys
from inspection.registry import find as registry
from inspection.visits.reading import Folded
from inspection.visits.record.intake import read_body
from media.stamp_words import Spot, StampFacts
from mobile_contract.entries import MediaAdd
from sync.log.visit_times import EntryTime, visit_times

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def stamp_facts(keys: ServerKeys, folded: Folded, digest: str) -> StampFacts:
    """When, where and by whom a file of the record was captured: by an entry that brought it and counts."""
    brought = [one for one in folded.record.media if one.digest == digest]
    hashes = [one.hash for one in sorted(brought, key=lambda one: not one.counted)]
    times = {one.hash: one for one in (await visit_times(keys, folded.setting.visit.id)).entries}
    time = next((times[hash_] for hash_ in hashes if hash_ in times), None)
    body = _body(folded, hashes)
    people = await registry.inspectors({time.inspector} if time is not None else set())
    authority = await authorities.authority(folded.setting.visit.authority)
    fix = body.position if body is not None else None
    return StampFacts(
        digest=digest,
        claimed=_claimed(time, body),
        not_before=time.timing.not_before if time is not None else None,
        not_after=time.timing.not_after if time is not None else None,
        spot=Spot(fix.lat_e7, fix.lon_e7, fix.acc_dm, fix.mock) if fix is not None else None,
        inspectors=tuple(one.name for one in people.values()),
        authority=authority.name if authority is not None else "",
    )


def _body(folded: Folded, hashes: list[str]) -> MediaAdd | None:
    """What the entry says of the file; None when it is of another type, or was erased by law."""
    for entry in folded.entries:
        if hashes and entry.text_hash == hashes[0]:
            body = read_body(entry.header.type, entry.body, entry.b) if entry.body is not None else None
            return body if isinstance(body, MediaAdd) else None
    return None


def _claimed(time: EntryTime | None, body: MediaAdd | None) -> datetime | None:
    wall = body.taken_wall if body is not None and body.taken_wall is not None else time.wall if time else None
    try:
        return _EPOCH + timedelta(milliseconds=wall) if wall is not None else None
    except OverflowError:  # a clock in the year 60,000
        return None
