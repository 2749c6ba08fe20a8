"""Two programs written apart from one page come to the same draw, whatever is drawn (draw.md §4.13, N-version)."""

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from inspection.draw.changes.event import Facts
from inspection.draw.changes.terms import ChangeKind, Fresh
from inspection.draw.verify import verify_full
from tests.inspection.draw.anything import draws
from tests.inspection.draw.changed import Changed, Wish
from tests.inspection.draw.rehearsal import Rehearsal
from tests.inspection.draw.variants import CHAIN, VARIANTS

MADE = {name: VARIANTS[name]() for name in ("255 rows", "teams", "three tasks, strata, batches, seats")}


def failing(files: dict[str, bytes]) -> set[str]:
    return {check.code for check in verify_full(files) if not check.ok}


@settings(max_examples=60)
@given(draws())
def test_the_verifier_agrees_with_any_draw(done: Rehearsal | None) -> None:
    assume(done is not None)
    assert done is not None
    found = failing(done.full(opened=min(2, len(done.selection.drawn))))
    event(f"{done.terms.match.mode}, {'short' if done.staffing.short else 'complete'}")
    # Both agree on whether a complete match exists, too: an incomplete one is never passed.
    assert ("full.match" in found) is bool(done.staffing.short)
    assert done.staffing.short or found == set()


@settings(max_examples=60)
@given(st.sampled_from(sorted(MADE)), st.data())
def test_the_verifier_agrees_with_any_changes(name: str, data: st.DataObject) -> None:
    done = Changed(MADE[name])
    people = [row.inspector for row in done.done.roster.rows]
    links = list(CHAIN[:-1])
    for kind in data.draw(st.lists(st.sampled_from(ChangeKind), min_size=1, max_size=4)):
        now = done.now()
        doors = sorted(now.cells)
        door = data.draw(st.integers(0, len(doors) - 1))
        taken = sorted(now.teams.get(doors[door], {}))
        assume(taken or kind is ChangeKind.REPLACE_OBJECT)
        slot = None if kind is ChangeKind.REPLACE_OBJECT else data.draw(st.sampled_from(taken))
        facts = Facts(
            data.draw(st.frozensets(st.sampled_from(doors), max_size=3)),
            data.draw(st.frozensets(st.sampled_from(people), max_size=2)),
            data.draw(st.frozensets(st.tuples(st.sampled_from(people), st.sampled_from(doors)), max_size=5)),
        )
        chance = data.draw(st.sampled_from(Fresh))
        reason = "duplicate" if slot is None else "kinship"
        done.make(Wish(kind, door, slot, reason, chance, links.pop() if chance is Fresh.LINK else b"", facts))
    assert failing(done.full()) == set()
