"""Case 72 of sync.md §4: an entry that makes a projection raise."""

from collections.abc import Iterator

import pytest
import structlog.testing

from inspection.visits.entries import alarm
from inspection.visits.reading import read_record
from inspection.visits.record import evidence, state_digest
from inspection.visits.record.intake import Said
from inspection.visits.record.model import MediaRecord
from mobile_contract.entries import MediaAdd
from tests.inspection.visits.test_record_classes import item
from tests.inspection.visits.world import World


@pytest.fixture(autouse=True)
def nothing_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has sounded no alarm yet."""
    monkeypatch.setattr(alarm, "_told", {})


async def test_case_72_an_entry_that_breaks_the_fold_is_isolated_alarmed_once_and_folded_after_the_fix(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit, other = await world.open_visit(), await world.open_visit(objects=(1,))
    a, elsewhere = world.tablet(0, visit), world.tablet(0, other, ep=2)
    stated, poison = a.answer("f1", "yes"), a.photo("e" * 64, "f1")
    await world.push(stated, poison, elsewhere.answer("f1", "no"))
    sound = await read_record(visit)
    references = evidence._references

    def raises(said: Said, counted: bool) -> Iterator[MediaRecord]:
        if isinstance(said.body, MediaAdd):
            raise ZeroDivisionError
        yield from references(said, counted)

    monkeypatch.setattr(evidence, "_references", raises)
    with structlog.testing.capture_logs() as logs:
        for _ in range(3):
            told = await read_record(visit)
        untouched = await read_record(other)
    assert [(noted.hash, noted.why) for noted in told.isolated] == [(poison.text_hash, "breaks-the-fold")]
    assert (item(told).value, item(untouched).value) == ("yes", "no")
    assert untouched.isolated == ()
    alarms = [(line["log_level"], line["hash"], line["visit"]) for line in logs if "hash" in line]
    assert alarms == [("error", poison.text_hash, str(visit))]

    monkeypatch.setattr(evidence, "_references", references)
    again = await read_record(visit)
    assert (again.isolated, state_digest(again)) == ((), state_digest(sound))
