"""All that is published, as files for machines."""

import csv
import io

import httpx
import pytest

from inspection.publicity import open_data
from inspection.publicity.open_data import COLUMNS
from tests.api.public.conftest import Press
from tests.inspection.publicity.world import World


def table(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def test_every_result_is_one_line_in_the_version_in_force_over_all_pages(
    client: httpx.AsyncClient, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_data, "PAGE", 2)
    numbers = [(await press.publish(object_name=f"公司{n}"))[1] for n in range(5)]
    rows = table(await client.get("/public/results.csv"))
    assert tuple(rows[0]) == COLUMNS
    assert sorted(row["公示编号"] for row in rows) == numbers
    one = await client.get(f"/public/results/{numbers[0]}.json")
    (row,) = [row for row in rows if row["公示编号"] == numbers[0]]
    assert row["SHA-256"] == one.headers["x-content-sha256"]
    assert (row["企业名称"], row["检查结果"], row["版本"]) == ("公司0", "未发现问题", "1")


async def test_names_that_look_like_formulas_stay_names(client: httpx.AsyncClient, press: Press) -> None:
    await press.publish(object_name="=1+1,“有限”公司")
    (row,) = table(await client.get("/public/results.csv"))
    assert row["企业名称"] == "'=1+1,“有限”公司"


async def test_the_tables_of_lives_name_each_business_once_and_each_problem(
    client: httpx.AsyncClient, press: Press
) -> None:
    good, _ = await press.publish(object_name="甲公司")
    bad, _ = await press.publish(object_name="乙公司", codes='["rectified"]')
    businesses = table(await client.get("/public/lives/businesses"))
    assert {row["business_id"]: row["name"] for row in businesses} == {
        good.object_code: "甲公司",
        bad.object_code: "乙公司",
    }
    inspections = {row["business_id"]: row for row in table(await client.get("/public/lives/inspections"))}
    assert (inspections[good.object_code]["result"], inspections[bad.object_code]["result"]) == ("pass", "fail")
    assert {row["score"] for row in inspections.values()} == {""}
    (problem,) = table(await client.get("/public/lives/violations"))
    assert (problem["business_id"], problem["date"], problem["code"]) == (bad.object_code, "20260302", "rectified")
    assert (await client.get("/public/lives/scores")).status_code in {400, 404, 422}


async def test_what_did_not_change_is_not_sent_again_and_what_did_is(client: httpx.AsyncClient, press: Press) -> None:
    await press.publish(object_name="甲公司")
    etag = (await client.get("/public/results.csv")).headers["etag"]
    again = await client.get("/public/results.csv", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    await press.publish(object_name="乙公司")
    assert (await client.get("/public/results.csv", headers={"If-None-Match": etag})).status_code == 200


async def test_before_anything_is_published_there_are_heads_and_no_lines(
    client: httpx.AsyncClient, world: World
) -> None:
    for address in ("results.csv", "lives/businesses", "lives/inspections", "lives/violations"):
        assert table(await client.get(f"/public/{address}")) == []
