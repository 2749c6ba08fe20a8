"""The reference page asks nobody else for anything, and its document says what the service does."""

import re
from hashlib import sha256
from html.parser import HTMLParser

import httpx
import pytest
from litestar import Litestar

from api.openapi import STREAMED, build_document, operations, printed
from api.permits import Action, is_open
from api.reference import ASSETS
from api.routes import described_routes
from tests.support.routes import reference, routes

VENDORED = {
    "LICENSE": "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30",
    "NOTICE": "0d20d1adef18aee3f40dd258172155521ce702ac445cb5f7b7d60ed32dad2fb2",
    "favicon-32x32.png": "3ed612f41e050ca5e7000cad6f1cbe7e7da39f65fca99c02e99e6591056e5837",
    "swagger-ui-bundle.js": "e6a898692f2d768e807c3ba4626068a69a2c5dd960dd6c76f3e4d3a3de180af2",
    "swagger-ui-bundle.js.LICENSE.txt": "37eb6e7e59aed57b2c1acf076574b818ea07b74265717e0bd67b59e0baf9abbb",
    "swagger-ui.css": "5ed08757e53da3e026d6cbecc61fe5d43585c9560b302d534ad56692519a273d",
}


class Loaded(HTMLParser):
    """What a page loads by itself, and whether anything is inline."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.urls: list[str] = []
        self.inline: list[str] = []
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self._open = tag
        self.inline += [name for name in told if name == "style" or name.startswith("on")]
        if tag in {"script", "img", "iframe"}:
            self.urls.append(told.get("src") or "")
        if tag == "link":
            self.urls.append(told.get("href") or "")

    def handle_data(self, data: str) -> None:
        if self._open in {"script", "style"} and data.strip():
            self.inline.append(data)


@pytest.fixture
def service() -> Litestar:
    return routes()


@pytest.fixture
def document() -> dict:
    return reference()


async def test_the_page_loads_only_files_of_this_server_and_nothing_inline(client: httpx.AsyncClient) -> None:
    page = await client.get("/schema")
    assert page.headers["content-type"].startswith("text/html")
    loaded = Loaded(page.text)
    assert len(loaded.urls) == 4
    assert all(url.startswith("/schema/assets/") for url in loaded.urls)
    assert not loaded.inline
    for url in loaded.urls:
        answer = await client.get(url)
        assert answer.status_code == 200
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "max-age=86400"
        assert re.search("javascript|css|png", answer.headers["content-type"])


async def test_the_pages_script_asks_this_server_only_and_no_validator(client: httpx.AsyncClient) -> None:
    script = (await client.get("/schema/assets/reference.js")).text
    assert "validatorUrl: null" in script
    assert 'url: "/schema/openapi.json"' in script
    assert "http" not in script


def test_what_others_made_is_unchanged_and_has_its_licence() -> None:
    for name, digest in VENDORED.items():
        assert sha256((ASSETS / name).read_bytes()).hexdigest() == digest, name
    ours = {"index.html", "reference.js", "ORIGIN.md"}
    assert {path.name for path in ASSETS.iterdir()} == ours | set(VENDORED)


async def test_the_document_is_openapi_3_1(client: httpx.AsyncClient) -> None:
    answer = await client.get("/schema/openapi.json")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json"
    assert answer.json()["openapi"] == "3.1.0"


def test_the_document_names_every_route_but_its_own(service: Litestar, document: dict) -> None:
    documented = {(path, method) for path, methods in document["paths"].items() for method in methods}
    served = {
        (route.path_format, method)
        for route, method, handler in operations(service)
        if handler.resolve_include_in_schema() and method != "options"
    }
    assert documented == served
    assert ("/office/sessions", "post") in documented
    assert not any(path.startswith(("/schema", "/document")) for path, _ in documented)


def test_every_operation_says_who_may_and_which_problems_it_answers(document: dict) -> None:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            where = (path, method)
            action = Action(operation["x-action"])
            assert operation["description"], where
            assert operation["tags"], where
            assert bool(operation["security"]) is not is_open(action), where
            responses = operation["responses"]
            assert {"429", "500"} <= set(responses), where
            assert is_open(action) or {"401", "403"} <= set(responses), where
            for status, response in responses.items():
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], (*where, status)


def test_operation_ids_are_unique(document: dict) -> None:
    ids = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))


def test_every_number_in_a_path_or_a_query_is_bounded(document: dict) -> None:
    """Both databases refuse integers beyond 64 bits, each with an error of its own; the public pages clamp theirs."""
    for path, methods in document["paths"].items():
        for operation in methods.values() if path.startswith(("/office/", "/v1/")) else ():
            for parameter in operation.get("parameters", []):
                schema = parameter["schema"]
                if schema.get("type") == "integer":
                    assert {"minimum", "maximum"} <= set(schema), (path, parameter["name"])


def test_every_text_that_is_sent_is_bounded(document: dict) -> None:
    """A text without a limit is limited by the body only, and a database column by less."""
    for path, methods in document["paths"].items():
        for operation in methods.values() if path.startswith("/office/") else ():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                for name, schema in _members(content["schema"], document):
                    if schema.get("type") == "string" and not {"const", "enum", "format", "pattern"} & set(schema):
                        assert "maxLength" in schema, (path, name)


def _members(schema: dict, document: dict):
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    for name, member in schema.get("properties", {}).items():
        yield name, member
        yield from _members(member, document)
    for part in [schema.get("items", {}), *schema.get("oneOf", [])]:
        if part:
            yield from _members(part, document)


def test_every_body_that_is_read_as_a_stream_is_described(document: dict) -> None:
    for path, method in STREAMED:
        assert document["paths"][path][method]["requestBody"]["content"], (path, method)
    assert "text/csv" in document["paths"]["/office/registry/imports/{register}"]["post"]["requestBody"]["content"]


def test_the_document_is_the_same_every_time(document: dict) -> None:
    assert printed(document) == printed(build_document(described_routes(), "Fieldcheck"))


async def test_describing_the_routes_does_not_change_how_bodies_are_read(client: httpx.AsyncClient) -> None:
    """Litestar keeps a model's decoder on the model's class, and the document is made by an application of its own."""
    body = {"username": 5, "password": "x"}
    before = await client.post("/office/sessions", json=body)
    await client.get("/schema/openapi.json")
    after = await client.post("/office/sessions", json=body)
    assert before.json()["errors"] == after.json()["errors"]
    assert after.json()["errors"][0]["source"] == "body"


async def test_the_type_of_a_problem_can_be_looked_up(client: httpx.AsyncClient) -> None:
    kind = await client.get("/problems/stale-screen", headers={"Accept-Language": "en"})
    assert kind.json() == {
        "type": "/problems/stale-screen",
        "status": 412,
        "title": "The screen is out of date",
        "language": "en",
    }
    assert (await client.get("/problems/no-such-problem")).status_code == 404
