"""The register of objects over HTTP: looked at before it is applied, marked, exported; and every wrong field."""

import json
from collections.abc import Awaitable, Callable

import httpx
import pytest

from inspection.kernel.command import Role
from inspection.kernel.settings import Settings
from tests.api.conftest import Office
from tests.inspection.registry.files import csv_of, firms

HEADER = ("名称", "信用代码", "区域")
CODES = [row[1] for row in firms(3)]
FILE = csv_of([("甲", CODES[0], "东"), ("乙", CODES[1], "西"), ("坏", "1", "")], HEADER)
CSV = {"Content-Type": "text/csv"}
ROOT = "/office/registry"
DAY = "2026-03-02"
Params = dict[str, str]
SignedIn = Callable[[Role], Awaitable[Params]]


async def sent(client: httpx.AsyncClient, headers: Params, path: str, body: bytes = FILE, **params: str):
    return await client.post(
        f"{ROOT}/{path}", params={"name": "名录.csv"} | params, content=body, headers=headers | CSV
    )


async def first_object(client: httpx.AsyncClient, headers: Params) -> str:
    return (await client.get(f"{ROOT}/objects", params={"code": CODES[0]}, headers=headers)).json()[0]["id"]


async def test_a_file_is_looked_at_then_applied_with_its_token(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    headers = await signed_in(Role.PLANNER)
    seen = await sent(client, headers, "previews/objects", absent="true")
    assert seen.status_code == 200, seen.text
    told = seen.json()
    assert (told["counts"]["added"], told["counts"]["rejected"], told["absent"]["count"]) == (2, 1, 0)
    assert (await client.get(f"{ROOT}/objects", headers=headers)).json() == []
    assert (await client.get(f"{ROOT}/imports", headers=headers)).json() == []
    done = await sent(client, headers, "imports/objects", token=told["token"])
    assert done.json()["counts"] == told["counts"]
    stale = await sent(client, headers, "imports/objects", token=told["token"])
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-screen")


async def test_all_changes_and_all_rejected_rows_come_as_files_and_leave_nothing_behind(
    client: httpx.AsyncClient, signed_in: SignedIn, settings: Settings
) -> None:
    headers = await signed_in(Role.PLANNER)
    await sent(client, headers, "imports/objects")
    later = csv_of([("甲", CODES[0], "南"), ("坏", "1", "")], HEADER)
    changes = await sent(client, headers, "previews/objects/changes", later)
    assert changes.headers["content-type"] == "text/csv; charset=utf-8"
    assert changes.text.splitlines()[1] == f"2,{CODES[0]},area,东,南"
    assert "坏,1" in (await sent(client, headers, "previews/objects/rejected", later)).text
    assert list(settings.data_dir.glob("made-*")) == list(settings.data_dir.glob("received-*")) == []


async def test_a_mapping_is_kept_for_the_next_file_of_the_same_source(
    client: httpx.AsyncClient, signed_in: SignedIn
) -> None:
    headers = await signed_in(Role.PLANNER)
    mapping = {"what": "objects", "source": "市局", "headers": {"号": "code", "名": "name"}}
    kept = await client.put(f"{ROOT}/mappings", json=mapping, headers=headers)
    assert [one["source"] for one in kept.json()] == ["市局"]
    odd = csv_of([("甲", CODES[0])], ("名", "号"))
    assert (await sent(client, headers, "imports/objects", odd)).json()["code"] == "import-column-missing"
    assert (await sent(client, headers, "imports/objects", odd, origin="市局")).json()["counts"]["added"] == 1
    again = await sent(client, headers, "previews/objects", odd, mapping=json.dumps(mapping["headers"]))
    assert again.json()["counts"]["unchanged"] == 1


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({"mapping": "x"}, 422, "invalid"),
        ({"mapping": "[1]"}, 422, "invalid"),
        ({"mapping": '{"名称": 1}'}, 422, "invalid"),
        ({"mapping": '{"名称": "nothing"}'}, 422, "invalid"),
        ({"mapping": '{"没有": "name"}'}, 422, "import-column-missing"),
        ({"mapping": "x" * 16_001}, 422, "invalid"),
        ({"origin": "没有"}, 404, "not-found"),
        ({"origin": "长" * 121}, 422, "invalid"),
        ({"token": "x"}, 412, "stale-screen"),
        ({"token": "x" * 65}, 422, "invalid"),
        ({"name": ""}, 422, "invalid"),
    ],
)
async def test_a_wrong_parameter_of_an_import_is_refused_and_nothing_goes_in(
    client: httpx.AsyncClient, signed_in: SignedIn, params: Params, status: int, code: str
) -> None:
    headers = await signed_in(Role.PLANNER)
    for language in ("zh-CN", "en"):
        answer = await sent(client, headers | {"Accept-Language": language}, "imports/objects", **params)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert (await client.get(f"{ROOT}/objects", headers=headers)).json() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": "plans"},
        {"source": ""},
        {"source": "长" * 121},
        {"source": "\x00"},
        {"headers": {}},
        {"headers": {"号": "nothing"}},
        {"headers": {"长" * 201: "code"}},
        {"headers": "号=code"},
        {"more": 1},
    ],
)
async def test_a_wrong_field_of_a_mapping_is_refused(
    client: httpx.AsyncClient, signed_in: SignedIn, wrong: dict
) -> None:
    headers = await signed_in(Role.PLANNER)
    mapping = {"what": "objects", "source": "市局", "headers": {"号": "code"}} | wrong
    answer = await client.put(f"{ROOT}/mappings", json=mapping, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert (await client.get(f"{ROOT}/mappings", headers=headers)).json() == []


async def test_a_mark_is_recorded_lifted_and_told_in_the_history(
    client: httpx.AsyncClient, signed_in: SignedIn
) -> None:
    headers = await signed_in(Role.PLANNER)
    await sent(client, headers, "imports/objects")
    place = f"{ROOT}/objects/{await first_object(client, headers)}"
    mark = await client.post(f"{place}/marks", json={"mark": "abnormal_list", "since": "2026-01-05"}, headers=headers)
    assert mark.status_code == 201, mark.text
    assert "abnormal-list" in (await client.get(f"{place}/grounds", headers=headers)).json()["exempt"]
    lifting = f"{ROOT}/marks/{mark.json()['id']}/lifting"
    lifted = await client.post(lifting, json={"on": "2026-02-01", "reason": "已移出"}, headers=headers)
    assert lifted.json()["lifted_on"] == "2026-02-01"
    assert (await client.get(f"{place}/grounds", headers=headers)).json()["exempt"] == []
    past = await client.get(f"{place}/grounds", params={"on": "2026-01-31"}, headers=headers)
    assert "abnormal-list" in past.json()["exempt"]
    history = (await client.get(f"{place}/history", headers=headers)).json()
    assert {entry["kind"] for entry in history} == {"added", "marked", "lifted"}
    assert [one["id"] for one in (await client.get(f"{place}/marks", headers=headers)).json()] == [mark.json()["id"]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"mark": "good_conduct"},
        {"mark": None},
        {"since": "yesterday"},
        {"since": "2026-03-03"},
        {"since": None},
        {"until": "2026-01-04"},
        {"until": "x"},
        {"reference": "长" * 121},
        {"source": "长" * 201},
        {"note": "长" * 501},
        {"note": "甲\u0000"},
        {"lifted": True},
    ],
)
async def test_a_wrong_field_of_a_mark_is_refused_in_both_languages(
    client: httpx.AsyncClient, signed_in: SignedIn, wrong: dict
) -> None:
    headers = await signed_in(Role.PLANNER)
    await sent(client, headers, "imports/objects")
    place = f"{ROOT}/objects/{await first_object(client, headers)}/marks"
    body = {"mark": "penalty", "since": "2026-01-05"} | wrong
    told = []
    for language in ("zh-CN", "en"):
        answer = await client.post(place, json=body, headers=headers | {"Accept-Language": language})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        told.append(answer.json()["detail"])
    assert told[0] != told[1]
    assert (await client.get(place, headers=headers)).json() == []


async def test_a_special_register_is_filled_listed_and_left(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    headers = await signed_in(Role.PLANNER)
    await sent(client, headers, "imports/objects")
    rows = csv_of([("甲名录", CODES[0], DAY), ("甲名录", CODES[2], "")], ("专项库名称", "信用代码", "有效期至"))
    report = (await sent(client, headers, "imports/special-registers", rows)).json()
    assert (report["counts"]["added"], report["counts"]["rejected"]) == (1, 1)
    (register,) = (await client.get(f"{ROOT}/special-registers", headers=headers)).json()
    assert (register["name"], register["entries"]) == ("甲名录", 1)
    place = f"{ROOT}/special-registers/{register['id']}/entries"
    (entry,) = (await client.get(place, headers=headers)).json()
    assert (await client.get(place, params={"on": "2026-03-03"}, headers=headers)).json() == []
    removal = f"{ROOT}/special-registers/entries/{entry['id']}/removal"
    for wrong in ({"reason": ""}, {"reason": "长" * 501}, {}, {"reason": "x", "more": 1}):
        assert (await client.post(removal, json=wrong, headers=headers)).status_code == 422
    removed = await client.post(removal, json={"reason": "退出"}, headers=headers)
    assert (removed.json()["removed_on"], removed.json()["removed_reason"]) == (DAY, "退出")
    assert (await client.post(removal, json={"reason": "退出"}, headers=headers)).status_code == 409


async def test_coverage_and_export(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    headers = await signed_in(Role.PLANNER)
    await sent(client, headers, "imports/objects")
    told = (await client.get(f"{ROOT}/coverage", params={"limit": 1}, headers=headers)).json()
    assert (told["items"], told["objects"], told["uncovered"], len(told["first_uncovered"])) == (0, 2, 2, 1)
    for kind in ("csv", "xlsx"):
        file = await client.get(f"{ROOT}/exports/objects", params={"kind_of_file": kind}, headers=headers)
        assert file.status_code == 200
        again = (await sent(client, headers, "previews/objects", file.content)).json()
        assert (again["counts"]["unchanged"], again["counts"]["rows"]) == (2, 2)
    part = await client.get(f"{ROOT}/exports/objects", params={"area": "西"}, headers=headers)
    assert len(part.text.splitlines()) == 2


async def test_nobody_marks_removes_or_reads_in_another_authority(
    client: httpx.AsyncClient,
    signed_in: SignedIn,
    found_office: Callable[[str], Awaitable[Office]],
    token_for: Callable[..., Awaitable[str]],
) -> None:
    mine = await signed_in(Role.PLANNER)
    await sent(client, mine, "imports/objects")
    place = f"{ROOT}/objects/{await first_object(client, mine)}"
    mark = (await client.post(f"{place}/marks", json={"mark": "penalty", "since": DAY}, headers=mine)).json()["id"]
    await sent(client, mine, "imports/special-registers", csv_of([("甲", CODES[0])], ("专项库名称", "信用代码")))
    (register,) = (await client.get(f"{ROOT}/special-registers", headers=mine)).json()
    entries = f"{ROOT}/special-registers/{register['id']}/entries"
    entry = (await client.get(entries, headers=mine)).json()[0]["id"]
    other = await found_office("second")
    stranger = {"Authorization": f"Bearer {await token_for(other.accounts[Role.PLANNER])}"}
    for path in (f"{place}/marks", f"{place}/history", f"{place}/grounds", entries):
        assert (await client.get(path, headers=stranger)).status_code == 404
    for path, body in (
        (f"{place}/marks", {"mark": "penalty", "since": DAY}),
        (f"{ROOT}/marks/{mark}/lifting", {"on": DAY, "reason": "x"}),
        (f"{ROOT}/special-registers/entries/{entry}/removal", {"reason": "x"}),
    ):
        assert (await client.post(path, json=body, headers=stranger)).status_code == 404
    assert (await client.get(f"{ROOT}/special-registers", headers=stranger)).json() == []
    assert (await client.get(f"{ROOT}/coverage", headers=stranger)).json()["objects"] == 0


async def test_who_may_not_is_refused(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    inspector = await signed_in(Role.INSPECTOR)
    assert (await sent(client, inspector, "previews/objects")).status_code == 403
    assert (await client.get(f"{ROOT}/exports/objects", headers=inspector)).status_code == 403
