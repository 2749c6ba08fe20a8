"""The search among objects finds exactly what a plain filter finds, on both engines, whatever was written before."""

import json
import shutil
import sqlite3
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.schema import all_tables
from inspection.authority.found import found_authority
from inspection.kernel.catalogue import text
from inspection.kernel.command import Command
from inspection.kernel.database import current_engine, open_engine, running
from inspection.kernel.errors import Invalid
from inspection.kernel.search_words import search_text
from inspection.kernel.sql import bulk_insert, bulk_update
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.objects import search
from inspection.registry.objects.rows import ObjectKind, ObjectStatus
from inspection.registry.objects.search import search_objects
from inspection.registry.objects.store import ObjectQuery
from inspection.registry.objects.tables import InspectionObject, RegisterEntry, SpecialRegister
from tests.conftest import NOW

LETTERS = "威海市合成贸易有限公司（）()ＡａBb'\"\\%_ 　&|!:*-Éßㄱ﷼🏭𠀀\u200b"
names = st.text(alphabet=LETTERS, min_size=1, max_size=12).filter(search_text)


def row(authority: UUID, number: int, name: str, **facts: object) -> dict[str, object]:
    return {
        "id": UUID(int=number + 1),
        "authority": authority,
        "code": f"9137{number:014d}",
        "code_kind": "uscc",
        "name": name,
        "name_search": search_text(name)[:300],
        "kind": "enterprise",
        "trades": "[]",
        "area": None,
        "credit_grade": None,
        "status": "active",
        "warnings": "[]",
        "synthetic": True,
        "digest": "0" * 64,
        "imported_at": NOW,
        **facts,
    }


async def stored(rows: list[dict[str, object]]) -> None:
    async with unit_of_work():
        await bulk_insert(InspectionObject, rows)


async def founded(cmd: Command, code: str = "commerce") -> UUID:
    row = await found_authority(cmd, code=code, name="商务局", short_name="商务", rule_set="weihai-jingkai-commerce")
    return row.id


async def codes(authority: UUID, **query: object) -> list[str]:
    return [found.code for found in await search_objects(authority, ObjectQuery(**{"limit": 10_000, **query}))]


@pytest.fixture(params=["by walking", "by words", "shelf by shelf"])
def course(request, monkeypatch) -> str:
    """Lets small registers be searched in each of the ways in which large ones are."""
    if request.param != "by walking":
        monkeypatch.setattr(search, "STEPS", 1)
    if request.param == "shelf by shelf":
        monkeypatch.setattr(search, "MOST", 0)
    return request.param


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_a_fragment_finds_the_objects_whose_name_contains_it_and_no_others(db, cmd, course, data) -> None:
    authority = await founded_once(cmd)
    async with unit_of_work():
        await InspectionObject.delete(force=True)
    first = data.draw(st.lists(names, min_size=1, max_size=8))
    await stored([row(authority, number, name) for number, name in enumerate(first)])
    second = data.draw(st.lists(names, min_size=len(first), max_size=len(first)))
    renamed = {number for number in range(len(first)) if data.draw(st.booleans())}
    async with unit_of_work():
        await bulk_update(
            InspectionObject,
            [
                {"id": UUID(int=number + 1), "name": second[number], "name_search": search_text(second[number])}
                for number in sorted(renamed)
            ],
        )
    told = [second[number] if number in renamed else name for number, name in enumerate(first)]
    fragment = data.draw(st.one_of(names, st.sampled_from(told).map(lambda name: name[:2]).filter(search_text)))
    expected = [f"9137{n:014d}" for n, name in enumerate(told) if search_text(fragment) in search_text(name)]
    assert await codes(authority, name=fragment) == expected


async def founded_once(cmd) -> UUID:
    rows = await InspectionObject.raw("SELECT id FROM authority LIMIT 1")
    return UUID(str(rows[0]["id"])) if rows else await founded(cmd)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_conditions_together_find_what_satisfies_all_of_them(db, cmd, course, data) -> None:
    authority = await founded_once(cmd)
    async with unit_of_work():
        await InspectionObject.delete(force=True)
    facts = st.fixed_dictionaries(
        {
            "area": st.sampled_from([None, "东堤街道", "Area 51", "西埠 街道"]),
            "trades": st.sampled_from(["[]", '["二手车"]', '["二手车","家庭 服务"]', '["家庭 服务","a\\"b"]']),
            "credit_grade": st.sampled_from([None, "A", "D"]),
            "kind": st.sampled_from(["enterprise", "individual"]),
            "status": st.sampled_from(["active", "cancelled"]),
            "name": st.sampled_from(["合成一号公司", "合成二号商店", "合成一号商店"]),
        }
    )
    drawn = data.draw(st.lists(facts, min_size=1, max_size=10))
    rows = [row(authority, number, **one) for number, one in enumerate(drawn)]
    for number, one in enumerate(rows):  # three shelves
        one["code"] = f"{data.draw(st.sampled_from(['91370000', '92370000', '1137']))}MA{number:08d}"
        one["name_search"] = search_text(str(one["name"]))
    await stored(rows)
    tag = data.draw(st.sampled_from([None, "二手车", "家庭 服务", 'a"b', ",", "二手"]))
    query = {
        "name": data.draw(st.sampled_from([None, "一号", "商", "合成"])),
        "area": data.draw(st.sampled_from([None, "东堤街道", "Area 51", "西埠 街道"])),
        "credit_grade": data.draw(st.sampled_from([None, "A"])),
        "kind": data.draw(st.sampled_from([None, ObjectKind.INDIVIDUAL])),
        "status": data.draw(st.sampled_from([None, ObjectStatus.ACTIVE])),
        "code": data.draw(st.sampled_from([None, "9", "91370000", "11", "92370000ma0"])),
    }
    wanted = sorted(
        str(one["code"])
        for one in rows
        if (query["name"] or "") in str(one["name"])
        and all(query[field] in (None, one[field]) for field in ("area", "credit_grade", "kind", "status"))
        and str(one["code"]).startswith((query["code"] or "").upper())
        and (tag is None or tag in trades_of(one))
    )
    assert await codes(authority, tag=tag, **query) == wanted


def trades_of(one: dict[str, object]) -> list[str]:
    return list(json.loads(str(one["trades"])))


async def test_pages_put_together_are_the_whole_answer(db, cmd, course) -> None:
    authority = await founded(cmd)
    rows = [row(authority, number, f"合成{number % 3}号") for number in range(40)]
    for number, one in enumerate(rows):
        one["code"] = f"{91 + number % 3}3700{number % 2}0MA{number:08d}"
    await stored(rows)
    query = ObjectQuery(name="1号", limit=3)
    pages, after = [], None
    while page := [found.code for found in await search_objects(authority, replace(query, after=after))]:
        assert len(page) <= 3
        pages += page
        after = page[-1]
    assert pages == sorted(str(one["code"]) for one in rows if "1号" in str(one["name"]))
    assert all(left < right for left, right in pairwise(pages))


async def test_a_tag_finds_trades_and_the_standing_entries_of_special_registers(db, cmd, course) -> None:
    authority = await founded(cmd)
    rows = [row(authority, number, f"合成{number}号") for number in range(6)]
    rows[0]["trades"] = '["加油站"]'
    await stored(rows)
    register = {"id": UUID(int=900), "authority": authority, "sort": "register", "name": "加油站", "at": NOW}
    entry = {"register": UUID(int=900), "licence_no": "", "at": NOW, "by_name": "管理员", "removed_on": None}
    entries = [
        {"id": UUID(int=901 + place), "object": rows[number]["id"], "code": rows[number]["code"], **entry}
        for place, number in enumerate((2, 3, 5))
    ]
    entries.append({**entries[1], "id": UUID(int=950), "licence_no": "第二证"})
    entries[2]["removed_on"] = NOW.date()
    async with unit_of_work():
        await bulk_insert(SpecialRegister, [register])
        await bulk_insert(RegisterEntry, entries)
    assert await codes(authority, tag="加油站") == [rows[number]["code"] for number in (0, 2, 3)]
    assert await codes(authority, tag="加油站", name="3号") == [rows[3]["code"]]
    assert await codes(authority, tag="加油站", limit=2) == [rows[number]["code"] for number in (0, 2)]
    assert await codes(authority, tag="加油") == []


async def test_an_authority_never_finds_the_objects_of_another(db, cmd, course) -> None:
    one, other = await founded(cmd), await founded(cmd, code="other")
    await stored([row(one, 1, "合成一号"), row(other, 2, "合成一号")])
    assert await codes(one, name="一号") == [row(one, 1, "")["code"]]


async def test_width_case_and_spaces_do_not_matter(db, cmd, course) -> None:
    authority = await founded(cmd)
    await stored([row(authority, 1, "ＡＢＣ（合成） 公司"), row(authority, 2, "合成商店")])
    for fragment in ("abc(合成)公司", "ＡBc", "成）公", "（合 成）"):
        assert len(await codes(authority, name=fragment)) == 1, fragment


async def test_names_change_through_any_writer_and_the_search_follows(db, cmd, course) -> None:
    authority = await founded(cmd)
    await stored([row(authority, 1, "合成旧名公司")])
    await InspectionObject.update({InspectionObject.name_search: "合成新名公司"}).where(
        InspectionObject.name == "合成旧名公司"
    )
    assert (await codes(authority, name="旧名"), len(await codes(authority, name="新名"))) == ([], 1)
    await InspectionObject.delete(force=True)
    assert await codes(authority, name="新名") == []


@pytest.mark.parametrize("field", ["name", "code", "area", "tag"])
async def test_a_search_for_control_characters_or_too_much_is_refused_in_two_languages(db, cmd, field) -> None:
    authority = await founded(cmd)
    for value, key in (
        ("a\x00b", "registry.search_characters"),
        ("\ud800", "registry.search_characters"),
        ("长" * 101, "registry.search_too_long"),
    ):
        with pytest.raises(Invalid) as refused:
            await codes(authority, **{field: value})
        assert refused.value.message_key == key
        assert field in text(key, "zh_CN", **refused.value.facts)
        assert field in text(key, "en", **refused.value.facts)


@pytest.mark.parametrize("field", ["name", "code"])
async def test_a_search_for_nothing_but_spaces_is_refused(db, cmd, field) -> None:
    with pytest.raises(Invalid, match="search_characters"):
        await codes(await founded(cmd), **{field: " 　"})


async def test_a_vacuumed_sqlite_file_and_its_copy_are_searched_as_before(
    sqlite_template, tmp_path, cmd, monkeypatch
) -> None:
    """VACUUM may renumber the rows of a table; not of one with an index, which the index of words relies on."""
    monkeypatch.setattr(search, "STEPS", 1)
    here, copy = tmp_path / "a.sqlite3", tmp_path / "b.sqlite3"
    shutil.copy(sqlite_template, here)
    async with running(open_engine(f"sqlite:///{here}"), all_tables()):
        authority = await founded(cmd)
        await stored([row(authority, number, f"合成{number}号") for number in range(9)])
        await InspectionObject.delete().where(InspectionObject.name == "合成3号")
        before = await codes(authority, name="号"), await codes(authority, name="7号")
        await current_engine().writer.execute("VACUUM")
        assert (await codes(authority, name="号"), await codes(authority, name="7号")) == before
        await current_engine().writer.execute(f"VACUUM INTO '{copy}'")
    async with running(open_engine(f"sqlite:///{copy}"), all_tables()):
        assert (await codes(authority, name="号"), await codes(authority, name="7号")) == before


def test_a_program_without_our_function_cannot_write_past_the_index(sqlite_template, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "a.sqlite3")
    connection = sqlite3.connect(tmp_path / "a.sqlite3")
    with pytest.raises(sqlite3.OperationalError, match="search_words"):
        connection.execute("INSERT INTO inspection_object (id, name_search, code, trades) VALUES ('1', 'a', 'b', '[]')")
    connection.close()
