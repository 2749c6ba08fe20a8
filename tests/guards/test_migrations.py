"""What a migration may not do, so that the version before goes on working on the schema that comes after it."""

import ast
import re
from pathlib import Path

import pytest

from api.migrate import Step, steps
from inspection.kernel.steps import Alongside
from tests.guards.sources import ROOT, literals

OLD = {"inspection": 27, "sync": 3, "media": 3}
"""The last step of each room that was made before the rule."""
PLAIN = {"inspection": 31, "sync": 4, "media": 4}
"""The last step that may make an index on rows that are there already while writers wait."""
TAKING = frozenset(
    {"drop_table", "drop_column", "rename_table", "rename_column", "change_table_schema", "alter_column", "backwards"}
)
TAKEN = re.compile(
    r"\b(DROP\s+(TABLE|COLUMN|INDEX|CONSTRAINT|TRIGGER)|RENAME\b|TRUNCATE|DELETE\s+FROM|ALTER\s+(COLUMN\s+)?\S+\s+TYPE|"
    r"SET\s+NOT\s+NULL|ADD\s+CONSTRAINT(?!.*NOT\s+VALID)|LOCK\s+TABLE)",
    re.IGNORECASE | re.DOTALL,
)
MAKERS = frozenset({"making", "widening", "adding", "changing", "alongside"})
FILES = sorted(path for path in ROOT.glob("*/piccolo_migrations/*.py") if path.name != "__init__.py")


def number(path: Path) -> tuple[str, int]:
    room, told = path.stem.split("_")[:2]
    return room, int(told)


def is_later(path: Path, than: dict[str, int]) -> bool:
    room, told = number(path)
    return told > than[room]


def takings(source: str) -> list[str]:
    """What a migration of this text takes away; an index that it lists in DROPPED may go."""
    module = ast.parse(source)
    lists_dropped = any(
        isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == "DROPPED" for one in node.targets)
        for node in module.body
    )
    found = [
        node.func.attr
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TAKING
    ]
    for text in literals(module):
        told = TAKEN.search(str(text.value))
        if told and not (lists_dropped and told[2] and told[2].upper() == "INDEX"):
            found.append(told[0])
    return found


@pytest.mark.parametrize("path", [path for path in FILES if is_later(path, OLD)], ids=lambda path: path.stem)
def test_a_later_step_takes_nothing_away(path: Path) -> None:
    assert takings(path.read_text()) == []


@pytest.mark.parametrize(
    ("line", "taken"),
    [
        ("manager.drop_column('Visit', 'visit', 'note')", "drop_column"),
        ("manager.alter_column('Visit', 'visit', 'note', params={'null': False})", "alter_column"),
        ("run('ALTER TABLE visit RENAME COLUMN a TO b')", "RENAME"),
        ("run('ALTER TABLE visit ALTER COLUMN a TYPE bigint')", "ALTER COLUMN a TYPE"),
        ("run('ALTER TABLE visit ALTER a SET NOT NULL')", "SET NOT NULL"),
        ("run('ALTER TABLE visit ADD CONSTRAINT c CHECK (a > 0)')", "ADD CONSTRAINT"),
        ("run('DROP INDEX IF EXISTS other')", "DROP INDEX"),
    ],
)
def test_what_is_taken_away_is_found(line: str, taken: str) -> None:
    assert takings(line) == [taken]


def test_what_only_adds_is_not_found() -> None:
    assert takings("run('ALTER TABLE visit ADD CONSTRAINT c CHECK (a > 0) NOT VALID')") == []
    assert takings("DROPPED = [Index('visit', ('a',))]\nrun('DROP INDEX IF EXISTS x')") == []


@pytest.mark.parametrize("path", [path for path in FILES if is_later(path, OLD)], ids=lambda path: path.stem)
def test_a_later_step_is_put_together_by_makers_that_know_the_rule(path: Path) -> None:
    """They give a table with rows nullable columns only."""
    calls = {node.func.id for node in ast.walk(ast.parse(path.read_text())) if _plain_call(node)}
    assert len(calls & MAKERS) == 1


def _plain_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


async def indexed_with_rows(step: Step) -> list[str]:
    """The tables with rows on which this step makes an index while writers wait."""
    manager = await step.module.forwards()
    if isinstance(manager, Alongside):
        return []
    fresh = {table.tablename for table in manager.add_tables}
    extras = getattr(manager, "extras", ())
    return sorted({extra.table for extra in extras if "Index" in type(extra).__name__ and extra.table not in fresh})


async def test_a_later_index_on_rows_that_are_there_is_built_alongside() -> None:
    by_file = {path.stem: path for path in FILES}
    later = [step for step in steps() if is_later(by_file[step.module.__name__.rsplit(".", 1)[-1]], PLAIN)]
    assert {step.id: await indexed_with_rows(step) for step in later if await indexed_with_rows(step)} == {}


async def test_an_index_on_rows_that_are_there_is_found() -> None:
    step = next(step for step in steps() if step.module.__name__.endswith("inspection_0025_pages"))
    assert "task" in await indexed_with_rows(step)
