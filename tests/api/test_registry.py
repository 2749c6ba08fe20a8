"""Lists come in over HTTP as they come from a file, and stay within their authority."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from inspection.kernel.command import Role
from inspection.kernel.journal import EventKind
from inspection.kernel.settings import Settings
from inspection.registry.intake.sheet import LARGEST_TEXT
from tests.api.conftest import Office

CSV = {"Content-Type": "text/csv"}
OBJECTS = """统一社会信用代码,企业名称,所在区域
91370000MA3C5QYT1A,甲公司,东区
9137,坏的一行,东区
91370000MA3C5QYT1A,重复的一行,东区
""".encode()

SignedIn = Callable[[Role], Awaitable[dict[str, str]]]


async def import_objects(client: httpx.AsyncClient, headers: dict[str, str], body: bytes) -> httpx.Response:
    return await client.post(
        "/office/registry/imports/objects", params={"name": "名录.csv"}, content=body, headers=headers | CSV
    )


async def test_good_rows_go_in_bad_ones_are_told_and_kept(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    headers = await signed_in(Role.PLANNER)
    answer = await import_objects(client, headers, OBJECTS)
    assert answer.status_code == 201, answer.text
    report = answer.json()
    assert report["file_name"] == "名录.csv"
    assert (report["counts"]["rows"], report["counts"]["added"], report["counts"]["rejected"]) == (3, 1, 2)
    assert [row["number"] for row in report["rejected"]] == [3, 4]
    assert all(row["text"] for row in report["rejected"])
    rejected = await client.get(f"/office/registry/imports/{report['run']}/rejected", headers=headers)
    assert rejected.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in rejected.headers["content-disposition"]
    assert "坏的一行" in rejected.text
    found = (await client.get("/office/registry/objects", params={"name": "甲"}, headers=headers)).json()
    assert [(one["code"], one["name"]) for one in found] == [("91370000MA3C5QYT1A", "甲公司")]
    one = await client.get(f"/office/registry/objects/{found[0]['id']}", headers=headers)
    assert one.json() == found[0]


async def test_a_second_import_changes_nothing(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    headers = await signed_in(Role.PLANNER)
    first = (await import_objects(client, headers, OBJECTS)).json()
    second = (await import_objects(client, headers, OBJECTS)).json()
    assert second["repeated"]
    assert second["counts"] | {"added": 1, "unchanged": 0} == first["counts"]
    runs = (await client.get("/office/registry/imports", headers=headers)).json()
    assert [run["id"] for run in runs] == [first["run"]]


async def test_remarks_are_in_the_callers_language(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    headers = await signed_in(Role.PLANNER) | {"Accept-Language": "en"}
    report = (await import_objects(client, headers, OBJECTS)).json()
    assert "neither an 18-character" in report["rejected"][0]["text"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "import-empty"),
        ("名称,区域\n甲,东区\n".encode(), 422, "import-column-missing"),
        (b"PK\x03\x04 broken", 422, "import-unreadable"),
        (b"\xd0\xcf\x11\xe0 old", 422, "import-unreadable"),
    ],
)
async def test_a_file_that_cannot_be_read_is_a_problem(
    client: httpx.AsyncClient, signed_in: SignedIn, body: bytes, status: int, code: str
) -> None:
    answer = await import_objects(client, await signed_in(Role.PLANNER), body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("route", ["imports/objects", "previews/objects", "previews/objects/changes"])
async def test_a_file_beyond_the_limit_is_refused_before_it_is_read(
    route: str, client: httpx.AsyncClient, signed_in: SignedIn, settings: Settings
) -> None:
    headers = await signed_in(Role.PLANNER) | CSV
    answer = await client.post(
        f"/office/registry/{route}?name=x",
        content=b"a",
        headers=headers | {"Content-Length": str(LARGEST_TEXT + 1)},
    )
    assert (answer.status_code, answer.json()["code"], answer.json()["limit"]) == (413, "too-large", LARGEST_TEXT)
    assert left_behind(settings) == []


async def test_a_file_that_grows_beyond_the_limit_is_refused_and_leaves_nothing(
    client: httpx.AsyncClient, signed_in: SignedIn, settings: Settings
) -> None:
    async def endless():
        for _ in range(LARGEST_TEXT // (4 * 1024 * 1024) + 2):
            yield b"x" * (4 * 1024 * 1024)

    answer = await client.post(
        "/office/registry/imports/objects?name=x", content=endless(), headers=await signed_in(Role.PLANNER) | CSV
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert left_behind(settings) == []


def left_behind(settings: Settings) -> list[Path]:
    return list(settings.data_dir.glob("received-*"))


async def test_a_body_of_another_kind_is_refused(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    headers = await signed_in(Role.PLANNER)
    for kind in ("multipart/form-data; boundary=x", "text/html", ""):
        answer = await client.post(
            "/office/registry/imports/objects?name=x", content=OBJECTS, headers=headers | {"Content-Type": kind}
        )
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")


async def test_an_unknown_register_is_refused(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    answer = await client.post(
        "/office/registry/imports/people?name=x", content=OBJECTS, headers=await signed_in(Role.PLANNER) | CSV
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_nobody_sees_the_registry_of_another_authority(
    client: httpx.AsyncClient,
    signed_in: SignedIn,
    found_office: Callable[[str], Awaitable[Office]],
    token_for: Callable[..., Awaitable[str]],
) -> None:
    mine = await signed_in(Role.PLANNER)
    run = (await import_objects(client, mine, OBJECTS)).json()["run"]
    theirs = (await client.get("/office/registry/objects", headers=mine)).json()[0]["id"]
    other = await found_office("second")
    stranger = {"Authorization": f"Bearer {await token_for(other.accounts[Role.PLANNER])}"}
    assert (await client.get("/office/registry/objects", headers=stranger)).json() == []
    assert (await client.get("/office/registry/imports", headers=stranger)).json() == []
    assert (await client.get("/office/registry/items", headers=stranger)).json() == []
    for path in (f"/office/registry/objects/{theirs}", f"/office/registry/imports/{run}/rejected"):
        assert (await client.get(path, headers=stranger)).status_code == 404
        assert (await client.get(path, headers=mine)).status_code == 200


async def test_the_journal_of_an_import_is_read_and_verified_by_the_supervisor_of_that_authority_only(
    client: httpx.AsyncClient,
    signed_in: SignedIn,
    office: Office,
    found_office: Callable[[str], Awaitable[Office]],
    token_for: Callable[..., Awaitable[str]],
) -> None:
    await import_objects(client, await signed_in(Role.PLANNER), OBJECTS)
    supervisor = await signed_in(Role.SUPERVISOR)
    stream = {"stream": f"registry:{office.authority}"}
    lines = (await client.get("/office/journal/stream", params=stream, headers=supervisor)).json()
    assert [line["kind"] for line in lines] == [EventKind.OBJECTS_IMPORTED, EventKind.IMPORT_FINISHED]
    assert lines[1]["prev"] == lines[0]["hash"]
    assert lines[0]["actor_name"] == "planner of first"
    later = await client.get("/office/journal/stream", params=stream | {"after": 1}, headers=supervisor)
    assert [line["seq"] for line in later.json()] == [2]
    check = (await client.get("/office/journal/verification", params=stream, headers=supervisor)).json()
    assert check == stream | {"whole": True, "length": 2, "head": lines[1]["hash"], "broken_at": None}
    kinds = await client.get(
        "/office/journal/kind", params={"kind": EventKind.IMPORT_FINISHED.value}, headers=supervisor
    )
    assert [line["stream"] for line in kinds.json()] == [stream["stream"]]
    other = await found_office("second")
    stranger = {"Authorization": f"Bearer {await token_for(other.accounts[Role.SUPERVISOR])}"}
    for path in ("stream", "verification"):
        answer = await client.get(f"/office/journal/{path}", params=stream, headers=stranger)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    kinds = await client.get("/office/journal/kind", params={"kind": EventKind.IMPORT_FINISHED.value}, headers=stranger)
    assert kinds.json() == []


async def test_a_stream_that_is_not_there_is_not_found(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    supervisor = await signed_in(Role.SUPERVISOR)
    for name in ("visit:x", "registry:", "authority:not-an-id", "x"):
        answer = await client.get("/office/journal/stream", params={"stream": name}, headers=supervisor)
        assert answer.status_code == 404


@pytest.mark.parametrize("field", ["name", "code", "area", "tag"])
@pytest.mark.parametrize("value", ["长" * 101, "a\x07b"], ids=["too long", "control character"])
async def test_a_search_that_cannot_be_is_refused_with_a_clear_answer(
    client: httpx.AsyncClient, signed_in: SignedIn, field: str, value: str
) -> None:
    answer = await client.get("/office/registry/objects", params={field: value}, headers=await signed_in(Role.PLANNER))
    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed"
    assert field in answer.text


async def test_the_office_searches_objects_by_fragment_code_area_tag_and_grade(
    client: httpx.AsyncClient, signed_in: SignedIn
) -> None:
    headers = await signed_in(Role.PLANNER)
    register = "企业名称,统一社会信用代码,区域,行业,信用等级\n合成（一号）商行,91990001MA0000JR9J,南屏镇,茶饮,A\n"
    answer = await client.post(
        "/office/registry/imports/objects?name=x", content=register.encode(), headers=headers | CSV
    )
    assert answer.status_code == 201, answer.text
    found = {"name": "(一 号)", "code": "91990001ma", "area": "南屏镇", "tag": "茶饮", "grade": "A", "status": "active"}
    none = {"name": "二号", "code": "92", "area": "南屏", "tag": "茶", "grade": "D", "status": "revoked"}
    for asked, count in ((found, 1), *(({field: value}, 1) for field, value in found.items())):
        rows = (await client.get("/office/registry/objects", params=asked, headers=headers)).json()
        assert len(rows) == count, asked
    for field, value in none.items():
        rows = (await client.get("/office/registry/objects", params={field: value}, headers=headers)).json()
        assert rows == [], field
