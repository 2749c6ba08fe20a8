"""The published item lists as pages and JSON show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from inspection.authority.store import authorities, authority_by_code
from inspection.kernel.canonical import JSON
from inspection.kernel.errors import NotFound
from inspection.registry.find import item_history, published_items
from inspection.registry.items.facts import ItemFacts
from inspection.registry.items.history import ItemVersion
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One item: `rows` are (key of the text, value), as the list states them; empty ones are left out."""

    code: str
    name: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ItemGroup:
    """The list of one authority."""

    code: str
    name: str
    entries: Sequence[ShownItem]

    def told(self) -> JSON:
        """The group as JSON."""
        items: list[JSON] = [
            {
                "code": item.code,
                "name": item.name,
                **{key.removeprefix("pages.item_"): value for key, value in item.rows},
            }
            for item in self.entries
        ]
        return {"authority": self.name, "code": self.code, "items": items}


async def shown_items(on: date) -> list[ItemGroup]:
    """The published items of every authority that has any, as its list stands on that day."""
    groups = [
        ItemGroup(one.code, one.name, [_shown(item) for item in await published_items(one.id, on)])
        for one in await authorities()
    ]
    return [group for group in groups if group.entries]


async def item_told(authority: str, code: str) -> JSON:
    """The public history of one item: its published versions with their days and what each changed. No names of staff.

    Raises:
        NotFound: `registry.authority_unknown`, `registry.item_unknown`.
    """
    found = await authority_by_code(authority)
    if found is None:
        raise NotFound(ProblemCode.NOT_FOUND, "registry.authority_unknown", authority=authority)
    versions = [one for one in await item_history(found.id, code) if one.item.published_at is not None]
    if not versions:
        raise NotFound(ProblemCode.ITEM_UNKNOWN, "registry.item_unknown", item=code)
    return {"authority": found.name, "code": code, "versions": [_told(version) for version in versions]}


def _told(version: ItemVersion) -> JSON:
    item = version.item
    return {
        "version": item.version,
        "name": item.name,
        "effective_from": item.effective_from.isoformat() if item.effective_from else None,
        "last_day": version.last_day.isoformat() if version.last_day else None,
        "withdrawn_on": item.withdrawn_on.isoformat() if item.withdrawn_on else None,
        "withdrawn_reason": item.withdrawn_reason,
        "changes": [{"field": one.field, "before": one.before, "after": one.after} for one in version.changes],
    }


def _shown(item: ItemFacts) -> ShownItem:
    rows = (
        ("pages.item_basis", item.basis),
        ("pages.item_subject", item.subject),
        ("pages.item_objects", item.object_text),
        ("pages.item_content", item.content),
        ("pages.item_methods", item.method_text),
        ("pages.item_ratio", item.ratio_text),
        ("pages.item_frequency", item.frequency_text),
        ("pages.item_class", item.class_text or ""),
        ("pages.item_channel", item.channel),
        ("pages.item_version", str(item.version)),
        ("pages.item_effective", item.effective_from.isoformat() if item.effective_from else ""),
    )
    return ShownItem(item.code, item.name, tuple((key, value) for key, value in rows if value))
