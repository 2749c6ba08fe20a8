"""Gaming before the fingerprint: frames, ids, filters, duplicates, weights (draw.md §4.13)."""

import json
from dataclasses import replace

import pytest
from scipy.stats import binomtest

from inspection.draw.lot.build import build_frame
from inspection.draw.lot.entropy import seed
from inspection.draw.lot.frame import Candidate, salt
from inspection.draw.lot.ticket import ticket_value
from inspection.draw.told.disclosure import opened
from inspection.draw.verify import verify_full, verify_one, verify_public
from inspection.kernel.canonical import canonical_json
from tests.inspection.draw import rehearsal
from tests.inspection.draw.gaming import failing, honest, rehearsed_with, rewritten
from tests.inspection.draw.rehearsal import Rehearsal
from tests.support.chance.ceremonies import H, key
from tests.support.chance.verdict import LEAST

ONE = honest()
CONDITION = '{"areas":["某街道"]}'
RIVALS = [f"9137{n:014d}" for n in range(19)]


def drawn_from(seed: bytes, secret: bytes, oid: str) -> bool:
    """Whether the friend with this code is among the five of twenty that are drawn."""
    listed = sorted([*RIVALS, oid])
    values = {one: ticket_value(H, seed, salt(H, secret, one), index) for index, one in enumerate(listed)}
    return sorted(values, key=values.__getitem__).index(oid) < 5


def rate_under_new_seeds(secret: bytes, oid: str) -> float:
    """The chance of as odd a number of wins in 2,000 draws, at the printed probability of a quarter."""
    wins = sum(drawn_from(key("after C", n), secret, oid) for n in range(2000))
    return float(binomtest(wins, 2000, 0.25).pvalue)


def test_a_frame_ground_to_spare_a_friend_under_guessed_seeds_does_not_under_the_real_ones() -> None:
    """The operator tries keys until his friend loses under every seed that he expects."""
    guessed = [key("guess", n) for n in range(20)]
    secret = next(
        s for s in (key("ground", n) for n in range(10_000)) if not any(drawn_from(e, s, "91370099") for e in guessed)
    )
    assert rate_under_new_seeds(secret, "91370099") > LEAST


def test_a_firm_that_registers_a_lucky_id_is_drawn_as_often_as_any_other() -> None:
    guessed = [key("guess", n) for n in range(20)]
    lucky = next(
        oid
        for oid in (f"91375{n:013d}" for n in range(10_000))
        if not any(drawn_from(e, bytes(32), oid) for e in guessed)
    )
    assert rate_under_new_seeds(bytes(32), lucky) > LEAST


def test_chance_that_came_before_the_fingerprint_is_named() -> None:
    """Else the frame could be ground under the seed itself."""

    def early(lines):
        (frozen,) = [line for line in lines if line["kind"] == "draw.frozen"]
        rest = [line for line in lines if line is not frozen]
        seeded = [line["kind"] for line in rest].index("draw.seeded")
        return [*rest[:seeded], frozen, *rest[seeded:]]

    checks = verify_public(rewritten(ONE.public(), early))
    assert "public.order" in failing(checks)
    assert "public.journal" not in failing(checks)


def test_one_honest_contributor_is_enough_to_change_everything() -> None:
    """All the others may be in league: what the one brings gives another seed, and no ticket stays what it was."""
    contributors, revealed = rehearsal.contributions(H)
    before = [ticket_value(H, seed(H, bytes(32), revealed), bytes(16), n) for n in range(100)]
    for place in range(len(contributors)):
        other = [replace(one, value=one.value[::-1] + b"1") if n == place else one for n, one in enumerate(revealed)]
        after = [ticket_value(H, seed(H, bytes(32), other), bytes(16), n) for n in range(100)]
        assert not set(before) & set(after)


def test_a_duplicate_is_refused_and_named_where_it_was_put_in_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """An object that stands twice would have two tickets."""
    with pytest.raises(ValueError, match="twice"):
        build_frame(H, bytes(32), [Candidate("9137A"), Candidate("9137A")])

    def twice(h, secret, candidates, allowed):
        with monkeypatch.context() as patch:
            patch.setattr("inspection.draw.lot.build.check_codes", lambda *_: None)
            return build_frame(h, secret, [candidates[0], *candidates], allowed)

    assert "full.frame" in failing(verify_full(rehearsed_with(monkeypatch, "build_frame", twice).full()))


def test_a_friend_dropped_after_the_fingerprint_is_missed() -> None:
    files = ONE.full()
    lines = files["manifest.tsv"].splitlines(keepends=True)
    assert "full.frame" in failing(verify_full({**files, "manifest.tsv": b"".join(lines[:7] + lines[8:])}))


def test_any_firm_can_see_that_it_was_in_the_draw_and_why_it_was_not_drawn() -> None:
    """The crowd's check against silent skipping: an undrawn firm's ticket, an excluded one's code."""
    drawn = {ticket.index for ticket in ONE.selection.drawn}
    undrawn = next(row for row in ONE.frame.read() if row.eligible and row.index not in drawn)
    excluded = next(row for row in ONE.frame.read() if not row.eligible)
    for row in (undrawn, excluded):
        told = opened(ONE.proof_of_row(row.index))
        assert failing(verify_one(told)) == set()
        assert failing(verify_one(told | {"index": row.index + 1}))
    skipped = opened(ONE.proof(0)) | {"rank": None} | {f"result_{what}": None for what in ("rows", "place", "siblings")}
    assert failing(verify_one(skipped)), "a winner cannot be told that it was not drawn"


def test_a_probability_is_told_as_two_numbers() -> None:
    told = opened(ONE.proof(0))
    above, below = told["probability"]
    assert failing(verify_one(told | {"probability": [2 * above, 2 * below]})) == set(), "the same chance, not reduced"
    for wrong in ([above], [above, below, 1], [above, 0], []):
        assert "one.probability" in failing(verify_one(told | {"probability": wrong}))


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (lambda told: told["weights"].update(D=1), "weights"),
        (lambda told: told["tasks"][0].update(condition='{"areas":["东区"]}'), "filter"),
        (lambda told: told["tasks"][0]["size"].update(ratio=[1, 20]), "ratio"),
        (lambda told: told["entropy"]["contributors"].pop(), "contributors"),
        (lambda told: told["match"].update(delta=100), "match"),
        (lambda told: told["substitution"]["reasons"].append("not-found"), "substitution"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_no_parameter_can_be_changed_after_the_seed_is_seen(edit, what: str) -> None:
    files = ONE.public()
    told = json.loads(files["params.json"])
    edit(told)
    assert "public.fingerprint" in failing(verify_public({**files, "params.json": canonical_json(told)}))


def test_a_filter_that_leaves_only_the_target_is_labelled_and_the_label_cannot_be_left_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """萝卜条件: such a task is 重点检查, not random."""
    plain = rehearsal.subject

    def narrow() -> Rehearsal:
        return rehearsed_with(monkeypatch, "subject", lambda *told: replace(plain(*told), condition=CONDITION), rows=18)

    def labelled(done: Rehearsal) -> bool:
        return json.loads(done.ceremony.params or b"")["tasks"][0]["focused"]

    assert labelled(narrow())
    assert failing(verify_full(narrow().full())) == set()
    assert not labelled(honest(rows=18))  # no filter: these are all there are
    monkeypatch.setattr("inspection.draw.frozen.parameters.focused", lambda *_: False)
    assert failing(verify_full(narrow().full())) == {"public.focused"}
