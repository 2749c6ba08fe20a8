"""The item list and its checklists over HTTP: published strictly, told in time, bad input refused in both languages."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from inspection.kernel.command import Role
from inspection.registry.items.checklist_files import LARGEST, parse_checklist
from inspection.registry.items.seed_list import seed_checklists, seed_items
from inspection.registry.items.xlsform.write import xlsform_of
from tests.inspection.registry.items.lists import provincial

SignedIn = Callable[[Role], Awaitable[dict[str, str]]]
CSV, BYTES = {"Content-Type": "text/csv"}, {"Content-Type": "application/octet-stream"}
HERE = "/office/registry"


async def take(client: httpx.AsyncClient, headers: dict[str, str], data: bytes) -> None:
    answer = await client.post(f"{HERE}/imports/items?name=清单.csv", content=data, headers=headers | CSV)
    assert (answer.status_code, answer.json()["counts"]["rejected"]) == (201, 0), answer.text


async def take_seed(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    facts = [checklist.model_dump(mode="json") for checklist in seed_checklists()]
    body = {"name": "清单.csv", "table": seed_items().decode("utf-8-sig"), "checklists": facts}
    answer = await client.post(f"{HERE}/item-list", json=body, headers=headers)
    assert answer.json()["counts"]["added"] == 5, answer.text


async def test_an_unfit_list_is_refused_with_every_finding_in_both_languages(
    client: httpx.AsyncClient, signed_in: SignedIn
) -> None:
    await take(client, await signed_in(Role.PLANNER), provincial())
    approver = await signed_in(Role.APPROVER)
    told = {}
    for lang in ("zh-CN", "en"):
        answer = await client.post(f"{HERE}/items/publication", headers=approver | {"Accept-Language": lang})
        assert (answer.status_code, answer.json()["code"]) == (422, "refused")
        told[lang] = answer.json()
    assert "不得公布" in told["zh-CN"]["detail"]
    assert "may not be published" in told["en"]["detail"]
    assert len(told["en"]["findings"]) == told["en"]["count"] > 5
    published = await client.get(f"{HERE}/items/published", headers=approver)
    assert published.json() == []


async def test_named_items_become_public_from_a_day_and_the_list_of_each_day_can_be_read(
    client: httpx.AsyncClient, signed_in: SignedIn
) -> None:
    await take_seed(client, await signed_in(Role.PLANNER))
    approver = await signed_in(Role.APPROVER)
    body = {"codes": ["SW01", "SW02"], "effective_from": "2999-01-01"}
    answer = await client.post(f"{HERE}/items/publication", json=body, headers=approver)
    assert [item["code"] for item in answer.json()] == ["SW01", "SW02"]

    async def on(day: str) -> list[str]:
        found = await client.get(f"{HERE}/items/published", params={"on": day}, headers=approver)
        return [item["code"] for item in found.json()]

    assert await on("2998-12-31") == []
    assert await on("2999-01-01") == ["SW01", "SW02"]
    params = {"since": "2998-12-31", "until": "2999-01-01"}
    changed = (await client.get(f"{HERE}/items/changes", params=params, headers=approver)).json()
    assert [item["code"] for item in changed["added"]] == ["SW01", "SW02"]


async def test_an_item_is_withdrawn_with_a_reason_and_stays_in_its_history(
    client: httpx.AsyncClient, signed_in: SignedIn
) -> None:
    await take_seed(client, await signed_in(Role.PLANNER))
    approver = await signed_in(Role.APPROVER)
    await client.post(f"{HERE}/items/publication", headers=approver)
    gone = await client.post(f"{HERE}/items/SW03/withdrawal", json={"reason": "依据废止"}, headers=approver)
    assert (gone.status_code, gone.json()["withdrawn_reason"]) == (200, "依据废止")
    assert len((await client.get(f"{HERE}/items/published", headers=approver)).json()) == 4
    (version,) = (await client.get(f"{HERE}/items/SW03/versions", headers=approver)).json()
    assert version["item"]["imported_by"]
    assert version["item"]["published_by"]
    assert version["last_day"] < version["item"]["withdrawn_on"]


BAD: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("POST", "items/publication", {"codes": []}, 422, "invalid"),
    ("POST", "items/publication", {"codes": ["没有"]}, 404, "item-unknown"),
    ("POST", "items/publication", {"effective_from": "2000-01-01"}, 422, "invalid"),
    ("POST", "items/publication", {"effective_from": "明天"}, 422, "invalid"),
    ("POST", "items/publication", {"all": True}, 422, "invalid"),
    ("POST", "items/SW03/withdrawal", {}, 422, "invalid"),
    ("POST", "items/SW03/withdrawal", {"reason": " "}, 422, "invalid"),
    ("POST", "items/SW03/withdrawal", {"reason": "长" * 2001}, 422, "invalid"),
    ("POST", "items/SW03/withdrawal", {"reason": "误录", "on": "2000-01-01"}, 422, "invalid"),
    ("POST", "items/SW03/withdrawal", {"reason": "误录"}, 409, "conflict"),
    ("POST", "items/ZZ/withdrawal", {"reason": "误录"}, 404, "item-unknown"),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "code"), BAD)
async def test_a_bad_request_is_told_in_both_languages_and_changes_nothing(
    client: httpx.AsyncClient, signed_in: SignedIn, method: str, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    await take_seed(client, await signed_in(Role.PLANNER))
    approver = await signed_in(Role.APPROVER)
    details = set()
    for lang in ("zh-CN", "en"):
        answer = await client.request(method, f"{HERE}/{path}", json=body, headers=approver | {"Accept-Language": lang})
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        details.add(answer.json()["detail"])
    assert len(details) == 2
    assert (await client.get(f"{HERE}/items/published", headers=approver)).json() == []


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("items/published?on=gestern", 422, "invalid"),
        ("items/changes?since=2026-01-01", 422, "invalid"),
        ("items/ZZ/versions", 404, "item-unknown"),
        ("checklists/ZZ/1", 404, "checklist-unknown"),
        ("checklists/SW01-YD/999999", 404, "checklist-unknown"),
        ("checklists/SW01-YD/99999999999999", 422, "invalid"),
        ("checklists/SW01-YD/0/xlsform", 422, "invalid"),
    ],
)
async def test_what_is_not_there_is_a_problem(
    client: httpx.AsyncClient, signed_in: SignedIn, path: str, status: int, code: str
) -> None:
    answer = await client.get(f"{HERE}/{path}", headers=await signed_in(Role.PLANNER))
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_the_statistics_are_told_in_the_callers_language(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    planner = await signed_in(Role.PLANNER)
    await take_seed(client, planner)
    told = (await client.get(f"{HERE}/items/statistics", headers=planner)).json()
    assert (told["total"], told["key"], told["general"]) == (5, 1, 4)
    assert told["key_share"] == "20%"
    assert told["highest"][0]["code"] == "SW03"


@pytest.mark.parametrize("suffix", ["xlsx", "json"])
async def test_a_checklist_is_released_from_a_file_and_read_again(
    client: httpx.AsyncClient, signed_in: SignedIn, suffix: str
) -> None:
    planner, checklist = await signed_in(Role.PLANNER), seed_checklists()[0]
    data = xlsform_of(checklist) if suffix == "xlsx" else checklist.model_dump_json().encode()
    for _ in range(2):  # the second time it is there already
        answer = await client.post(f"{HERE}/checklists?name=表.{suffix}", content=data, headers=planner | BYTES)
        assert (answer.status_code, answer.json()["digest"]) == (201, checklist.digest()), answer.text
    listed = (await client.get(f"{HERE}/checklists", headers=planner)).json()
    assert [(row["code"], row["version"], row["points"]) for row in listed] == [("SW01-YD", 1, len(checklist.items))]
    one = (await client.get(f"{HERE}/checklists/SW01-YD/1", headers=planner)).json()
    assert one["checklist"] == checklist.model_dump(mode="json")
    form = await client.get(f"{HERE}/checklists/SW01-YD/1/xlsform", headers=planner)
    assert parse_checklist("a.xlsx", form.content) == checklist


@pytest.mark.parametrize(
    ("name", "data", "status", "code"),
    [
        ("a.toml", b"code = ", 422, "import-unreadable"),
        ("a.json", b'{"code": "A"}', 422, "import-unreadable"),
        ("a.xlsx", b"PK\x03\x04", 422, "import-unreadable"),
    ],
)
async def test_a_checklist_that_cannot_be_read_is_refused(
    client: httpx.AsyncClient, signed_in: SignedIn, name: str, data: bytes, status: int, code: str
) -> None:
    planner = await signed_in(Role.PLANNER)
    details = set()
    for lang in ("zh-CN", "en"):
        headers = planner | BYTES | {"Accept-Language": lang}
        answer = await client.post(f"{HERE}/checklists?name={name}", content=data, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        details.add(answer.json()["detail"])
    assert len(details) == 2
    assert (await client.get(f"{HERE}/checklists", headers=planner)).json() == []


async def test_a_checklist_of_another_kind_or_size_is_refused(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    planner = await signed_in(Role.PLANNER)
    html = await client.post(
        f"{HERE}/checklists?name=a.toml", content=b"x", headers=planner | {"Content-Type": "text/html"}
    )
    assert html.status_code == 415
    large = planner | BYTES | {"Content-Length": str(LARGEST + 1)}
    assert (await client.post(f"{HERE}/checklists?name=a.toml", content=b"x", headers=large)).status_code == 413


async def test_a_released_checklist_with_other_content_is_a_conflict(
    client: httpx.AsyncClient, signed_in: SignedIn
) -> None:
    planner, checklist = await signed_in(Role.PLANNER), seed_checklists()[0]
    other = checklist.model_copy(update={"source": "另一来源"})
    for one, status in ((checklist, 201), (other, 409)):
        body = one.model_dump_json().encode()
        answer = await client.post(f"{HERE}/checklists?name=a.json", content=body, headers=planner | BYTES)
        assert answer.status_code == status


async def test_the_public_reads_the_list_of_a_day_and_the_history_of_an_item_without_names_of_staff(
    client: httpx.AsyncClient, signed_in: SignedIn
) -> None:
    await take_seed(client, await signed_in(Role.PLANNER))
    approver = await signed_in(Role.APPROVER)
    await client.post(f"{HERE}/items/publication", headers=approver)
    await client.post(f"{HERE}/items/SW03/withdrawal", json={"reason": "依据废止"}, headers=approver)
    (group,) = (await client.get("/public/items.json")).json()["authorities"]
    assert [item["code"] for item in group["items"]] == ["SW01", "SW02", "SW04", "SW05"]
    assert group["items"][0]["version"] == "1"
    assert (await client.get("/public/items.json?on=2000-01-01")).json()["authorities"] == []
    answer = await client.get(f"/public/items/{group['code']}/SW03/history.json")
    (version,) = answer.json()["versions"]
    assert version["withdrawn_reason"] == "依据废止"
    assert not {name for name in version if name.endswith("_by")}
    for path in (f"{group['code']}/ZZ", "nowhere/SW03"):
        assert (await client.get(f"/public/items/{path}/history.json")).status_code == 404
