"""Whoever checks can fail: bugs that are planted are found, each by its name."""

import shutil
from pathlib import Path

import pytest

from mobile_contract.push import Verdict
from tests.faults.check import Checker
from tests.faults.kills import kill_cycles
from tests.faults.ledger import BrokenPromise, Ledger
from tests.faults.planted import DAMAGES, EARLY, damage, flip
from tests.faults.stem import Stem
from tests.faults.store import look
from tests.faults.world import World, world


async def test_a_server_that_acknowledges_before_it_commits_is_found_by_a_kill(stem: Stem) -> None:
    async with world("sqlite", stem, seed="early", teams=1, plant=EARLY) as there:
        with pytest.raises(BrokenPromise, match=r"I1: .* is not in the store|I5: "):
            await kill_cycles(there, 1)


async def test_whatever_is_missing_or_altered_in_a_store_is_found_and_named(stem: Stem, tmp_path: Path) -> None:
    async with world("sqlite", stem, seed="damage", teams=1) as there:
        await _at_work(there)
        for name in there.installation.victims:
            there.installation.kill(name)
        leaves = len((await look(there.checker.database)).leaves) - 1
        facts = {**_facts(there), "leaves": leaves}
        found = {}
        for name, (sql, begins) in DAMAGES.items():
            copy = tmp_path / "copy.sqlite3"
            for part in there.installation.data_dir.glob("fieldcheck.sqlite3*"):
                shutil.copy(part, tmp_path / part.name.replace("fieldcheck", "copy"))
            damage(copy, sql, **facts)
            found[name] = await _found(there, f"sqlite:///{copy}")
            assert found[name].startswith(begins), (name, found[name])
            copy.unlink()
        flip(there.installation.data_dir, str(facts["file"]))
        assert "is not what it was" in await _found(there, there.installation.database)


async def _at_work(there: World) -> None:
    """Until there is one of everything that may be damaged."""
    ledger: Ledger = there.ledger
    async with there.fleet as fleet:
        while not (ledger.files and ledger.refused and (await look(there.checker.database)).heads):
            await fleet.progress()
    await there.settle()


def _facts(there: World) -> dict[str, str]:
    """Names of what is there. Only a whole entry of a visit with others is worth damaging."""
    visit, other = sorted(there.founded.audience)[:2]
    accepted = next(
        hash_
        for hash_, one in there.ledger.entries.items()
        if one.visit == visit and one.vseq is not None and one.verdicts & {Verdict.ACCEPTED, Verdict.FLAGGED}
    )
    file = min(there.ledger.files)
    return {"accepted": accepted, "visit": str(visit), "other": str(other), "file": file}


async def _found(there: World, database: str) -> str:
    checker = Checker(there.ledger, database, there.installation.data_dir, there.founded.audience)
    try:
        await checker.check()
    except BrokenPromise as broken:
        return str(broken)
    return "nothing"
