"""Raw tables: read only, without secrets, without another authority's rows, and without what an administrator may not
know: above all nothing of a drawn object before its visit.
"""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import pytest
from piccolo.columns import Bytea

from api.desk.admin.table_rights import ACTIONS, masked_columns, table_rights
from api.desk.admin.tables import shown_cell
from api.schema import all_tables
from inspection.draw.tables import DrawTicket
from inspection.kernel.browse import Owner, key_of, readable_columns, window
from inspection.kernel.command import Role
from inspection.kernel.settings import Settings
from inspection.registry.inspectors.tables import Inspector
from inspection.visits.tables import Visit
from tests.api.conftest import Office
from tests.api.desk.conftest import Seat, SitDown
from tests.api.line import TO_THE_TASK, ComeTo
from tests.inspection.publicity.world import insert
from tests.support.statements import statements, writes

TABLES = "/desk/admin/tables"
NAMES = [table._meta.tablename for table in all_tables()]
HIDDEN = [name for name, one in table_rights().items() if not one.read_by(Role.ADMIN)]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False)


@pytest.fixture
async def admin(sit_down: SitDown) -> Seat:
    return await sit_down(Role.ADMIN)


async def everything(admin: Seat) -> dict[str, str]:
    """What the pages of all tables that an administrator may look into say, to their ends."""
    told: dict[str, str] = {}
    for name in sorted(set(NAMES) - set(HIDDEN)):
        page, texts = await admin.read(f"{TABLES}/{name}"), list[str]()
        while True:
            texts.append(page.text)
            onward = [str(one["href"]) for one in page.all("a") if one.get("rel") == "next"]
            if not onward:
                break
            page = await admin.read(onward[0])
        told[name] = "\n".join(texts)
    return told


async def test_the_tables_tell_nothing_of_what_was_drawn(come_to: ComeTo, admin: Seat) -> None:
    walk = await come_to(*TO_THE_TASK)
    before = await everything(admin)
    await walk.draw()
    await walk.post(Role.PLANNER, "/office/visits", {"draw": walk.ids["draw_id"]})
    visits = await Visit.select(Visit.id, Visit.object).order_by(Visit.id)
    tickets = await DrawTicket.select(DrawTicket.id, DrawTicket.object)
    assert visits
    with statements() as sent:
        after = await everything(admin)
        for name in HIDDEN:
            assert "<table" not in (await admin.ask(f"{TABLES}/{name}")).text, name
    assert writes([sql for sql in sent if "estimate" not in sql]) == []
    for name in HIDDEN:
        assert not [sql for sql in sent if re.search(rf'FROM "?{name}"? AS t', sql)], name
    secret = {str(one["id"]) for one in (*visits, *tickets)}
    assert [(name, one) for name, text in after.items() for one in secret if one in text] == []
    drawn = {str(one["object"]) for one in tickets}
    speaks = {name for name, text in after.items() if any(one in text for one in drawn)}
    # Those that speak of objects at all say of the drawn ones what they said before.
    assert "inspection_object" in speaks
    assert {name for name in speaks if before[name] != after[name]} == set()


async def test_no_secret_is_read_and_nothing_is_shown_of_a_table_that_is_not_listed(admin: Seat) -> None:
    for name in ("account", "access_token", "desk_session", "time_code", "system_token", "recovery_code", "passkey"):
        with statements() as sent:
            await admin.read(f"{TABLES}/{name}")
        mine = " ".join(sql for sql in sent if f'FROM "{name}" AS t' in sql)
        assert mine, name
        assert not re.search(r"hash|secret|public_key|credential_id", mine), name
    page = await admin.read(f"{TABLES}/draw_secret")
    assert "监督人员" in page.text
    assert (await admin.ask(f"{TABLES}/sqlite_master")).status_code == 404
    assert (await admin.ask(f"{TABLES}/pg_shadow")).status_code == 404


def test_every_listed_table_is_one_and_bytes_and_secrets_are_masked_everywhere() -> None:
    assert sorted(set(ACTIONS) - set(NAMES)) == []
    for table in all_tables():
        seen = readable_columns(table, masked_columns(table))
        for column in table._meta.columns:
            if isinstance(column, Bytea) or re.search(r"hash|secret|password|token", column._meta.name):
                assert column._meta.name not in seen, (table, column)
    for name in (
        "journal_line",
        "entry",
        "visit",
        "draw",
        "draw_ticket",
        "team_member",
        "blob",
        "remark",
        "draw_secret",
    ):
        assert name in HIDDEN


async def test_another_authoritys_rows_are_not_there(
    admin: Seat, office: Office, found_office: Callable[[str], Awaitable[Office]]
) -> None:
    other = await found_office("second")
    theirs: UUID = await insert(Inspector, authority=other.authority, staff_no="7", name="外单位的人", active=True)
    await insert(Inspector, authority=office.authority, staff_no="7", name="本单位的人", active=True)
    told = await everything(admin)
    assert "本单位的人" in told["inspector"]
    for name, text in told.items():
        for one in (str(other.authority), str(other.unit), str(theirs), "外单位的人", "second.", "planner of second"):
            assert one not in text, (name, one)


async def test_a_table_is_read_window_by_window_by_its_key(db, cmd) -> None:
    ids = []
    for number in range(7):
        told = {
            "code": f"c{number}",
            "name": f"n{number}",
            "short_name": "x" * 30,
            "rule_set": "r",
            "founded_at": cmd.now,
        }
        ids.append(await insert(AUTHORITY, **told))
    ids.sort()
    seen, after = [], None
    while True:
        found = await window(AUTHORITY, ("id", "code"), None, after=after, limit=3)
        seen += [str(row["id"]) for row in found.rows]
        if found.last is None:
            break
        after = key_of(AUTHORITY, str(found.last))
    assert seen == [str(one) for one in ids]
    from_there = await window(AUTHORITY, ("id",), None, first=ids[4], limit=9)
    assert [str(row["id"]) for row in from_there.rows] == [str(one) for one in ids[4:]]
    own = await window(AUTHORITY, ("id",), Owner(("id",), ids[6]), limit=3)
    assert (own.rows, str(own.last)) == ([], str(ids[2]))
    assert key_of(AUTHORITY, "no key") is None
    assert shown_cell("x" * 201) == "x" * 200 + "…"


AUTHORITY = next(table for table in all_tables() if table._meta.tablename == "authority")
