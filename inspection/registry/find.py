"""What other rooms ask of the registry. Reads only; every answer is a frozen value."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import date
from uuid import UUID

from inspection.kernel.errors import NotFound
from inspection.policy.model import RuleSet
from inspection.registry.inspectors import store as inspectors_store
from inspection.registry.inspectors.facts import Carried, CertificateFacts, InspectorFacts
from inspection.registry.items import store as items_store
from inspection.registry.items.facts import ChecklistFacts, ItemFacts
from inspection.registry.items.history import ItemVersion, history_of, list_on
from inspection.registry.objects import store as objects_store
from inspection.registry.objects import store_marks
from inspection.registry.objects.directory import directory_row_of, directory_rows
from inspection.registry.objects.facts import DirectoryRow, ObjectFacts
from inspection.registry.objects.marks import MarkFacts
from inspection.registry.objects.search import search_objects
from inspection.registry.objects.store import ObjectQuery
from mobile_contract.envelope import ChecklistRef
from mobile_contract.problems import ProblemCode


async def list_objects(authority: UUID, query: ObjectQuery | None = None) -> list[ObjectFacts]:
    """A page of objects in the order of their codes; `ObjectQuery.after` continues it.

    Raises:
        Invalid: `registry.search_too_long`, `registry.search_characters`.
    """
    return await search_objects(authority, query or ObjectQuery())


async def objects(ids: Collection[UUID]) -> dict[UUID, ObjectFacts]:
    """By id, those that exist."""
    return await objects_store.objects(ids)


async def object_ids(authority: UUID, codes: Sequence[str]) -> dict[str, UUID]:
    """By code, those of an authority's objects that have one of these codes."""
    return {code: known.id for code, known in (await objects_store.known_objects(authority, codes)).items()}


async def object_facts(object_id: UUID) -> ObjectFacts:
    """One object.

    Raises:
        NotFound: `registry.object_unknown`.
    """
    found = await objects_store.objects([object_id])
    if object_id not in found:
        raise NotFound(ProblemCode.OBJECT_UNKNOWN, "registry.object_unknown", object=str(object_id))
    return found[object_id]


async def object_by_code(authority: UUID, code: str) -> ObjectFacts:
    """One object of an authority by its code.

    Raises:
        NotFound: `registry.object_unknown`.
    """
    found = await objects_store.object_by_code(authority, code)
    if found is None:
        raise NotFound(ProblemCode.OBJECT_UNKNOWN, "registry.object_unknown", object=code)
    return found


async def marks_of(object_id: UUID) -> list[MarkFacts]:
    """All marks of one object, lifted ones too, the oldest first."""
    return (await store_marks.marks_of([object_id])).get(object_id, [])


async def directory(
    authority: UUID,
    item_id: UUID,
    *,
    on: date | None = None,
    rules: RuleSet | None = None,
    also: Collection[str] = (),
) -> AsyncIterator[DirectoryRow]:
    """Every object in the register of an item, closed ones included, in the order of the codes.

    The item's object kinds name kinds of objects, trades, special registers or tags. `on` is the day as of which
    entries and marks count; with `rules`, each row carries the grounds that this rule-set sees in them on that day.
    `also`: further registers and tags that the rows shall tell of.

    Raises:
        NotFound: `registry.item_unknown`.
    """
    kinds = (await item(item_id)).object_kinds
    async for row in directory_rows(authority, kinds, on, rules, also):
        yield row


async def directory_row(object_id: UUID, item_id: UUID, *, on: date, rules: RuleSet) -> DirectoryRow | None:
    """One object as the directory of an item tells of it on a day; None when it does not stand in it.

    Raises:
        NotFound: `registry.item_unknown`, `registry.object_unknown`.
    """
    kinds = (await item(item_id)).object_kinds
    return await directory_row_of(await object_facts(object_id), kinds, on, rules)


async def inspectors_of(authority: UUID) -> list[InspectorFacts]:
    """The whole register of inspectors with their certificates; `certificate_for` tells who may be sent."""
    return await inspectors_store.inspectors_of(authority)


async def inspectors(ids: Collection[UUID]) -> dict[UUID, InspectorFacts]:
    """By id, those that exist."""
    return await inspectors_store.inspectors(ids)


async def named_people(ids: Collection[UUID]) -> dict[UUID, tuple[str, str | None]]:
    """By id, name and unit of those that exist: of the inspectors on a card nothing else is told but certificates."""
    return await inspectors_store.named(ids)


async def carried(ids: Collection[UUID]) -> dict[UUID, Carried]:
    """By id, those that exist with what they show at a door, in one statement."""
    return await inspectors_store.carried(ids)


async def photos(ids: Collection[UUID]) -> dict[UUID, str]:
    """By inspector, the SHA-256 (hex) of their photo; who has none is left out."""
    return await inspectors_store.photos(ids)


async def certificates(ids: Collection[UUID]) -> dict[UUID, tuple[CertificateFacts, ...]]:
    """By inspector, their enforcement certificates; who has none is left out."""
    return await inspectors_store.certificates(ids)


async def checklist_refs(ids: Collection[UUID]) -> dict[UUID, ChecklistRef]:
    """By id, code, version and digest of the checklists that exist."""
    return await items_store.checklist_refs(ids)


async def item(item_id: UUID) -> ItemFacts:
    """One version of an item.

    Raises:
        NotFound: `registry.item_unknown`.
    """
    found = await items_store.items([item_id])
    if item_id not in found:
        raise NotFound(ProblemCode.ITEM_UNKNOWN, "registry.item_unknown", item=str(item_id))
    return found[item_id]


async def items_by_id(ids: Collection[UUID]) -> dict[UUID, ItemFacts]:
    """By id, the versions of items that exist."""
    return await items_store.items(ids)


async def items(authority: UUID) -> list[ItemFacts]:
    """The newest version of every item, by code."""
    return [facts for facts, _ in (await items_store.item_versions(authority)).values()]


async def published_items(authority: UUID, on: date | None = None) -> list[ItemFacts]:
    """The list as it stands in public on a day, by code.

    Without a day: as it was last decided, whatever the day from which a version or a withdrawal takes effect.
    """
    if on is None:
        return await items_store.published_items(authority)
    return list_on(await items_store.published_versions(authority), on)


async def item_history(authority: UUID, code: str) -> tuple[ItemVersion, ...]:
    """Every version of an item, oldest first, with its time in the published list and what it changed.

    Raises:
        NotFound: `registry.item_unknown`.
    """
    versions = await items_store.versions(authority, code)
    if not versions:
        raise NotFound(ProblemCode.ITEM_UNKNOWN, "registry.item_unknown", item=code)
    return history_of(versions)


async def checklist_for(item_id: UUID) -> ChecklistFacts:
    """The newest released checklist of an item: what a visit pins.

    Raises:
        NotFound: `registry.item_unknown`, `registry.checklist_missing` when the item names none.
    """
    facts = await item(item_id)
    found = await items_store.newest_checklist(facts.authority, facts.checklist_code) if facts.checklist_code else None
    if found is None:
        raise NotFound(ProblemCode.CHECKLIST_UNKNOWN, "registry.checklist_missing", item=facts.code)
    return found


async def checklists(ids: Collection[UUID]) -> dict[UUID, ChecklistFacts]:
    """By id, those that exist."""
    return await items_store.checklists(ids)


async def released_checklists(authority: UUID) -> list[ChecklistFacts]:
    """Every released version of every checklist, by code and version."""
    return await items_store.released_checklists(authority)


async def checklist_version(authority: UUID, code: str, version: int) -> ChecklistFacts | None:
    """One released version of a checklist; None when there is no such version."""
    return await items_store.checklist_version(authority, code, version)
