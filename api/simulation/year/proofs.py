"""What can be verified at the end of a year: the chains of the journal, every draw, every dossier."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from api.simulation.check import Custody, compare
from api.simulation.year.world import Year
from inspection.archive.verify import verify_dossier
from inspection.draw.verify import verify_public
from inspection.draw.verify.files import Archive
from inspection.kernel.journal import verify
from inspection.kernel.journal.store import streams

PURPOSE = "年终核验"


@dataclass(frozen=True, slots=True)
class Proofs:
    """What was verified; `wrong` names what does not hold. `journal`: SHA-256 (hex) over the heads of all streams."""

    streams: int
    lines: int
    draws: int
    dossiers: int
    custody: Custody
    wrong: tuple[str, ...]
    journal: str

    @property
    def good(self) -> bool:
        return not self.wrong and self.custody.whole


async def prove(year: Year) -> Proofs:
    """Verify everything that a stranger could verify, and compare the tablets with the store."""
    wrong: list[str] = []
    with TemporaryDirectory() as folder:
        for name, draw in year.draws.items():
            bundle = await year.office.file("supervisor", "GET", f"/office/draws/{draw}/bundle?purpose=年终核查")
            wrong += _draw(Path(folder) / "draw.zip", name, bundle)
        for number in year.dossiers:
            sealed = await year.office.file("supervisor", "GET", f"/office/dossiers/{number}/bundle?purpose={PURPOSE}")
            wrong += _dossier(Path(folder) / "dossier.zip", number, sealed)
    names, lines, digest = await streams(), 0, sha256()
    for name in names:
        report = await verify(name)
        lines += report.length
        digest.update(f"{name} {report.head.hex()}\n".encode())
        wrong += [] if report.ok else [f"journal {name} at {report.broken_at}"]
    custody = await compare(year.tablets.all)
    return Proofs(len(names), lines, len(year.draws), len(year.dossiers), custody, tuple(wrong), digest.hexdigest())


def _draw(path: Path, name: str, bundle: bytes) -> list[str]:
    path.write_bytes(bundle)
    checks = verify_public(Archive(path))
    return [f"draw {name}: {check.code}" for check in checks if not check.ok]


def _dossier(path: Path, number: str, sealed: bytes) -> list[str]:
    path.write_bytes(sealed)
    return [f"dossier {number}: {json.dumps(one.name)}" for one in verify_dossier(path) if not one.ok]
