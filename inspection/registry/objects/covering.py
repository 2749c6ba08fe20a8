"""Which items of the published list reach one object."""

from datetime import date

from inspection.registry.items import store as items_store
from inspection.registry.items.facts import ItemFacts
from inspection.registry.items.history import list_on
from inspection.registry.objects.directory import directory_row_of
from inspection.registry.objects.facts import ObjectFacts, in_directory
from inspection.registry.rules_in_force import rules_on


async def covering_items(facts: ObjectFacts, on: date) -> tuple[ItemFacts, ...]:
    """The items published on the day in whose directory the object stands, by code.

    Raises:
        NotFound: the authority is unknown or has no rule-set on the day.
    """
    items = list_on(await items_store.published_versions(facts.authority), on)
    kinds = {kind for item in items for kind in item.object_kinds}
    row = await directory_row_of(facts, kinds, on, await rules_on(facts.authority, on))
    return tuple(
        item for item in items if not item.object_kinds or (row is not None and in_directory(row, item.object_kinds))
    )
