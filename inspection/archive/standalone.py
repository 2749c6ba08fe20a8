"""The verifier of dossiers and evidence as one file: its own modules and nothing else of the system."""

from functools import cache
from importlib import resources
from typing import Final

from inspection.draw.told.standalone import archived

MAIN: Final = "import sys\n\nfrom inspection.archive.program import main\n\nsys.exit(main())\n"
MODULES: Final = {
    "inspection.archive": (
        *(
            "container",
            "custody_checks",
            "entry_checks",
            "follow_up_checks",
            "log_checks",
            "objection_checks",
            "program",
            "reading",
            "sentences",
        ),
        *("signatures", "story_checks", "verdict", "verify"),
    ),
    "inspection.archive.custody": ("acts", "evidence"),
    "inspection.draw.verify": (),
    "inspection.kernel": ("timestamping",),
    "mobile_contract": ("merkle",),
}
"""By package, the modules that belong to it; none named: all."""


@cache
def verifier() -> bytes:
    """A zip application; the same code gives the same bytes."""
    files = {"__main__.py": MAIN.encode()}
    for package, names in MODULES.items():
        parts = package.split(".")
        files |= {"/".join([*parts[:depth], "__init__.py"]): b"" for depth in range(1, len(parts) + 1)}
        for file in resources.files(package).iterdir():
            module = file.name.removesuffix(".py")
            if module != file.name and (module in names or not names):
                files[f"{package.replace('.', '/')}/{file.name}"] = file.read_bytes()
    return b"#!/usr/bin/env python3\n" + archived(files)
