"""The inspector's app is served as it was built, and nothing beside it."""

import gzip
import shutil
from pathlib import Path

import brotli
import httpx
import pytest

from api import tablet
from inspection.kernel.settings import Settings

PAGE = "<!doctype html><title>app</title>" + "<p>check</p>" * 100
BUILT = {
    "index.html": PAGE,
    "sw.js": "self.addEventListener('install', () => {});",
    "manifest.webmanifest": "{}",
    "icon.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "assets/index-abc123.js": "export const app = 1;" * 50,
    "assets/index-abc123.css": "body { margin: 0 }",
    "assets/index-abc123.js.map": "{}",
    "assets/later.bin": "what nobody thought of",
    "licences.txt": "who wrote what",
}
TYPES = {
    "": "text/html; charset=utf-8",
    "index.html": "text/html; charset=utf-8",
    "sw.js": "text/javascript; charset=utf-8",
    "manifest.webmanifest": "application/manifest+json",
    "icon.svg": "image/svg+xml",
    "licences.txt": "text/plain; charset=utf-8",
    "assets/later.bin": "application/octet-stream",
    "assets/index-abc123.js": "text/javascript; charset=utf-8",
    "assets/index-abc123.css": "text/css; charset=utf-8",
}
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Settings:
    """No request here asks the database: one engine will do."""
    copy = tmp_path / "fieldcheck.sqlite3"
    shutil.copy(sqlite_template, copy)
    return Settings(database_url=f"sqlite:///{copy}", data_dir=tmp_path / "data", rate_limit=False)


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tablet_app"
    for name, content in BUILT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    (tmp_path / "secret.js").write_text("outside")
    monkeypatch.setattr(tablet, "FOLDER", folder)
    return folder


@pytest.mark.parametrize("name", TYPES)
async def test_a_file_goes_out_as_what_it_is_and_is_kept_as_long_as_its_name_allows(
    client: httpx.AsyncClient, built: Path, name: str
) -> None:
    answer = await client.get(f"/tablet/{name}", headers=PLAIN)
    assert (answer.status_code, answer.headers["content-type"]) == (200, TYPES[name])
    assert answer.text == BUILT[name or "index.html"]
    kept = "public, max-age=31536000, immutable" if name.startswith("assets/") else "no-cache"
    assert answer.headers["cache-control"] == kept


@pytest.mark.parametrize("name", TYPES)
async def test_whoever_has_the_file_is_told_so_and_asking_without_reading_tells_the_same(
    client: httpx.AsyncClient, built: Path, name: str
) -> None:
    read = await client.get(f"/tablet/{name}", headers=PLAIN)
    again = await client.get(f"/tablet/{name}", headers={**PLAIN, "If-None-Match": read.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", read.headers["etag"])
    asked = await client.head(f"/tablet/{name}", headers=PLAIN)
    assert (asked.status_code, asked.content) == (200, b"")
    own = {"x-request-id", "date"}
    assert {k: v for k, v in asked.headers.items() if k not in own} == {
        k: v for k, v in read.headers.items() if k not in own
    }


@pytest.mark.parametrize(("coding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
async def test_a_file_comes_packed_to_whoever_can_unpack_it_under_an_etag_of_its_own(
    client: httpx.AsyncClient, built: Path, coding: str, unpack: object
) -> None:
    path = "/tablet/assets/index-abc123.js"
    async with client.stream("GET", path, headers={"Accept-Encoding": coding}) as packed:
        raw = b"".join([piece async for piece in packed.aiter_raw()])
    assert packed.headers["content-encoding"] == coding
    assert packed.headers["vary"] == "Accept-Encoding"
    assert len(raw) < len(BUILT["assets/index-abc123.js"])
    assert unpack(raw).decode() == BUILT["assets/index-abc123.js"]
    plain = await client.get(path, headers={"Accept-Encoding": f"{coding};q=0, identity"})
    assert "content-encoding" not in plain.headers
    assert plain.headers["etag"] != packed.headers["etag"]


async def test_every_file_bears_the_policy_under_which_the_page_and_its_worker_run(
    client: httpx.AsyncClient, built: Path
) -> None:
    for name in TYPES:
        headers = (await client.get(f"/tablet/{name}")).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert headers["permissions-policy"] == "camera=(self), geolocation=(self), microphone=(self)"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers.get("service-worker-allowed") == ("/tablet/" if name == "sw.js" else None)


async def test_without_the_slash_one_is_sent_to_the_page(client: httpx.AsyncClient, built: Path) -> None:
    for ask in (client.get, client.head):
        answer = await ask("/tablet")
        assert (answer.status_code, answer.headers["location"]) == (308, "/tablet/")


@pytest.mark.parametrize(
    "path",
    [
        "nothing.js",
        "assets",
        "assets/",
        "assets/index-abc123.js.map",
        "../secret.js",
        "..%2fsecret.js",
        "%2e%2e/secret.js",
        "assets/../../secret.js",
        "assets/%2e%2e/%2e%2e/secret.js",
        "..%5csecret.js",
        "%2fetc/passwd",
        "index.html/x",
    ],
)
async def test_whatever_else_is_named_is_not_there(client: httpx.AsyncClient, built: Path, path: str) -> None:
    answer = await client.send(
        client.build_request("GET", httpx.URL("http://testserver/").copy_with(raw_path=f"/tablet/{path}".encode()))
    )
    assert answer.status_code == 404
    assert "outside" not in answer.text


async def test_another_build_is_served_at_once(client: httpx.AsyncClient, built: Path) -> None:
    before = await client.get("/tablet/", headers=PLAIN)
    (built / "index.html").write_text("<!doctype html>another")
    after = await client.get("/tablet/", headers={**PLAIN, "If-None-Match": before.headers["etag"]})
    assert (after.status_code, after.text) == (200, "<!doctype html>another")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_where_the_app_was_not_built_the_way_to_build_it_is_told(
    client: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(tablet, "FOLDER", tmp_path / "nowhere")
    answer = await client.get("/tablet/", headers={"Accept-Language": language})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert "make tablet" in answer.json()["detail"]
