"""Files and functions stay small enough to be read at one go."""

import ast

from tests.guards.sources import ROOT, modules, tree

FILE_LINES = 400
FUNCTION_LINES = 60


def test_no_file_is_longer_than_can_be_read_at_one_go() -> None:
    lengths = {path: len((ROOT / path).read_text().splitlines()) for path in modules()}
    assert {path: n for path, n in lengths.items() if n > FILE_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    found = [
        (path, node.name, (node.end_lineno or 0) - node.lineno + 1)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert [entry for entry in found if entry[2] > FUNCTION_LINES] == []
