"""How many objects a plan's ratios are shares of: by item and credit grade, in one pass over the register."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from inspection.policy.terms import RatioBase
from inspection.registry.objects import store_census, store_registers
from inspection.registry.objects.rows import ObjectKind, ObjectStatus
from inspection.registry.objects.store_census import Alike, Member

CLOSED = frozenset({ObjectStatus.REVOKED, ObjectStatus.CANCELLED, ObjectStatus.MOVED})
ENTITIES = frozenset(
    {
        ObjectKind.ENTERPRISE,
        ObjectKind.INDIVIDUAL,
        ObjectKind.COOPERATIVE,
        ObjectKind.REPRESENTATIVE_OFFICE,
    }
)
"""市场主体: what a share of the entities of an area is a share of."""


@dataclass(frozen=True, slots=True)
class Census:
    """How many objects there are, closed ones left out: by item code and credit grade ('' for none), by grade of all
    entities of the area, and how many different objects the items' registers hold together."""

    registers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    entities: Mapping[str, int] = field(default_factory=dict)
    objects: int = 0

    def of(self, item: str, base: RatioBase) -> Mapping[str, int]:
        """The numbers by grade that an item's ratio is a share of; empty when they are not known."""
        return self.entities if base is RatioBase.AREA_ENTITIES else self.registers.get(item, {})


async def census(authority: UUID, wanted: Mapping[str, Collection[str]], on: date) -> Census:
    """The numbers on a day. `wanted`: item code → the kinds, trades and special registers that its directory holds."""
    words = {word for kinds in wanted.values() for word in kinds}
    named = await store_registers.named(authority, words) if words else {}
    groups = await store_census.alike(authority, CLOSED)
    inside = await store_census.members(named, CLOSED, on)
    return counted(groups, [(one, named[one.register]) for one in inside], wanted)


def counted(
    groups: Sequence[Alike], members: Iterable[tuple[Member, str]], wanted: Mapping[str, Collection[str]]
) -> Census:
    """The numbers out of the groups and of those who stand in special registers (with the register's name). Pure.

    An object that belongs to an item twice, by its kind and by a register, counts once.
    """
    by_word: dict[str, set[int]] = defaultdict(set)
    for place, group in enumerate(groups):
        for word in (group.kind.value, *group.trades):
            by_word[word].add(place)
    listed: dict[str, list[Member]] = defaultdict(list)
    for member, register in members:
        listed[register].append(member)
    registers: dict[str, Mapping[str, int]] = {}
    met: set[int] = set()
    singly: dict[UUID, Member] = {}
    for code, kinds in wanted.items():
        places: set[int] = set()
        places.update(*(by_word.get(word, ()) for word in kinds)) if kinds else places.update(range(len(groups)))
        apart = {one.object: one for word in kinds for one in listed.get(word, ()) if _apart(one, kinds)}
        registers[code] = _by_grade([groups[place] for place in places], apart.values())
        met |= places
        singly |= apart
    alike = {(groups[place].kind, groups[place].trades, groups[place].grade) for place in met}
    more = sum((one.kind, one.trades, one.grade) not in alike for one in singly.values())
    entities = _by_grade([group for group in groups if group.kind in ENTITIES], ())
    return Census(registers, entities, sum(groups[place].count for place in met) + more)


def _apart(one: Member, kinds: Collection[str]) -> bool:
    """Whether the object belongs to the item by its register only."""
    return one.kind.value not in kinds and set(one.trades).isdisjoint(kinds)


def _by_grade(groups: Iterable[Alike], members: Iterable[Member]) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for group in groups:
        found[group.grade] += group.count
    for member in members:
        found[member.grade] += 1
    return dict(found)
