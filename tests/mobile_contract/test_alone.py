"""The contract installs alone: its own wheel, pydantic, and for the client cryptography and httpx. Nothing of ours."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from mobile_contract.artefacts.schemas import areas
from mobile_contract.envelope import parse_entry, parse_line
from mobile_contract.version import CONTRACT_VERSION
from tests.guards.sources import ROOT, tracked

HOME = ROOT / "mobile_contract"
SCRIPT = Path(__file__).with_name("alone.py")
SERVER = ("api", "sync", "media", "inspection", "tests", "litestar", "piccolo", "asyncpg", "PIL", "aiofiles", "uvicorn")
CLIENT = ("cryptography", "httpx")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The contract's own wheel, unpacked. Built without isolation: nothing is fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=HOME,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    site = folder / "site"
    zipfile.ZipFile(built).extractall(site)
    return site


def _run(wheel: Path, *forbidden: str) -> dict[str, Any]:
    packages = sysconfig.get_path("purelib")
    # -I and -S: no path of ours, and none of the files that would put the repository back on it.
    told = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), str(wheel), packages, *forbidden],
        cwd=wheel,
        check=False,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def test_the_wheel_of_the_contract_holds_every_file_of_it(wheel: Path) -> None:
    shipped = {str(path.relative_to(wheel)) for path in (wheel / "mobile_contract").rglob("*") if path.is_file()}
    kept = {str(path) for path in tracked() if path.parts[0] == "mobile_contract"}
    assert shipped == kept - {"mobile_contract/pyproject.toml"}


def test_the_wire_needs_pydantic_only(wheel: Path) -> None:
    told = _run(wheel, *SERVER, *CLIENT)
    assert told["modules"] > len(list(areas()))
    assert told["schemas_equal"]


def test_the_client_enrols_captures_and_verifies_without_the_server(wheel: Path) -> None:
    told = _run(wheel, *SERVER)
    assert told["proof"] == 86
    lines = base64.b64decode(told["push"]).splitlines()
    first, second = (parse_entry(parse_line(line)) for line in lines)
    assert second.header.prev == first.text_hash
    assert told["vectors"] == sorted(path.name for path in (HOME / "vectors").glob("*.json"))
    assert told["vectors_equal"]
    assert told["verified"] >= 10


def test_its_own_project_file_asks_for_what_the_server_asks_for() -> None:
    own = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*own["dependencies"], *own["optional-dependencies"]["client"]]
    assert set(asked) <= set(whole["dependencies"])
    assert own["requires-python"] == whole["requires-python"]
    assert int(own["version"].partition(".")[0]) == CONTRACT_VERSION
