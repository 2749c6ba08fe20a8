"""Names that hide a missing noun, and places that belong into data."""

import ast
import importlib.metadata
import importlib.util
import re
from pathlib import Path

import pytest

from tests.guards.sources import ROOMS, ROOT, literals, modules, tracked, tree

HOMELESS = {"utils", "util", "helpers", "helper", "core", "common", "manager", "managers", "misc"}
PLACES = re.compile(
    "威海|经开区|安岳|金凤|泉州|兴隆台|盘锦|银川|资阳|山东|四川|宁夏|福建|辽宁|"
    "weihai|jingkai|anyue|jinfeng|quanzhou|xinglongtai|shandong|sichuan|ningxia|fujian|liaoning",
    re.IGNORECASE,
)


def test_no_file_is_named_after_a_missing_noun() -> None:
    assert [path for path in tracked() if path.suffix == ".py" and HOMELESS & {*path.parts[:-1], path.stem}] == []


def test_no_place_is_written_in_code_only_in_data() -> None:
    """One city's rule in code is the end of all others (policy is data: TOML rule-sets and shipped demo data)."""
    found = []
    for path in modules():
        module = tree(path)
        found += [(path, node.lineno, node.value) for node in literals(module) if PLACES.search(node.value)]
        named = (node for node in ast.walk(module) if isinstance(node, ast.Name | ast.arg))
        found += [
            (path, node.lineno, name)
            for node in named
            if PLACES.search(name := node.id if isinstance(node, ast.Name) else node.arg)
        ]
    assert found == []


@pytest.mark.parametrize("room", ROOMS)
def test_the_import_name_is_ours_alone(room: str) -> None:
    """Piccolo's wheel installs a top-level `tests`; another distribution could as well bring `media` or `sync`."""
    spec = importlib.util.find_spec(room)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(ROOT)
    owners = importlib.metadata.packages_distributions().get(room, ["fieldcheck-inspection"])
    assert set(owners) == {"fieldcheck-inspection"}


def test_the_tests_package_is_ours() -> None:
    spec = importlib.util.find_spec("tests")
    assert spec is not None
    assert spec.origin == str(ROOT / "tests" / "__init__.py")
