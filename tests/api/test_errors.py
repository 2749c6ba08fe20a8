"""Every form of error is a problem document, in the caller's language, and nothing hostile is ever a 500."""

import errno
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Annotated

import httpx
import pytest
from asyncpg.exceptions import SerializationError
from litestar import Litestar, get, post
from litestar.params import JSONBody, QueryParameter

from api.errors import MEDIA_TYPE, RESERVED, document, problem_of
from api.language import preferred
from api.permits import Action
from inspection.kernel.catalogue import catalogue
from inspection.kernel.errors import Conflict
from mobile_contract.base import Wire
from mobile_contract.problems import ProblemCode
from tests.support.routes import routes

OPEN = {"action": Action.PUBLIC_READ}
SECRET = "the row says 张三"


class Echo(Wire):
    word: str
    number: int


@post("/test/echo", opt=OPEN, request_max_body_size=2000)
async def echo(data: JSONBody[Echo]) -> Echo:
    return data


@get("/test/query", opt=OPEN)
async def query(number: Annotated[int, QueryParameter(ge=0, le=1000)]) -> int:
    return number


@get("/test/conflict", opt=OPEN)
async def conflict() -> None:
    raise Conflict(ProblemCode.DRAW_WRONG_STEP, "nowhere.no_text", step="frozen", status="drawn")


@get("/test/crash", opt=OPEN)
async def crash() -> None:
    raise RuntimeError(SECRET)


@get("/test/busy", opt=OPEN)
async def busy() -> None:
    raise SerializationError(SECRET)


@get("/test/full", opt=OPEN)
async def full() -> None:
    raise OSError(errno.ENOSPC, SECRET)


@get("/test/full-database", opt=OPEN)
async def full_database() -> None:
    raise sqlite3.OperationalError("database or disk is full")


@get("/test/unprintable", opt=OPEN)
async def unprintable() -> object:
    return object()


@get("/test/no-action")
async def no_action() -> None:
    return None


@pytest.fixture
def routed() -> Litestar:
    """An application that knows this module's own routes too."""
    return routes(echo, query, conflict, crash, busy, full, full_database, unprintable, no_action)


@pytest.fixture
async def http(client: httpx.AsyncClient) -> httpx.AsyncClient:
    return client


def assert_problem(answer: httpx.Response, status: int, code: ProblemCode) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE
    told = answer.json()
    assert (told["status"], told["code"], told["type"]) == (status, code, f"/problems/{code}")
    assert told["title"]
    assert told["detail"]
    assert told["request_id"] == answer.headers["x-request-id"]
    assert SECRET not in answer.text
    return told


async def test_an_unknown_route_is_a_problem(http: httpx.AsyncClient) -> None:
    assert_problem(await http.get("/nowhere"), 404, ProblemCode.NOT_FOUND)
    assert_problem(await http.get("/schema/nowhere"), 404, ProblemCode.NOT_FOUND)
    assert_problem(await http.get("/schema/assets/nowhere.js"), 404, ProblemCode.NOT_FOUND)
    assert_problem(await http.get("/schema/assets/../../app.py"), 404, ProblemCode.NOT_FOUND)


async def test_an_unknown_method_is_a_problem_that_names_the_others(http: httpx.AsyncClient) -> None:
    answer = await http.put("/test/echo")
    assert_problem(answer, 405, ProblemCode.METHOD_NOT_ALLOWED)
    assert "POST" in answer.headers["allow"]


async def test_options_names_the_methods_and_needs_no_token(http: httpx.AsyncClient) -> None:
    answer = await http.options("/test/echo")
    assert (answer.status_code, answer.text) == (204, "")
    assert answer.headers["allow"] == "OPTIONS, POST"


async def test_members_that_are_not_as_required_are_named_one_by_one(http: httpx.AsyncClient) -> None:
    told = assert_problem(await http.post("/test/echo", json={"number": "5", "extra": 1}), 422, ProblemCode.INVALID)
    assert {(error["at"], error["source"]) for error in told["errors"]} == {
        ("word", "body"),
        ("number", "body"),
        ("extra", "body"),
    }


async def test_a_body_that_both_engines_cannot_store_is_refused(http: httpx.AsyncClient) -> None:
    for text in (r"a\u0000b", r"a\ud800b"):
        answer = await http.post("/test/echo", content=f'{{"word":"{text}","number":1}}', headers=JSON)
        assert answer.status_code in {400, 422}
        assert answer.json()["code"] in {ProblemCode.INVALID, ProblemCode.MALFORMED}


async def test_a_body_that_did_not_come_is_named_as_missing(http: httpx.AsyncClient) -> None:
    told = assert_problem(await http.post("/test/echo"), 422, ProblemCode.INVALID)
    assert told["errors"] == [{"at": "", "message": "missing", "source": "body"}]


async def test_a_query_parameter_that_is_not_as_required_is_named(http: httpx.AsyncClient) -> None:
    for path in ("/test/query", "/test/query?number=x", "/test/query?number=" + "9" * 400):
        told = assert_problem(await http.get(path), 422, ProblemCode.INVALID)
        assert [(error["at"], error["source"]) for error in told["errors"]] == [("number", "query")]


JSON = {"Content-Type": "application/json"}


async def test_nul_in_a_path_or_a_query_is_refused(http: httpx.AsyncClient) -> None:
    for path in ("/test/query?number=1&word=a%00b", "/problems/a%00b"):
        assert_problem(await http.get(path), 400, ProblemCode.MALFORMED)


HOSTILE = {
    "nothing": b"",
    "not json": b"{",
    "not utf-8": b'{"word":"\xff","number":1}',
    "byte order mark": b'\xef\xbb\xbf{"word":"a","number":1}',
    "deep nesting": b"[" * 900 + b"]" * 900,
    "huge integer": b'{"word":"a","number":' + b"9" * 1500 + b"}",
    "beyond 2^53": b'{"word":"a","number":9007199254740993}',
    "a float": b'{"word":"a","number":1.0}',
    "not a number": b'{"word":"a","number":NaN}',
    "duplicate member": b'{"word":"a","word":"b","number":1}',
    "an array": b"[]",
    "a string": b'"x"',
    "null": b"null",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_json_is_the_callers_error(http: httpx.AsyncClient, body: bytes) -> None:
    answer = await http.post("/test/echo", content=body, headers=JSON)
    assert answer.status_code in {400, 422}, answer.text
    assert_problem(answer, answer.status_code, ProblemCode(answer.json()["code"]))


async def test_a_body_over_the_routes_limit_is_refused(http: httpx.AsyncClient) -> None:
    body = b'{"word":"' + b"a" * 3000 + b'","number":1}'
    assert_problem(await http.post("/test/echo", content=body, headers=JSON), 413, ProblemCode.TOO_LARGE)

    async def chunks():
        yield body[:1500]
        yield body[1500:]

    assert_problem(await http.post("/test/echo", content=chunks(), headers=JSON), 413, ProblemCode.TOO_LARGE)


async def test_a_body_that_is_not_announced_as_json_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.post("/test/echo", content=b'{"word":"a","number":1}', headers={"Content-Type": "text/plain"})
    assert_problem(answer, 415, ProblemCode.UNSUPPORTED_MEDIA_TYPE)


async def test_the_facts_of_a_refusal_are_told_and_never_hide_a_member(http: httpx.AsyncClient) -> None:
    told = assert_problem(await http.get("/test/conflict"), 409, ProblemCode.DRAW_WRONG_STEP)
    assert (told["step"], told["fact_status"]) == ("frozen", "drawn")
    assert told["detail"] == told["title"]


async def test_an_incident_tells_nothing_but_its_id(http: httpx.AsyncClient) -> None:
    for path in ("/test/crash", "/test/unprintable", "/test/no-action"):
        told = assert_problem(await http.get(path), 500, ProblemCode.INTERNAL)
        assert told["request_id"] in told["detail"]
        assert set(told) <= RESERVED
        assert "Traceback" not in str(told)


async def test_a_database_that_asks_for_a_repeat_is_busy(http: httpx.AsyncClient) -> None:
    answer = await http.get("/test/busy")
    assert_problem(answer, 503, ProblemCode.BUSY)
    assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize("path", ["/test/full", "/test/full-database"])
async def test_a_full_disk_is_told_as_such_and_never_as_an_incident(http: httpx.AsyncClient, path: str) -> None:
    assert_problem(await http.get(path), 507, ProblemCode.STORAGE_FULL)


async def test_the_callers_language_is_spoken(http: httpx.AsyncClient) -> None:
    chinese = await http.get("/nowhere")
    assert (chinese.headers["content-language"], chinese.json()["title"]) == ("zh-CN", "未找到")
    english = await http.get("/nowhere", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert (english.headers["content-language"], english.json()["title"]) == ("en", "Not found")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "zh_CN"),
        ("", "zh_CN"),
        ("zh-CN", "zh_CN"),
        ("en", "en"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh_CN"),
        ("fr", "zh_CN"),
        ("fr,en;q=0.3", "en"),
        ("*", "zh_CN"),
        ("en;q=0", "zh_CN"),
        ("en;q=x", "zh_CN"),
        ("en;q=9", "zh_CN"),
        (";;,,;q=", "zh_CN"),
        ("en;q=0.5,zh;q=0.5", "zh_CN"),
    ],
)
def test_chinese_unless_english_is_liked_better(header: str | None, language: str) -> None:
    assert preferred(header) == language


def test_every_code_has_a_title_in_both_languages_and_the_catalogues_have_the_same_keys() -> None:
    chinese, english = catalogue("api", "zh_CN"), catalogue("api", "en")
    assert set(chinese) == set(english)
    assert {f"api.problem.{code}" for code in ProblemCode} <= set(chinese)
    assert all(chinese.values())
    assert all(english.values())


def test_a_client_that_hangs_up_is_no_incident() -> None:
    from litestar.exceptions import InternalServerException

    assert problem_of(InternalServerException("client disconnected prematurely")).code.status == 400
    assert problem_of(InternalServerException("anything else")).code is ProblemCode.INTERNAL


def test_a_text_that_lacks_a_fact_still_reads() -> None:
    problem = problem_of(Conflict(ProblemCode.CONFLICT, "api.file_too_large"))
    assert "{limit}" in str(document(problem, "id", "en")["detail"])


async def test_openness_by_omission_is_impossible(
    http: httpx.AsyncClient, signed_in: Callable[..., Awaitable[dict[str, str]]]
) -> None:
    from inspection.kernel.command import Role

    answer = await http.get("/test/no-action", headers=await signed_in(Role.ADMIN))
    assert_problem(answer, 500, ProblemCode.INTERNAL)
