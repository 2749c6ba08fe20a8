"""Who is meant by the ids that records bear."""

from collections.abc import Mapping
from uuid import UUID

from inspection.authority.store import accounts


async def names_of(authority: UUID) -> Mapping[str, str]:
    """The names of an authority's accounts by id, as records bear it."""
    return {str(one.id): one.name for one in await accounts(authority)}
