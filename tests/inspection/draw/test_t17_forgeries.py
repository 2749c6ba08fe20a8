"""T17 (draw.md §5): what a dishonest platform might do, carried through consistently, ends in the one sentence that
forbids it.
"""

import json
from fractions import Fraction

import pytest

from inspection.draw.changes.terms import ChangeKind, Fresh
from inspection.draw.lot.strata import Rule, Size, StrataBy, StrataRule
from inspection.draw.terms import TaskTerms, Terms
from inspection.draw.told.disclosure import opened
from inspection.draw.verify import Check, verify_full, verify_one, verify_public
from inspection.draw.verify.formulas import share_out
from tests.inspection.draw.changed import Changed, Wish
from tests.inspection.draw.forging import Files, Forgery, forged
from tests.inspection.draw.frauds import FRAUDS, base, committed
from tests.inspection.draw.rehearsal import rehearse
from tests.inspection.draw.variants import CHAIN, of_all_kinds


def failing(checks: list[Check]) -> set[str]:
    return {check.code for check in checks if not check.ok}


@pytest.mark.parametrize("name", FRAUDS)
def test_t17_a_fraud_falls_by_the_sentence_that_forbids_it(name: str) -> None:
    checks = verify_full(committed(name))
    assert failing(checks) == FRAUDS[name].fails
    for check in checks:
        assert check.zh.startswith("不成立：") is not check.ok
        assert check.en.startswith("Does not hold: ") is not check.ok


@pytest.mark.parametrize("name", ["plain", "chance"])
def test_t17_an_honest_platform_makes_the_same_bundle_again(name: str) -> None:
    files = base(name)
    assert forged(files) == {**files, "openings.json": b"[]"}
    assert failing(verify_full(files)) == set()


def test_t17_a_stratum_cannot_be_made_larger_on_paper() -> None:
    """Rows are moved from one area to the other in the parameters, so that more of it is drawn; all else follows."""
    rule = StrataRule(Rule.PROPORTIONAL, StrataBy.AREA)
    files = rehearse(60, 9, terms=Terms((TaskTerms(Size(Fraction(1, 4)), rule, visit_cap=2),))).full()
    assert failing(verify_full(forged(files))) == set()

    def moved(forgery: Forgery) -> None:
        strata = forgery.params["tasks"][0]["strata"]["list"]
        strata[0]["rows"], strata[1]["rows"] = strata[0]["rows"] + 10, strata[1]["rows"] - 10
        told = share_out(forgery.params["tasks"][0]["sample"]["size"], strata)
        assert told != [one["size"] for one in strata]
        for one, size in zip(strata, told, strict=True):
            one["size"] = size

    assert failing(verify_full(forged(files, moved))) - {"public.counts"} == {"full.directory"}


def test_t17_a_late_change_of_the_parameters_has_another_fingerprint() -> None:
    files = base("plain")
    files["params.json"] = files["params.json"].replace(b'"delta":1', b'"delta":2')
    assert "public.fingerprint" in failing(verify_public(files))


def test_t17_parameters_in_another_spelling_are_no_parameters() -> None:
    """One text, one meaning: a reader that takes the last of two keys must not see what another one does not."""
    files = base("plain")
    doubled = files["params.json"].replace(b'{"algorithm"', b'{"algorithm":"SR-DRAW/1","algorithm"')
    assert "public.fingerprint" in failing(verify_public({**files, "params.json": doubled}))


@pytest.mark.parametrize("place", [6, 7, 8, 9])
def test_t17_a_link_that_anybody_could_know_brings_no_chance_to_a_change(place: int) -> None:
    """The ceremony used link 6 on top of link 8: those behind follow from it."""
    wish = Wish(ChangeKind.LEAVE, 0, 0, chance=Fresh.LINK, link=CHAIN[place])
    assert failing(verify_full(Changed(of_all_kinds()).make(wish).full())) == {"public.fresh"}


def test_t17_a_link_serves_one_change_only() -> None:
    done = Changed(of_all_kinds())
    for door in (0, 1):
        done.make(Wish(ChangeKind.LEAVE, door, 0, chance=Fresh.LINK, link=CHAIN[5]))
    assert failing(verify_full(done.full())) == {"public.fresh"}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("params", "{}", "one.fingerprint"),
        ("fingerprint", "00" * 32, "one.fingerprint"),
        ("row", "913710000000001234\t1\t0\t" + "00" * 32, "one.frame"),
        ("salt", "00" * 16, "one.frame"),
        ("siblings", [], "one.frame"),
        ("index", 1, "one.frame"),
        ("seed", "00" * 32, "one.ticket"),
        ("ticket", "ff" * 32, "one.ticket"),
        ("threshold", "00" * 32, "one.ticket"),
        ("threshold", "ff" * 33, "one.ticket"),
        ("probability", [1, 3], "one.probability"),
        ("rank", 999, "one.probability"),
        ("rank", 2, "one.result"),
        ("result_siblings", ["00" * 32], "one.result"),
        ("index", 10**400, "one.frame"),
        ("frame_rows", 2**60, "one.fingerprint"),
    ],
)
def test_t17_a_forged_proof_is_caught(field: str, value: object, code: str) -> None:
    opening = opened(rehearse().proof(0))
    assert failing(verify_one(opening)) == set()
    assert code in failing(verify_one({**opening, field: value}))


def test_t17_who_was_not_drawn_can_show_it_and_who_was_cannot_deny_it() -> None:
    done = rehearse()
    drawn = {ticket.index for ticket in done.selection.drawn}
    undrawn = next(row.index for row in done.frame.read() if row.eligible and row.index not in drawn)
    told = opened(done.proof_of_row(undrawn))
    assert [check.code for check in verify_one(told) if check.ok] == [
        "one.fingerprint",
        "one.frame",
        "one.probability",
        "one.undrawn",
    ]
    denied: Files = opened(done.proof(0)) | {"rank": None}  # type: ignore[assignment]
    assert failing(verify_one(denied)) == {"one.undrawn"}


def test_t17_an_excluded_object_shows_its_code_and_is_not_passed_off_as_drawn() -> None:
    done = rehearse()
    told = opened(done.proof_of_row(8))
    assert json.loads(json.dumps(told))["row"].split("\t")[2] == "CAP"
    assert failing(verify_one(told)) == set()
    row = done.proof(0).row.decode().split("\t")
    row[2] = "CAP"
    assert "one.frame" in failing(verify_one(opened(done.proof(0)) | {"row": "\t".join(row)}))
