"""What is found of stored entries after they were taken: a reason more, for people to see."""

from collections.abc import Collection

from inspection.visits.entries import store as store_entries
from mobile_contract.push import Reason


async def notice(hashes: Collection[str], reason: Reason) -> None:
    """Note a reason beside entries that are stored; their bytes and places stay. Call it inside a unit of work."""
    for hash_, place in sorted((await store_entries.places(hashes)).items()):
        if reason not in place.reasons:
            await store_entries.note(hash_, {*place.reasons, reason.value})
