"""The verifier as one file for a stranger's own machine: `python verify.pyz BUNDLE.zip`, nothing to install."""

import io
import zipfile
from functools import cache
from importlib import resources

PACKAGE = "inspection.draw.verify"
MAIN = "import sys\n\nfrom inspection.draw.verify.__main__ import main\n\nsys.exit(main())\n"
# One fixed instant, so that the same code always gives the same bytes.
WRITTEN = (1980, 1, 1, 0, 0, 0)


@cache
def verifier() -> bytes:
    """A zip application with the verifier's own files and nothing else of the system."""
    files = {"__main__.py": MAIN.encode(), "inspection/__init__.py": b"", "inspection/draw/__init__.py": b""}
    for file in resources.files(PACKAGE).iterdir():
        if file.name.endswith(".py"):
            files[f"{PACKAGE.replace('.', '/')}/{file.name}"] = file.read_bytes()
    return b"#!/usr/bin/env python3\n" + archived(files)


def archived(files: dict[str, bytes]) -> bytes:
    """A ZIP archive of `files`, the same bytes for the same content."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, WRITTEN), files[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
