"""Which files came through the door of a visit."""

from uuid import UUID

from inspection.door import store_sent
from inspection.visits.reading import joined_visits


async def handed_in(visit_id: UUID) -> frozenset[str]:
    """The digests (SHA-256, hex) of all files that a visit's party handed in, and that of those that are one with it.

    Raises:
        NotFound: `visits.no_visit`.
    """
    files = [file for one in await joined_visits(visit_id) for file in await store_sent.files_of(one)]
    return frozenset(file.digest for file in files)
