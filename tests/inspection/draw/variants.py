"""Ceremonies that differ from the plain rehearsal: other chance, an escrowed key, several tasks, teams, batches."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from functools import partial
from unittest.mock import patch

from inspection.draw.ceremony import ContributionRecord
from inspection.draw.frozen.parameters import Escrow, parameters
from inspection.draw.lot.chain import chain_of
from inspection.draw.lot.digest import Hash, hash_named
from inspection.draw.lot.entropy import BeaconRound, ContributionKind, Contributor, Revealed
from inspection.draw.lot.strata import Rule, Size, StrataBy, StrataRule
from inspection.draw.teams.rules import Continuity, MatchRules, Seat
from inspection.draw.terms import TaskTerms, Terms
from tests.inspection.draw import rehearsal
from tests.inspection.draw.rehearsal import START, VOID, Rehearsal, journal_of, rehearse

CHAIN = chain_of(bytes(32), 12)
CIPHERTEXT = b"sealed under the supervisor's key"
SIGNATURE = b"signature of the round"
# The instant of the freeze in the rehearsal's journal, and the first round at or after 60 s past it.
FROZEN = START + timedelta(minutes=2)
GENESIS, PERIOD = int(FROZEN.timestamp()) - 1000, 3
ROUND = BeaconRound("drand:test", GENESIS, PERIOD, (1000 + 60 + PERIOD - 1) // PERIOD + 1)
WEIGHTS = {"A": 1, "B": 2, "C": 3, "D": 4}
QUALIFIED = ("商务执法",)


def witnessed_by_all(h: Hash) -> tuple[list[Contributor], list[Revealed]]:
    """All five kinds of chance."""
    contributors, revealed = _plain(h)
    link = Contributor(ContributionKind.LINK, "监察室链", anchor=CHAIN[8].hex())
    beacon = Contributor(ContributionKind.BEACON, "公共信标", beacon=ROUND)
    given = [
        Revealed(link.label, CHAIN[6]),
        Revealed(beacon.label, hash_named("sha256")(SIGNATURE), SIGNATURE),
    ]
    return [*contributors, link, beacon], [*revealed, *given]


_plain, _records, _occasion = rehearsal.contributions, rehearsal.records, rehearsal.occasion


def _told(contributors: list[Contributor], revealed: list[Revealed]) -> tuple[ContributionRecord, ...]:
    told = zip(_records(contributors, revealed), contributors, strict=True)
    return tuple(
        replace(record, anchor=bytes.fromhex(c.anchor) if c.anchor else None, beacon=c.beacon) for record, c in told
    )


def of_all_kinds(rows: int = 20, *, hash_alg: str = "sha256") -> Rehearsal:
    """Every kind of chance, and the key escrowed."""
    h = hash_named(hash_alg)
    escrow = Escrow("ab" * 32, h(b"\x37" + CIPHERTEXT))
    with (
        patch.object(rehearsal, "contributions", witnessed_by_all),
        patch.object(rehearsal, "records", _told),
        patch.object(rehearsal, "occasion", lambda voids: replace(_occasion(voids), snapshot_at=FROZEN)),
        patch.object(rehearsal, "parameters", partial(parameters, escrow=escrow)),
    ):
        done = rehearse(rows, ratio=Fraction(3, 10), hash_alg=hash_alg)
    ceremony = replace(done.ceremony, escrow=CIPHERTEXT)
    return replace(done, ceremony=ceremony, events=journal_of(ceremony))


def joint(rows: int = 60) -> Rehearsal:
    """Three tasks on one frame: by strata with floors, in batches, by a count; seats of two departments."""
    tasks = (
        TaskTerms(
            Size(Fraction(1, 4)), StrataRule(Rule.PROPORTIONAL, StrataBy.AREA, {}, {"西区": 4}), batches=3, visit_cap=2
        ),
        TaskTerms(
            Size(Fraction(1, 10)), StrataRule(Rule.OWN_RATIO, StrataBy.GRADE, {"D": Fraction(1, 2)}), visit_cap=2
        ),
        TaskTerms(Size(count=3), visit_cap=2),
    )
    seats = (Seat((0, 1), None, QUALIFIED, 3), Seat((2,), "一科", (), 2))
    rules = MatchRules(seats=seats, max_load=8)
    return rehearse(rows, 12, terms=Terms(tasks, rules, WEIGHTS))


def grouped(rows: int = 40) -> Rehearsal:
    """Standing teams of three."""
    rules = MatchRules("grouped", seats=(Seat(required=QUALIFIED),), group_size=3)
    return rehearse(rows, 10, match=rules)


def kept() -> Rehearsal:
    """Two teams keep their objects."""
    rules = MatchRules(seats=(Seat(required=QUALIFIED),), continuity=Continuity(Fraction(1, 2), 2))
    return rehearse(30, 12, ratio=Fraction(1), match=rules)


def in_batches(rows: int = 30) -> Rehearsal:
    """Everybody, in four batches, with unequal weights."""
    tasks = (TaskTerms(Size(Fraction(1)), batches=4, visit_cap=2),)
    return rehearse(rows, 12, terms=Terms(tasks, MatchRules(seats=(Seat(required=QUALIFIED),)), WEIGHTS))


def one_heavy(rows: int = 33) -> Rehearsal:
    """One grade so heavy that its cell is taken whole."""
    tasks = (TaskTerms(Size(Fraction(1, 3)), visit_cap=2),)
    return rehearse(rows, 12, terms=Terms(tasks, MatchRules(seats=(Seat(required=QUALIFIED),)), {**WEIGHTS, "D": 400}))


VARIANTS: dict[str, Callable[[], Rehearsal]] = {
    "one row": partial(rehearse, 1, 6),
    "two rows": partial(rehearse, 2, 6),
    "three rows": partial(rehearse, 3, 6),
    "255 rows": partial(rehearse, 255, 9),
    "nobody drawn": partial(rehearse, 30, 12, ratio=Fraction(0)),
    "everybody drawn": partial(rehearse, 30, 12, ratio=Fraction(1)),
    "SM3, third attempt": partial(
        rehearse, 40, 9, hash_alg="sm3", voids=(VOID, replace(VOID, attempt=2, at=START - timedelta(hours=9)))
    ),
    "all kinds of chance, escrowed": of_all_kinds,
    "three tasks, strata, batches, seats": joint,
    "teams": grouped,
    "teams that keep their objects": kept,
    "four batches": in_batches,
    "a cell taken whole": one_heavy,
}
