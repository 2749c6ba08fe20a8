"""The bills of what this is made of name everything that is locked; an audit that could not ask is no clean bill."""

import importlib.util
import json
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from tests.guards.sources import ROOT


@pytest.fixture(scope="module")
def supply() -> ModuleType:
    """`tools/supply.py`, which is no package."""
    spec = importlib.util.spec_from_file_location("supply", ROOT / "tools" / "supply.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def bills(supply: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[tuple[str, str]]]:
    """(name, version) of every component, by document."""
    folder: Path = tmp_path_factory.mktemp("sbom")
    assert supply.sbom(folder) == 0
    found = {}
    for path in folder.iterdir():
        told = json.loads(path.read_text())
        assert told["bomFormat"] == "CycloneDX"
        components = told["components"]
        assert sum(one.get("purl", "").startswith(("pkg:pypi/", "pkg:npm/")) for one in components) > 100
        found[path.name.partition(".")[0]] = {(_full_name(one), one["version"]) for one in components}
    return found


def _full_name(component: dict[str, str]) -> str:
    return "/".join(filter(None, (component.get("group"), component["name"])))


def test_every_locked_package_of_python_is_named(bills: dict[str, set[tuple[str, str]]]) -> None:
    locked = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    wanted = {(one["name"], one["version"]) for one in locked if "registry" in one["source"]}
    assert len(wanted) > 100
    assert wanted - bills["python"] == set()


@pytest.mark.parametrize(("name", "folder"), [("tablet", "tablet"), ("test-clients", "tests/clients")])
def test_every_locked_package_of_node_is_named(bills: dict[str, set[tuple[str, str]]], name: str, folder: str) -> None:
    locked = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
    wanted = {
        (facts.get("name") or path.rpartition("node_modules/")[2], facts["version"])
        for path, facts in locked.items()
        if path
    }
    assert len(wanted) > 100
    assert wanted - bills[name] == set()


def test_what_could_not_be_looked_up_is_trouble(supply: ModuleType) -> None:
    good = {"name": "a", "version": "1", "vulns": []}
    assert supply.python_troubles(json.dumps({"dependencies": [good]}), "") == []
    bad = good | {"vulns": [{"id": "PYSEC-1"}]}
    assert supply.python_troubles(json.dumps({"dependencies": [bad]}), "") == ["a 1: PYSEC-1"]
    skipped = {"name": "b", "skip_reason": "not found"}
    (trouble,) = supply.python_troubles(json.dumps({"dependencies": [good, skipped]}), "")
    assert "1 of 2" in trouble
    assert supply.python_troubles("", "no network")
    assert supply.python_troubles('{"dependencies": []}', "")
    assert supply.npm_troubles("x", '{"vulnerabilities": {}}') == []
    assert supply.npm_troubles("x", '{"vulnerabilities": {"a": {"severity": "high"}}}') == ["x: a (high)"]
    assert "405" in supply.npm_troubles("x", '{"message": "405 Method Not Allowed - POST https://r"}')[0]
    assert supply.npm_troubles("x", "") == ["npm audit (x) gave no answer"]
