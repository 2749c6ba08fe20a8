"""The register of inspectors at a shell."""

from pathlib import Path

from inspection.registry.objects.synthetic import synthetic_code
from tests.cli.shell import Shell

BATCHES = ("inspectors", "changes")


def test_the_register_says_who_may_be_sent_and_why_not(office: Shell) -> None:
    told = office.json("inspectors", "list")
    assert [bool(one["hindrances"]) for one in told] == [False] * 12 + [True] * 2
    assert "到期" in office.run("inspectors", "list", lang="zh_CN").stdout
    assert "Holds no certificate" in office.run("inspectors", "list").stdout


def test_absence_recusal_and_suspension_are_entered(office: Shell) -> None:
    office.run("inspectors", "absent", "S001", "leave", "2026-03-09", "2026-03-13")
    office.run("inspectors", "recuse", "S001", synthetic_code(5), "kinship")
    barred = office.json("inspectors", "list", "--from", "2026-03-10")[0]
    assert "2026-03-09" in barred["hindrances"]
    number = office.json("inspectors", "expiring", "--within", "3660")[0]
    told = ("inspectors", "certificate", number["staff_no"], number["certificate"], "suspended", "--reason", "调查")
    assert office.json(*told, "--since", "2026-03-02")["status"] == "suspended"
    left = office.json("inspectors", "adjust", "S002", "--left", "--reason", "调离")
    assert left == {"staff_no": "S002", "active": False, "maximum_load": None}


def test_what_cannot_be_is_refused_in_a_sentence(office: Shell) -> None:
    away = ("inspectors", "absent", "S001", "leave", "2026-03-13", "2026-03-09")
    assert "2026-03-09" in office.refused(*away)
    assert "早于" in office.refused(*away, lang="zh_CN")
    assert "nobody" in office.refused("inspectors", "adjust", "nobody", "--left", "--reason", "x")
    assert "X-1" in office.refused("inspectors", "certificate", "S001", "X-1", "valid", "--reason", "x")
    assert "former" in office.refused("inspectors", "recuse", "S001", synthetic_code(5), "former_employment")
    (batch,) = [one["batch"] for one in office.json(*BATCHES)]
    assert office.refused("inspectors", "confirm", batch, "--as", "planner")


def test_every_item_is_asked_for_its_inspectors(office: Shell) -> None:
    covers = office.json("inspectors", "cover")
    assert {(one["fit"], one["short"]) for one in covers} == {(12, False)}
    assert office.json("inspectors", "cover", "--short") == []


def test_the_register_goes_out_and_comes_back_unchanged(office: Shell, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    office.run("inspectors", "export", file)
    looked = office.json("import", "inspectors", file, "--dry-run")
    assert (looked["rows"], looked["unchanged"], looked["changes"]) == (14, 14, [])
    again = office.json("import", "inspectors", file)
    assert (again["rows"], again["unchanged"]) == (14, 14)
