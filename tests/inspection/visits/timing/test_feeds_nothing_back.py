"""I10 from the side of time: what is told of an entry's time never reaches what counts."""

import ast
from pathlib import Path

import inspection.visits
from inspection.visits.record import VisitRecord, fold

ROOM = Path(inspection.visits.__file__).parent
JUDGES = ("record", "entries", "review", "setting.py", "reading.py")


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    found = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return found | {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}


def test_neither_the_fold_nor_any_judgement_knows_the_timing() -> None:
    files = [file for name in JUDGES for file in ([ROOM / name] if "." in name else (ROOM / name).rglob("*.py"))]
    assert len(files) > 30
    telling = {file.name for file in files for module in imported(file) if "visits.timing" in module}
    assert telling == set()


def test_the_timing_knows_no_fold() -> None:
    told = {module for file in (ROOM / "timing").rglob("*.py") for module in imported(file)}
    assert not {module for module in told if module.startswith(fold.__module__.rpartition(".")[0])}
    assert VisitRecord.__module__.startswith("inspection.visits.record")
