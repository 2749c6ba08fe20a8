"""What had its time goes, by a rule that has a name; what is younger, given up, or evidence, stays."""

import json
import os
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cli.main import main as fieldcheck
from api.retention import REMOVERS
from inspection.archive.retention import approve_term, ask_term, files_of, run_out, term_in_force
from inspection.archive.tables import CustodyAct, Dossier, DossierVolume
from inspection.authority.tables import AccessToken, Account, RecoveryCode
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, read
from inspection.kernel.retention.rules import Ground, Rule, in_force, shipped_rules
from inspection.kernel.retention.run import due, retain, retain_daily
from inspection.kernel.work.tables import WorkItem
from media.vault import open_vault
from sync.tables import EnrolmentCode
from tests.conftest import NOW, MakeCommand
from tests.inspection.publicity.world import insert
from tests.sync.world import World, build_world

OLD, YOUNG = NOW - timedelta(days=31), NOW - timedelta(days=29)
DAYS = st.dates(date(2026, 1, 1), date(2027, 1, 1))

RULES = st.builds(
    Rule, name=st.sampled_from("ab"), since=DAYS, days=st.integers(1, 9), ground=st.just(Ground(zh="x", en="x"))
)


@given(st.lists(RULES), DAYS)
def test_of_each_name_the_rule_rules_whose_day_came_last(rules: list[Rule], day: date) -> None:
    held = in_force(rules, day)
    for name in "ab":
        begun = [one.since for one in rules if one.name == name and one.since <= day]
        assert (name in held) == bool(begun)
        assert not begun or held[name].since == max(begun)


def test_every_rule_has_somebody_who_removes_and_nobody_removes_without_a_rule() -> None:
    assert {one.name for one in shipped_rules()} == set(REMOVERS)


async def _aged(authority: UUID, inspector: UUID, at: datetime) -> dict[str, list[UUID]]:
    account = await insert(Account, authority=authority, username=f"u{at}")
    job = {"done_at": at, "dead": False, "stream": f"s{at}"}
    code = {"authority": authority, "inspector": inspector, "expires_at": at}
    tokens = {"account": account, "expires_at": at}
    return {
        "jobs": [await insert(WorkItem, **job)],
        "tokens": [
            await insert(AccessToken, **tokens),
            await insert(AccessToken, account=account, expires_at=NOW + timedelta(days=9), revoked_at=at),
        ],
        "recovery-codes": [await insert(RecoveryCode, account=account, used_at=at)],
        "enrolment-codes": [await insert(EnrolmentCode, **code)],
    }


TABLES = {"jobs": WorkItem, "tokens": AccessToken, "recovery-codes": RecoveryCode, "enrolment-codes": EnrolmentCode}


async def test_what_had_its_time_goes_and_what_is_younger_or_not_named_stays(
    db: Engine, cmd: Command, tmp_path: Path
) -> None:
    world: World = await build_world()
    old = await _aged(world.authority, world.inspectors[0], OLD)
    await _aged(world.authority, world.inspectors[0], YOUNG)
    # Given up, a tablet's token that tells when it was heard of, and a code that was used.
    stays = {
        "jobs": await insert(WorkItem, dead=True, stream="x"),
        "tokens": await insert(AccessToken, device=world.object, expires_at=OLD),
        "enrolment-codes": await insert(
            EnrolmentCode, authority=world.authority, inspector=world.inspectors[0], expires_at=OLD, used_at=OLD
        ),
    }
    async with open_vault(tmp_path / "media") as vault:
        place = vault.disk.derived_path("a" * 64, "thumb")
        for path, days in ((place, 181), (place.with_name(f"{'b' * 64}.thumb"), 179)):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"copy")
            at = (NOW - timedelta(days=days)).timestamp()
            os.utime(path, (at, at))
        counts = {one.rule.name: one.count for one in await due(NOW, REMOVERS)}
        assert counts == {"jobs": 1, "tokens": 2, "recovery-codes": 1, "enrolment-codes": 1, "copies": 1}
        assert await retain(cmd, REMOVERS) == counts
        assert [path.name[0] for path in place.parent.iterdir()] == ["b"]
        assert {one.count for one in await due(NOW, REMOVERS)} == {0}
        for name, table in TABLES.items():
            left = {row["id"] for row in await table.select(table.id)}
            assert left.isdisjoint(old[name])
            assert len(left) >= len(old[name]) + (name in stays)
            assert stays.get(name) in {None, *left}
        (line,) = await read("retention")
        assert line.payload["rules"]["tokens"] == {"removed": 2, "days": 30, "since": "2026-01-01"}


async def test_it_runs_once_a_local_day(db: Engine, cmd: Command, tmp_path: Path) -> None:
    async with open_vault(tmp_path / "media"):
        for hours in (0, 1, 14, 15, 24 + 15):  # 9:00 in Beijing, so that 15 hours later it is the next day
            await retain_daily(replace(cmd, now=NOW + timedelta(hours=hours)), REMOVERS)
    assert [line.kind for line in await read("retention")] == [EventKind.RETENTION_RAN] * 3


async def test_years_of_dossiers_are_set_by_two_persons_and_until_then_nothing_has_run_out(
    db: Engine, make_cmd: MakeCommand
) -> None:
    world = await build_world()
    admin, approver = make_cmd(Role.ADMIN, authority=world.authority), make_cmd(Role.APPROVER, name="审批")
    sealed = {"authority": world.authority, "manifest": "{}"}
    other = await world.add_visit()
    first = await insert(Dossier, visit=world.visit, sealed_at=NOW - timedelta(days=4000), digest="1" * 64, **sealed)
    young = await insert(Dossier, visit=other, sealed_at=NOW - timedelta(days=4000), digest="2" * 64, **sealed)
    volume = {"dossier": young, "visit": other, "follows": "2" * 64, "volume": 2, **sealed}
    await insert(DossierVolume, sealed_at=NOW - timedelta(days=300), digest="3" * 64, **volume)
    for visit, digest in ((world.visit, "a" * 64), (world.visit, "b" * 64), (other, "b" * 64)):
        await insert(CustodyAct, visit=visit, digest=digest, key=f"{visit}{digest}"[-64:])
    assert await run_out(world.authority, NOW) == []
    for years, ground in ((2, "x"), (101, "x"), (10, " ")):
        with pytest.raises(Invalid):
            await ask_term(admin, authority=world.authority, years=years, ground=ground)
    asked = await ask_term(admin, authority=world.authority, years=10, ground="档案管理办法第十条")
    assert await term_in_force(world.authority) is None
    for nobody in (admin, replace(approver, actor=replace(approver.actor, id=admin.actor.id))):
        with pytest.raises(Refused):
            await approve_term(nobody, authority=world.authority, term=asked.id)
    with pytest.raises(NotFound):
        await approve_term(approver, authority=first, term=asked.id)
    await approve_term(approver, authority=world.authority, term=asked.id)
    with pytest.raises(Conflict):
        await approve_term(approver, authority=world.authority, term=asked.id)
    (found,) = await run_out(world.authority, NOW)
    assert found.visit == world.visit
    # A file that another visit needs as well is not among those of this one.
    assert await files_of(found.visit) == {"a" * 64}
    again = await ask_term(
        replace(admin, now=NOW + timedelta(days=1)), authority=world.authority, years=30, ground="新"
    )
    await approve_term(replace(approver, now=NOW + timedelta(days=1)), authority=world.authority, term=again.id)
    assert await run_out(world.authority, NOW + timedelta(days=1)) == []
    kinds = [line.kind for line in await read(f"authority:{world.authority}")]
    assert kinds == [EventKind.RETENTION_TERM_ASKED, EventKind.RETENTION_TERM_SET] * 2


def test_the_command_only_says_what_would_go(
    sqlite_template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fieldcheck.sqlite3").write_bytes(sqlite_template.read_bytes())
    fieldcheck(["--json", "--data-dir", str(tmp_path), "retention"], standalone_mode=False)
    told = json.loads(capsys.readouterr().out)
    assert {one["rule"]: one["count"] for one in told} == dict.fromkeys(REMOVERS, 0)
