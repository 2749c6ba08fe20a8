"""A handler parses, calls and answers: a dozen lines at most, and nothing of the database."""

import ast
import inspect
import textwrap
from pathlib import Path

from litestar.handlers import HTTPRouteHandler

from api.openapi import operations
from tests.support.routes import routes

LINES = 12
EDGES = ("api.office", "api.entity")


def handlers() -> list[HTTPRouteHandler]:
    return [handler for _, _, handler in operations(routes()) if handler.fn.__module__.startswith(EDGES)]


def test_a_handler_is_at_most_a_dozen_lines() -> None:
    lengths = {handler.fn.__qualname__: _lines(handler) for handler in handlers()}
    assert len(lengths) > 30
    assert {name: count for name, count in lengths.items() if count > LINES} == {}


def _lines(handler: HTTPRouteHandler) -> int:
    (function,) = ast.parse(textwrap.dedent(inspect.getsource(handler.fn))).body
    assert isinstance(function, ast.AsyncFunctionDef | ast.FunctionDef)
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def test_the_edge_opens_no_transaction_and_writes_no_sql() -> None:
    """One command, one transaction, opened by the verb: never in dependency injection, never around an answer."""
    root = Path(__file__).parent.parent.parent / "api"
    edge = [
        *root.glob("*.py"),
        *root.glob("office/*.py"),
        *root.glob("device/*.py"),
        *root.glob("public/*.py"),
        *root.glob("entity/*.py"),
    ]
    found = {
        path.name: word
        for path in edge
        if path.name != "migrate.py"
        for word in ("unit_of_work()", ".transaction(", ".raw(", "Provide(")
        if word in path.read_text()
    }
    assert found == {}
