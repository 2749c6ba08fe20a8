"""What is shipped is what is in the repository: an ignore rule like `media/` once dropped a whole package."""

import subprocess
import sys
import zipfile

from tests.guards.sources import ROOMS, ROOT, tracked

APP = "api/tablet_app/"
"""Made, never committed; brought all the same."""


def test_the_wheel_holds_every_file_of_the_five_packages_the_built_app_and_nothing_else(tmp_path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    shipped = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    shippable = {str(path) for path in tracked() if path.parts[0] in ROOMS}
    app = {str(path.relative_to(ROOT)) for path in (ROOT / APP).rglob("*") if path.is_file()}
    assert {f"{APP}index.html", f"{APP}sw.js"} <= app, "run `make tablet`"
    assert shipped == shippable - {"mobile_contract/pyproject.toml"} | app
