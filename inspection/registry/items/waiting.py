"""What a publication of the list would make public, what it would change of the public one, and what stands against."""

from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.command import Command
from inspection.registry.items import store
from inspection.registry.items.facts import ItemFacts
from inspection.registry.items.history import FieldChange, changes
from inspection.registry.items.publishing import Finding, findings
from inspection.registry.rules_in_force import rules_today


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """A newest version that is not public. `before`: the public version, when there is one; `findings`: why it may not
    be published as it is.
    """

    item: ItemFacts
    before: ItemFacts | None
    changes: tuple[FieldChange, ...]
    findings: tuple[Finding, ...]


async def waiting_items(cmd: Command, authority: UUID) -> tuple[WaitingItem, ...]:
    """All that `publish_items` would make public, by code.

    Raises:
        NotFound: the authority is unknown or has no rule-set today.
    """
    rules = await rules_today(cmd, authority)
    public = {one.code: one for one in await store.published_items(authority)}
    newest = [one for one, _ in (await store.item_versions(authority)).values() if one.published_at is None]
    return tuple(
        WaitingItem(
            one,
            public.get(one.code),
            changes(public[one.code], one) if one.code in public else (),
            findings([one], rules),
        )
        for one in newest
    )
