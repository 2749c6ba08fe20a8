"""Joining two visits of one object, and taking them apart again (sync.md §2.10). The signed decision is made elsewhere.

Nothing is moved: entries keep the visit that they were signed for, tasks and teams stay with their visit. What changes
is under which id all of it is read together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.visits.links import store
from inspection.visits.links.components import Link, canonical, components
from inspection.visits.reading import known_visit
from inspection.visits.rows import VisitRow
from inspection.visits.states import UNNAMED, VisitState
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Joined:
    """What `a` and `b` are read under now: one id when they are one, their own (or that of others) when not."""

    a: UUID
    b: UUID


async def lock_for_links(cmd: Command, visit_id: UUID) -> None:
    """Lock the visits of this one's object, all of them by id and before any by itself: whoever has one of them already
    and then asks for one with a smaller id would meet him who comes the other way. Inside a unit of work.

    Raises:
        NotFound: `visits.no_visit`.
    """
    visit = await known_visit(visit_id)
    if cmd.authority in {None, visit.authority}:
        await store.lock_object_visits(visit)


async def link_visits(cmd: Command, a: UUID, b: UUID, entry_hash: str) -> Joined:
    """Make two visits one, as the signed entry says. Inside the unit that stores the entry.

    Raises:
        NotFound: `visits.no_visit`.
        Conflict: `visits-not-linkable`: the same visit twice, a sealed, approved or cancelled one, different objects or
            rule-sets, or linked already.
    """
    return await in_unit(_link, cmd, a, b, entry_hash)


async def unlink_visits(cmd: Command, a: UUID, b: UUID, entry_hash: str) -> Joined:
    """Undo every link between exactly these two; what each was by itself, it is again. Inside the unit of the entry.

    Raises:
        NotFound: `visits.no_visit`.
        Conflict: `visits-not-linkable`: they are approved, or no link stands between the two themselves.
    """
    return await in_unit(_unlink, cmd, a, b, entry_hash)


async def _link(cmd: Command, a: UUID, b: UUID, entry_hash: str) -> Joined:
    rows, pair = await _locked_pair(cmd, a, b)
    links = [link for _, link in await store.standing_links([row.id for row in rows])]
    if any({link.a, link.b} == {a, b} for link in links):
        raise _not_linkable("visits.link_stands", a, b)
    together = components(links)
    _check_open([row for row in rows if any(row.id in together.get(one.id, {one.id}) for one in pair)], a, b)
    made = Link(a, b, entry_hash)
    await store.add_link(cmd.new_id(), made, cmd.now)
    return await _point(cmd, EventKind.VISITS_LINKED, rows, pair, [*links, made], entry_hash)


async def _unlink(cmd: Command, a: UUID, b: UUID, entry_hash: str) -> Joined:
    rows, pair = await _locked_pair(cmd, a, b)
    standing = await store.standing_links([row.id for row in rows])
    ending = {row_id: link for row_id, link in standing if {link.a, link.b} == {a, b}}
    if not ending:
        raise _not_linkable("visits.link_none", a, b)
    if any(row.state is VisitState.APPROVED for row in pair):
        raise _not_linkable("visits.link_ended", a, b)
    await store.end_links(sorted(ending), entry_hash, cmd.now)
    left = [link for row_id, link in standing if row_id not in ending]
    return await _point(cmd, EventKind.VISITS_UNLINKED, rows, pair, left, entry_hash)


async def _locked_pair(cmd: Command, a: UUID, b: UUID) -> tuple[list[VisitRow], tuple[VisitRow, VisitRow]]:
    """All visits of the object, locked, and the two."""
    if a == b:
        raise _not_linkable("visits.link_same", a, b)
    # Not locked yet: visits of one object alone are, and all at once. An object stays a visit's, and nothing is sealed
    # again.
    one, other = [await _own_visit(cmd, visit) for visit in sorted((a, b))]
    # Before the objects are compared: whether a sealed visit is of this object is nobody's business yet.
    if any(row.unsealed_at is None or row.state is VisitState.SEALED for row in (one, other)):
        raise _not_linkable("visits.link_sealed", a, b)
    if (one.object, one.authority) != (other.object, other.authority):
        raise _not_linkable("visits.link_other_object", a, b)
    rows = {row.id: row for row in await store.lock_object_visits(one)}
    if a not in rows or b not in rows:
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "visits.no_visit", visit=str(a if a not in rows else b))
    return list(rows.values()), (rows[a], rows[b])


async def _own_visit(cmd: Command, visit_id: UUID) -> VisitRow:
    visit = await known_visit(visit_id)
    if cmd.authority not in {None, visit.authority}:
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "visits.no_visit", visit=str(visit_id))
    return visit


def _check_open(rows: Iterable[VisitRow], a: UUID, b: UUID) -> None:
    """Nothing may have been decided of any visit that becomes one with the others, and one rule-set judges them all."""
    found = list(rows)
    if any(row.state in {VisitState.APPROVED, *UNNAMED} for row in found):
        raise _not_linkable("visits.link_ended", a, b)
    if len({(row.rule_set, row.rule_digest) for row in found}) > 1:
        raise _not_linkable("visits.link_other_rules", a, b)


async def _point(
    cmd: Command,
    kind: EventKind,
    rows: Sequence[VisitRow],
    pair: tuple[VisitRow, VisitRow],
    links: Sequence[Link],
    entry_hash: str,
) -> Joined:
    """Let every visit of the object point to what it is read under, and tell the stories of both."""
    together = components(links)
    wanted = {row.id: canonical(together[row.id]) if row.id in together else None for row in rows}
    for target in sorted({*wanted.values()}, key=str):
        moving = [row.id for row in rows if wanted[row.id] == target and row.linked_to != target]
        await store.point_to(moving, target)
    a, b = pair
    told = {"a": str(a.id), "b": str(b.id), "entry": entry_hash}
    streams = [f"visit:{row.id}" for row in sorted(pair, key=lambda row: row.id)]
    await append(*(cmd.under(a.rule_set).event(kind, stream, **told) for stream in streams))
    return Joined(wanted[a.id] or a.id, wanted[b.id] or b.id)


def _not_linkable(why: str, a: UUID, b: UUID) -> Conflict:
    return Conflict(ProblemCode.VISITS_NOT_LINKABLE, why, a=str(a), b=str(b))
