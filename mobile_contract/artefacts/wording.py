"""What the source says beside a member: pydantic knows the types, the docstrings hold units, sources and rules.

Python's None is JSON's null to whoever reads the contract.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import re
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Final

_PLAIN: Final = (int, str)
_NONE: Final = re.compile(r"\bNone\b")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words and constants of one module."""

    about: str
    members: dict[str, dict[str, str]]
    """Class → member → the text that stands under it."""
    limits: dict[str, tuple[int | str, str]]
    """Public constant (whole number or text) → its value and the text under it, or ""."""


@cache
def wording_of(module: ModuleType) -> Wording:
    """Read the module's source once."""
    tree = ast.parse(inspect.getsource(module))
    members = {node.name: dict(_texts(node.body)) for node in tree.body if isinstance(node, ast.ClassDef)}
    told = dict(_texts(tree.body))
    limits = {
        name: (value, told.get(name, ""))
        for name in _assigned(tree.body)
        if name.isupper() and not name.startswith("_") and type(value := getattr(module, name)) in _PLAIN
    }
    return Wording(worded(ast.get_docstring(tree)), members, limits)


def _texts(body: list[ast.stmt]) -> list[tuple[str, str]]:
    found = []
    for before, after in itertools.pairwise(body):
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
            found += [(name, worded(after.value.value)) for name in _targets(before)]
    return found


def worded(text: str | None) -> str:
    """A docstring as the contract tells it."""
    return _NONE.sub("null", inspect.cleandoc(text or ""))


def _assigned(body: list[ast.stmt]) -> list[str]:
    return [name for statement in body for name in _targets(statement)]


def _targets(statement: ast.stmt) -> list[str]:
    targets: list[ast.expr] = []
    if isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    elif isinstance(statement, ast.Assign):
        targets = statement.targets
    return [target.id for target in targets if isinstance(target, ast.Name)]
