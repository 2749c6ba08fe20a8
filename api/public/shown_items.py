"""The published item lists as pages and JSON show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from inspection.authority.store import authorities
from inspection.kernel.canonical import JSON
from inspection.registry.find import published_items
from inspection.registry.items.facts import ItemFacts


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


async def shown_items() -> list[ItemGroup]:
    """The published items of every authority that has any."""
    groups = [
        ItemGroup(one.code, one.name, [_shown(item) for item in await published_items(one.id)])
        for one in await authorities()
    ]
    return [group for group in groups if group.entries]


def _shown(item: ItemFacts) -> ShownItem:
    rows = (
        ("pages.item_basis", item.basis),
        ("pages.item_subject", item.subject),
        ("pages.item_objects", item.object_text),
        ("pages.item_content", item.content),
        ("pages.item_methods", item.method_text),
        ("pages.item_ratio", item.ratio_text),
        ("pages.item_frequency", item.frequency_text),
        ("pages.item_channel", item.channel),
    )
    return ShownItem(item.code, item.name, tuple((key, value) for key, value in rows if value))
