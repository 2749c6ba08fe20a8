"""The stand-alone verifier: what holds when all is well, and which sentence falls when something is not."""

import json
from fractions import Fraction

import pytest

from inspection.draw.changes.event import Facts
from inspection.draw.changes.terms import ChangeKind, Fresh
from inspection.draw.teams.rules import MatchRules, Seat
from inspection.draw.verify import Check, verify_full, verify_one, verify_public
from tests.inspection.draw.changed import Changed, Wish
from tests.inspection.draw.rehearsal import VOID, Rehearsal, rehearse
from tests.inspection.draw.tampering import FULL, PUBLIC
from tests.inspection.draw.variants import CHAIN, VARIANTS, joint

ONE = rehearse(voids=(VOID,))


def failing(checks: list[Check]) -> set[str]:
    return {check.code for check in checks if not check.ok}


@pytest.mark.parametrize("name", PUBLIC)
def test_the_public_verifier_says_what_is_wrong(name: str) -> None:
    files, (tamper, code) = ONE.public(opened=2), PUBLIC[name]
    assert failing(verify_public(files)) == set()
    tamper(files)
    checks = {check.code: check for check in verify_public(files)}
    assert code in failing(list(checks.values()))
    assert checks[code].zh.startswith("不成立：")
    assert checks[code].en.startswith("Does not hold: ")


@pytest.mark.parametrize("name", FULL)
def test_the_full_verifier_says_what_is_wrong(name: str) -> None:
    files, (tamper, code) = ONE.full(opened=2), FULL[name]
    assert failing(verify_full(files)) == set()
    tamper(files)
    assert code in failing(verify_full(files))


@pytest.mark.parametrize("name", VARIANTS)
def test_honest_draws_of_every_kind_verify(name: str) -> None:
    done = VARIANTS[name]()
    assert failing(verify_full(done.full(opened=len(done.selection.drawn)))) == set()


@pytest.mark.parametrize("hash_alg", ["sha256", "sm3"])
@pytest.mark.parametrize("rows", [1, 2, 3, 7, 40])
def test_honest_draws_of_every_size_verify(rows: int, hash_alg: str) -> None:
    done = rehearse(rows, 6, hash_alg=hash_alg, match=MatchRules())
    assert failing(verify_full(done.full(opened=len(done.selection.drawn)))) == set()


def test_a_raised_load_is_accepted_only_where_nothing_less_suffices() -> None:
    tight = MatchRules(max_load=1)  # 8 objects, 2 people each, 8 inspectors: 2 doors each are needed
    assert rehearse(match=tight).staffing.short
    least = rehearse(match=tight, load_cap=2)
    assert not least.staffing.short
    assert failing(verify_full(least.full())) == set()
    assert failing(verify_full(rehearse(match=tight, load_cap=3).full())) == {"full.cap"}


def test_an_incomplete_match_does_not_pass() -> None:
    rules = MatchRules(seats=(Seat(slots=3, experts=1, expertise="成品油"),), max_load=5)
    done = rehearse(match=rules)
    assert done.staffing.short  # nobody is an expert
    assert {"public.match", "full.teams", "full.match"} <= failing(verify_full(done.full()))


def _changes(done: Rehearsal) -> Changed:
    """One change of every kind and chance; the second finds somebody barred, a door closed, a person away."""
    doors = sorted({ticket.value for ticket in done.selection.drawn})
    people = [row.inspector for row in done.roster.rows]
    facts = Facts(frozenset({doors[2]}), frozenset({people[7]}), frozenset({(people[3], doors[1])}))
    return (
        Changed(done)
        .make(Wish(ChangeKind.LEAVE, 0, 1, chance=Fresh.LINK, link=CHAIN[5]))
        .make(Wish(ChangeKind.SWAP, 1, 0, facts=facts))
        .make(Wish(ChangeKind.REPLACE_OBJECT, 0, None, "duplicate", Fresh.DICE))
        .make(Wish(ChangeKind.REPLACE_INSPECTOR, 2, 0, "transfer", Fresh.LINK, CHAIN[3]))
        .make(Wish(ChangeKind.REPLACE_OBJECT, 1, None, "cap-race"))
    )


@pytest.mark.parametrize("done", [ONE, joint()], ids=["one task", "three tasks"])
def test_changes_after_the_draw_are_made_again(done: Rehearsal) -> None:
    assert failing(verify_full(_changes(done).full(opened=1))) == set()


@pytest.mark.parametrize(
    ("part", "key", "value", "code"),
    [
        ("event", "reason", "not-found", "full.texts"),
        ("event", "slot", 0, "full.texts"),
        ("outcome", "places", [], "full.changes"),
        ("outcome", "absent", ["somebody"], "full.texts"),
        ("outcome", "tickets", [{"cell": 1, "rank": 99, "ticket": "ff" * 32}], "full.changes"),
    ],
)
def test_a_change_that_came_out_otherwise_is_caught(part: str, key: str, value: object, code: str) -> None:
    files = _changes(ONE).full()
    told = json.loads(files["changes-secret.json"])
    for change in told:
        change[part][key] = value
    files["changes-secret.json"] = json.dumps(told).encode()
    assert code in failing(verify_full(files))


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("reason", "no-such-address", "public.changes"),
        ("kind", "choose", "public.changes"),
        ("seq", 7, "public.changes"),
        ("level", "L2", "public.fresh"),
        ("outcome", "00" * 32, "public.settled"),
        ("fresh", "00", "public.fresh"),
    ],
)
def test_what_is_published_of_a_change_must_fit(key: str, value: object, code: str) -> None:
    files = _changes(ONE).public()
    told = json.loads(files["changes.json"])
    told[0][key] = value
    files["changes.json"] = json.dumps(told).encode()
    assert code in failing(verify_public(files))


def test_nonsense_is_refused_and_never_crashes() -> None:
    assert [check for check in verify_full({}) if check.ok] == []
    assert not any(check.ok for check in verify_one({}))


def test_a_draw_of_nobody_tells_no_probability_but_none() -> None:
    done = rehearse(30, 12, ratio=Fraction(0))
    assert {cell.probability for cell in done.ceremony.cells} == {Fraction(0)}


def test_rehearsals_do_not_depend_on_each_other() -> None:
    def tickets(done: Rehearsal) -> list[bytes]:
        return [t.value for t in done.ceremony.tickets]

    assert tickets(rehearse()) == tickets(rehearse())
    assert tickets(rehearse()) != tickets(rehearse(key=b"k" * 32))
