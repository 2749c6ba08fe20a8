"""The search among what is public, by a fragment of a name or code, newest first, in pages.

A page is found by going back in time, when what is sought is frequent; by the index of words, when it is rare. Which of
the two it is nobody knows beforehand: a short walk comes first, then the words with a limit, and the long walk only for
what so many have that it is soon over.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from inspection.kernel.search_words import search_text
from inspection.publicity.store_search import Sought, Wanted, by_words, sought_for, straight, walk

STEPS = 2_000  # of a walk: some milliseconds
FURTHER = 20_000  # of the walk for what is frequent
MOST = 10_000  # publications with the words that are sorted at once
EVERY_RESULT = Wanted()


async def search_published(
    fragment: str, at: datetime | None, before: UUID | None, limit: int, wanted: Wanted = EVERY_RESULT
) -> list[UUID]:
    """Publications that are out, newest first, behind the place (`at`, `before`), whose object's name or code contains
    the fragment; width, case and spaces do not matter.
    """
    behind = (at, before) if at is not None and before is not None else None
    sought = sought_for(wanted, search_text(fragment), behind, limit)
    if not sought.fragment:
        return await straight(sought)
    found, last = await walk(sought, STEPS)
    if len(found) >= limit or last is None:
        return found
    whole = await by_words(sought, MOST)
    return (
        whole if whole is not None else found + await _walk_on(replace(sought, behind=last, limit=limit - len(found)))
    )


async def _walk_on(sought: Sought) -> list[UUID]:
    found: list[UUID] = []
    behind = sought.behind
    while len(found) < sought.limit and behind is not None:
        some, behind = await walk(replace(sought, behind=behind, limit=sought.limit - len(found)), FURTHER)
        found += some
    return found
