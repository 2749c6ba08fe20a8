"""What bears on a check point besides its answers, and why it has its class: in words, with the entries behind them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from inspection.visits.record.answers import PointKey, PointStatements
from inspection.visits.record.frozen import SIGNED_PART
from inspection.visits.record.grounds import Ground, GroundWord
from inspection.visits.record.intake import Said
from inspection.visits.record.model import ItemClass, StatementState
from inspection.visits.record.rulings import Ruling
from inspection.visits.record.scheme import Point


@dataclass(frozen=True, slots=True)
class Around:
    """What bears on the check points besides the answers themselves.

    `vouched_by`: hash → (inspector, attestation) of the valid attestations that cover it. `refused`: point → the
    standing refusals that cover it. `pictured`, `noted`: points with a counted photo or note of their own.
    """

    concurs: Mapping[str, tuple[Said, ...]]
    disputes: Mapping[str, tuple[Said, ...]]
    vouched_by: Mapping[str, frozenset[tuple[str, str]]]
    refused: Mapping[PointKey, tuple[str, ...]]
    pictured: frozenset[PointKey]
    noted: frozenset[PointKey]


def grounds_of(
    cls: ItemClass, own: ItemClass, point: Point, told: PointStatements, around: Around, ruling: Ruling
) -> tuple[Ground, ...]:
    """Why the point has its class: the statements' own ground, what the leaders ruled, what else bears on it."""
    frozen = (one.hash for one in told.statements if SIGNED_PART in one.reasons)
    found = [
        *_own_grounds(own, point, told, around),
        *_ruled_grounds(cls, ruling),
        _ground(GroundWord.WITHDRAWN, told.withdrawals),
        _ground(GroundWord.SIGNED_PART, frozen),
    ]
    return tuple(one for one in found if one.hashes or one.word in _WITHOUT_ENTRIES)


_WITHOUT_ENTRIES = frozenset({GroundWord.NOT_STATED, GroundWord.EACH_MUST_STATE})


def _ground(word: GroundWord, hashes: Iterable[str] = ()) -> Ground:
    return Ground(word, tuple(sorted(set(hashes))))


def _own_grounds(own: ItemClass, point: Point, told: PointStatements, around: Around) -> Iterator[Ground]:
    match own:
        case ItemClass.UNANSWERED:
            yield _ground(GroundWord.NOT_STATED)
        case ItemClass.REFUSED:
            yield _ground(GroundWord.REFUSED, around.refused[point.key])
        case ItemClass.CORROBORATED:
            same = len(set(told.heads.values())) == 1
            yield _ground(GroundWord.AGREE if same else GroundWord.WITHIN_TOLERANCE, told.heads)
        case ItemClass.CONFLICT:
            yield _ground(GroundWord.DIFFER, told.heads)
        case ItemClass.SELF_CONFLICT:
            yield _ground(GroundWord.DIFFER_FROM_OWN, told.heads)
        case ItemClass.DISPUTED:
            yield _ground(
                GroundWord.DISPUTED, (one.hash for head in told.heads for one in around.disputes.get(head, ()))
            )
        case _:
            yield from _one_sided(own, told, around)


def _one_sided(own: ItemClass, told: PointStatements, around: Around) -> Iterator[Ground]:
    authors = {one.inspector for one in told.statements if one.state is StatementState.CURRENT}
    concurs = {one for head in told.heads for one in around.concurs.get(head, ())}
    vouches = {pair for head in told.heads for pair in around.vouched_by.get(head, ())}
    yield _ground(GroundWord.STATED_BY_ONE, told.heads)
    if own is ItemClass.INCOMPLETE:
        yield _ground(GroundWord.EACH_MUST_STATE)
    yield _ground(GroundWord.CONCURRED, (one.hash for one in concurs if one.ins not in authors))
    yield _ground(GroundWord.VOUCHED, (hash_ for inspector, hash_ in vouches if inspector not in authors))


def _ruled_grounds(cls: ItemClass, ruling: Ruling) -> Iterator[Ground]:
    match cls:
        case ItemClass.RESOLVED:
            yield _ground(GroundWord.RULED, ruling.by)
        case ItemClass.REINSPECT:
            yield _ground(GroundWord.TO_REINSPECT, ruling.by)
        case ItemClass.RESOLUTION_CONFLICT:
            yield _ground(GroundWord.RULINGS_DIFFER, ruling.by)
        case ItemClass.REOPENED:
            yield _ground(GroundWord.RULED, ruling.by)
            yield _ground(GroundWord.UNSEEN, ruling.unseen)
        case _:
            pass
