"""The record on a tablet is the server's: the file by which both are compared is the one that the server makes."""

from tests.guards.sources import ROOT
from tests.support.tablet_records import golden

FILE = ROOT / "tests/golden/tablet_records.json"


def test_the_records_that_a_tablet_must_fold_to_are_those_of_the_server() -> None:
    """`make contract` writes the file; tablet/test/record/golden.test.ts folds the same entries in TypeScript."""
    assert golden() == FILE.read_text(encoding="utf-8")


def test_the_file_stays_small_enough_to_be_read_with_every_run_of_the_tests() -> None:
    assert FILE.stat().st_size < 300_000
