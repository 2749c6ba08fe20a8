"""A line of the log tells what happened and to which thing, never of whom, and never what an exception says."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.guards.sources import ROOT, modules, tree

LEVELS = frozenset({"debug", "info", "warning", "error", "exception", "critical"})
LOGGERS = frozenset({"log", "logger", "_log"})
WORDS = """
actor attempt attempts behind_s by_seconds channel check child code cursor day device digest error exc_info hash how
in_hand job key kind lane language method most_s ms pid place port reason repeats route size status step stream tree
upload visit where work
"""
FIELDS = frozenset(WORDS.split())
"""A further field is added here by somebody who has looked at what it holds."""
REASONS = frozenset({"media/replicate.py", "media/evict.py", "media/reading.py"})
"""Where a reason may be what an exception says: the object store's, which knows addresses and digests only."""
SAYS = re.compile(r"\bstr\((error|exc|exception|e)\b|\brepr\(|traceback\.|\.args\b|\bformat_exc\b|!r\}")


def calls() -> Iterator[tuple[Path, ast.Call, str]]:
    """Every call that writes a line."""
    for path in modules():
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in LEVELS
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in LOGGERS
            ):
                yield path, node, node.func.attr


def test_there_are_lines_to_look_at() -> None:
    assert len(list(calls())) > 20


def test_every_line_has_a_name_that_is_written_there() -> None:
    # A name that is put together could hold anything; the one that is an argument comes from its own module.
    loose = [
        (str(path), ast.unparse(call))
        for path, call, _ in calls()
        if not (
            len(call.args) == 1
            and (
                (isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str))
                or (isinstance(call.args[0], ast.Name) and call.args[0].id == "trouble")
            )
        )
    ]
    assert loose == []


def test_every_field_is_of_the_closed_list() -> None:
    found = {(str(path), one.arg) for path, call, _ in calls() for one in call.keywords}
    assert {one for one in found if one[1] not in FIELDS} == set()
    assert FIELDS - {name for _, name in found} == set(), "a field that nobody uses"


def test_no_line_says_what_an_exception_says() -> None:
    saying = [
        (str(path), one.arg, ast.unparse(one.value))
        for path, call, _ in calls()
        for one in call.keywords
        if SAYS.search(ast.unparse(one.value)) and not (one.arg == "reason" and str(path) in REASONS)
    ]
    assert saying == []


def test_nothing_is_written_beside_the_log() -> None:
    # What the standard library's loggers or `print` wrote would pass by the fields above.
    passing = re.compile(r"logging\.getLogger\(|\blogging\.(info|warning|error)\(")
    beside = [str(path) for path in modules() if passing.search((ROOT / path).read_text())]
    assert beside == ["api/logs.py"]
