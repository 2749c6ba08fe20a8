"""证据清单: the list of evidence of the papers, as it is committed: read it, and the next change of it."""

import json
from dataclasses import replace

from inspection.archive.custody.parts import Ground, evidence_list
from inspection.archive.sources import ClockFacts
from inspection.kernel.canonical import canonical_json
from tests.guards.sources import ROOT
from tests.inspection.archive.papers import AT, PHOTO_DIGEST, asked, materials

FILE = ROOT / "tests/golden/evidence.json"


def listed() -> dict:
    made = materials()
    visits = [made.visit.id]
    ground = Ground(made.visit, visits, made.entries, made.tasks, made.team, made.journal, made.media_here)
    return evidence_list(ground, asked(made))


def test_the_list_is_the_one_that_was_read() -> None:
    """Made anew by `python -m tests.inspection.archive.custody.test_evidence`."""
    assert json.loads(FILE.read_text()) == listed()
    assert canonical_json(listed()) == canonical_json(listed())


def test_a_file_tells_how_when_where_and_by_whom_it_was_made_and_what_it_shows() -> None:
    (file,) = listed()["files"]
    assert (file["sha256"], file["state"], len(file["sm3"])) == (PHOTO_DIGEST, "here", 64)
    assert [claim["how"] for claim in file["claims"]] == ["referred", "camera"]
    assert file["shows"] == [{"item": "cy.01", "text": "是否亮证经营"}]
    assert [upload["outcome"] for upload in file["journal"]["uploads"]] == ["complete"]
    assert file["journal"]["found"]["findings"] == ["trailing-bytes"]


def test_a_clock_tells_the_proven_interval_its_error_and_how_far_off_the_tablet_was() -> None:
    (file,) = listed()["files"]
    clock = next(told for told in file["clock"].values() if told)
    wall = next(claim["clock"]["wall"] for claim in file["claims"] if claim["how"] == "camera")
    estimate = int(AT.timestamp() * 1000) + 4 * 60_000
    assert (clock["error_ms"], clock["correction_ms"]) == (6 * 60_000, estimate - wall)
    assert clock["flags"] == ["wall-off"]


def test_a_clock_that_no_calendar_has_is_told_without_a_correction() -> None:
    from inspection.archive.custody.parts import clock

    facts = ClockFacts(AT, AT, AT, "anchor", ())
    for wall in (-(2**53) + 1, 2**53 - 1, None, "x"):
        told = clock({"e": facts}, "e", {"e": wall})
        canonical_json(told)
    assert clock({"e": replace(facts, estimate=None)}, "e", {"e": 1})["correction_ms"] is None
    assert clock({}, "e", {}) is None


if __name__ == "__main__":
    FILE.write_text(json.dumps(listed(), ensure_ascii=False, indent=1, sort_keys=True) + "\n")
