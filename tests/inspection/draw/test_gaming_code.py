"""Gaming: another program than the published one draws (draw.md §4.13, "swap the code"; T17).

Each cheat exchanges one function of the platform; everything after it is consistent, fingerprint and roots among it.
The verifier, a second implementation, still says which sentence does not hold.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from inspection.draw.lot.build import build_frame
from inspection.draw.lot.frame import Candidate, Exclusion, Place
from inspection.draw.lot.quota import quotas
from inspection.draw.lot.ticket import select
from inspection.draw.teams.staffing import staff
from inspection.draw.verify import verify_full
from tests.inspection.draw.gaming import failing, honest, rehearsed_with, sentence

FRIEND = honest().selection.drawn[0].oid


def spare_the_friend(h, seed, secret, frame, shares, batches):
    """The friend's ticket is passed over: the others of his cell move up, the first of the reserve comes in."""
    found = select(h, seed, secret, frame, shares, batches)
    (friend,) = [ticket for ticket in found.drawn if ticket.oid == FRIEND]
    cell = [ticket for ticket in (*found.drawn, *found.reserve) if ticket.cell == friend.cell and ticket is not friend]
    quota = sum(ticket.cell == friend.cell for ticket in found.drawn)
    moved = [replace(one, rank=rank, drawn=True, batch=1) for rank, one in enumerate(cell[:quota], start=1)]
    rest = [ticket for ticket in found.drawn if ticket.cell != friend.cell]
    drawn = tuple(sorted([*rest, *moved], key=lambda ticket: (ticket.cell, ticket.rank)))
    return replace(found, drawn=drawn, thresholds={**found.thresholds, friend.cell: moved[-1].value})


def round_the_friends_cell_down(h, seed, cells, sizes):
    """A quota goes from one cell to another; the sum stays."""
    told = list(quotas(h, seed, cells, sizes))
    rich = max(range(len(told)), key=lambda n: told[n].quota)
    poor = min(range(len(told)), key=lambda n: told[n].quota)
    told[rich], told[poor] = (
        replace(told[rich], quota=told[rich].quota - 1),
        replace(told[poor], quota=told[poor].quota + 1),
    )
    return tuple(told)


def make_the_friend_light(h, secret, candidates, allowed):
    """The friend has the weight of grade A, whatever grade he has."""
    return build_frame(h, secret, [_for_friend(one, Place(weight=1)) for one in candidates], allowed)


def close_the_friend(h, secret, candidates, allowed):
    """The friend is said to be at his cap; his recorded visits say no."""
    return build_frame(h, secret, [_for_friend(one, Place(Exclusion.CAP)) for one in candidates], allowed)


def _for_friend(one: Candidate, place: Place) -> Candidate:
    return one._replace(places=(place,)) if one.oid == FRIEND else one


def send_the_friends(h, seed, secret, doors, roster, rules):
    """One inspector of the first door is the one who is asked for."""
    done = staff(h, seed, secret, doors, roster, rules)
    team = {placed.inspector for placed in done.teams[0]}
    asked = next(person for person in done.people if person not in team)
    first = (replace(done.teams[0][0], inspector=asked), *done.teams[0][1:])
    return replace(done, teams=(first, *done.teams[1:]))


def choose_the_seed(h, _fingerprint, _revealed):
    """Whatever was contributed, the seed is the one that pleased."""
    return h(b"chosen until it pleased")


CHEATS = [
    ("ticket.select", spare_the_friend, "full.draw"),
    ("quota.quotas", round_the_friends_cell_down, "public.shares"),
    ("build_frame", make_the_friend_light, "full.directory"),
    ("build_frame", close_the_friend, "full.exclusions"),
    ("staff", send_the_friends, "full.match"),
    ("entropy.seed", choose_the_seed, "public.seed"),
]


@pytest.mark.parametrize(
    ("where", "cheat", "code"), CHEATS, ids=[cheat.__name__ for _, cheat, _ in CHEATS[:-1]] + ["choose_the_seed"]
)
def test_swapped_code_is_named_by_the_verifier(
    monkeypatch: pytest.MonkeyPatch, where: str, cheat: Callable[..., object], code: str
) -> None:
    checks = verify_full(rehearsed_with(monkeypatch, where, cheat).full())
    assert code in failing(checks)
    assert sentence(checks, code).startswith("不成立：")


def test_a_friend_passed_over_shows_to_the_supervisor_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Why the supervisor's full run belongs to the ceremony: in public everything holds."""
    checks = verify_full(rehearsed_with(monkeypatch, "ticket.select", spare_the_friend).full())
    assert failing(checks) == {"full.draw"}
