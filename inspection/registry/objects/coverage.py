"""Coverage of items and objects by one another (威海 第九条: the register covers all; 泉州 二(二)1: each item has
its register)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspection.policy.model import RuleSet
from inspection.registry.items import store as items_store
from inspection.registry.items.facts import ItemFacts
from inspection.registry.judgements import Judgement, Matter, judged
from inspection.registry.objects import store_coverage, store_registers
from inspection.registry.objects.kinds import admissible
from inspection.registry.objects.store import read_texts
from inspection.registry.objects.store_coverage import Sort
from inspection.registry.rules_in_force import rules_on

MOST_SORTS = 400  # in which the first uncovered objects are sought: each is two parameters of one statement


@dataclass(frozen=True, slots=True)
class EmptyItem:
    """A published item in whose directory there is nobody."""

    id: UUID
    code: str
    name: str
    object_kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which published items have an empty directory, which objects no published item covers. Objects that have ceased
    to exist are not counted. `first_*` name some of them: (code, name), and for things without registered owner
    (code, owner).

    `foreign`: objects of kinds that the rule-set does not name; `judgements`: what is lacking, as breach or note.
    """

    items: int
    empty: tuple[EmptyItem, ...]
    objects: int
    uncovered: int
    first_uncovered: tuple[tuple[str, str], ...]
    ownerless: int
    first_ownerless: tuple[tuple[str, str], ...]
    foreign: int
    first_foreign: tuple[tuple[str, str], ...]
    judgements: tuple[Judgement, ...]

    @property
    def complete(self) -> bool:
        """Whether every item has somebody, and every object an item."""
        return not self.empty and not self.uncovered


async def coverage(authority: UUID, on: date, first: int = 50) -> Coverage:
    """Check the published list against the register as of a day; names at most `first` of each.

    Objects are counted by kind and trades in the database: the work grows with their variety, not with their number.

    Raises:
        NotFound: the authority is unknown or has no rule-set on the day.
    """
    rules = await rules_on(authority, on)
    items = await items_store.published_items(authority)
    sorts = await store_coverage.sorts(authority)
    names = {kind for item in items for kind in item.object_kinds}
    registers = await store_registers.named(authority, names)
    filled = {registers[one] for one in await store_coverage.filled(registers, on)}
    empty = [item for item in items if not _anybody(item, sorts, filled)]
    outside = [] if any(not item.object_kinds for item in items) else [s for s in sorts if not _covers(names, s)]
    inside = await store_coverage.standing_sorts(registers, on) if outside else {}
    uncovered = sum(sorts[sort] - inside.get(sort, 0) for sort in outside)
    named: list[tuple[str, str]] = []
    if uncovered:
        among = sorted(outside, key=lambda sort: inside.get(sort, 0) - sorts[sort])[:MOST_SORTS]
        named = await store_coverage.first_outside(authority, among, registers, on, first)
    foreign = {sort: count for sort, count in sorts.items() if not admissible(sort[0], rules)}
    strangers: list[tuple[str, str]] = []
    if foreign:
        among = sorted(foreign, key=lambda sort: -foreign[sort])[:MOST_SORTS]
        strangers = await store_coverage.first_outside(authority, among, (), on, first)
    orphans, first_orphans = await store_coverage.ownerless(authority, first)
    return Coverage(
        len(items),
        tuple(EmptyItem(item.id, item.code, item.name, item.object_kinds) for item in empty[:first]),
        sum(sorts.values()),
        uncovered,
        tuple(named),
        orphans,
        tuple(first_orphans),
        sum(foreign.values()),
        tuple(strangers),
        judgements_of(len(empty), uncovered, sum(foreign.values()), rules),
    )


def judgements_of(empty: int, uncovered: int, foreign: int, rules: RuleSet) -> tuple[Judgement, ...]:
    """What these numbers of empty items, objects without an item and objects of foreign kinds mean under a rule-set.

    An object that no item reaches breaks a rule-set whose register is to cover all objects (威海 第九条), elsewhere it
    is a note. So is an empty item, and an object of a foreign kind: it may be the kind that was told wrongly.
    """
    registers = rules.registers
    binding = registers.article if registers.covers_all_objects else None
    found = [
        judged(Matter.OBJECTS_UNCOVERED, binding, count=uncovered) if uncovered else None,
        judged(Matter.ITEMS_EMPTY, None, count=empty) if empty else None,
        judged(Matter.KINDS_FOREIGN, None, count=foreign, basis=registers.article) if foreign else None,
    ]
    return tuple(one for one in found if one)


def _covers(names: set[str], sort: Sort) -> bool:
    kind, trades = sort
    return kind in names or not names.isdisjoint(read_texts(trades))


def _anybody(item: ItemFacts, sorts: dict[Sort, int], filled: set[str]) -> bool:
    if not item.object_kinds:
        return bool(sorts)
    names = set(item.object_kinds)
    return not names.isdisjoint(filled) or any(_covers(names, sort) for sort in sorts)
