"""Every example of docs/examples runs as it is written, against a server that runs as operators run it."""

import asyncio
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from api.schema import all_tables
from inspection.authority import store
from inspection.authority.systems.issue import issue_system_token
from inspection.authority.systems.rules import TokenScope
from inspection.kernel.clock import SystemClock
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.database import open_engine, running
from inspection.kernel.entropy import SystemEntropy
from inspection.registry.objects.synthetic import synthetic_register
from tests.support.once import once
from tests.support.served import PATIENCE_S, Server, free_port
from tests.support.world import PASSWORD, World, published_world

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@dataclass(frozen=True)
class Site:
    """A running server; `token`: of another system; `people`: user names by role."""

    address: str
    token: str
    people: dict[Role, str]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    world = once(tmp_path_factory, "world", published_world)
    folder = tmp_path_factory.mktemp("examples") / "data"
    shutil.copytree(world.data_dir, folder)
    people = {one.role: one.username for one in world.told.people}
    token = asyncio.run(_token(world, folder, people[Role.PLANNER]))
    server = Server(folder, folder / "server.log")
    server.settings |= {"FIELDCHECK_PRIVATE_RECEIVERS": "127.0.0.0/8"}
    server.start()
    yield Site(server.address, token, people)
    server.stop()


async def _token(world: World, folder: Path, username: str) -> str:
    async with running(open_engine(f"sqlite:///{folder / 'fieldcheck.sqlite3'}"), all_tables()):
        account = await store.account_by_username(username)
        assert account is not None
        now = SystemClock().now()
        cmd = Command(Actor("admin", "admin", Role.ADMIN), now, SystemEntropy(), account.authority)
        last = (now + timedelta(days=30)).date()
        told = {"authority": account.authority, "account": account.id, "name": "examples", "last_day": last}
        return (await issue_system_token(cmd, scopes=set(TokenScope), **told))[1]


def run(name: str, *words: str | Path, **environment: str) -> str:
    """What an example prints; it must succeed."""
    shell = [sys.executable] if name.endswith(".py") else ["/bin/sh"]
    done = subprocess.run(
        [*shell, str(EXAMPLES / name), *map(str, words)],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **environment},
        check=False,
    )
    assert done.returncode == 0, (name, done.stdout, done.stderr)
    return done.stdout


def signed_in(site: Site, role: Role) -> httpx.Client:
    asked = {"username": site.people[role], "password": PASSWORD}
    opened = httpx.post(f"{site.address}/office/sessions", json=asked, timeout=PATIENCE_S, trust_env=False)
    headers = {"Authorization": f"Bearer {opened.json()['token']}"}
    return httpx.Client(base_url=site.address, headers=headers, timeout=PATIENCE_S, trust_env=False)


@contextmanager
def receiving(folder: Path, secret_file: Path) -> Iterator[str]:
    """The example's receiver as a process of its own; its address."""
    port = free_port()
    words = ["--port", str(port), "--secret-file", str(secret_file), "--folder", str(folder)]
    process = subprocess.Popen(
        [sys.executable, str(EXAMPLES / "receive_webhook.py"), *words], stdout=subprocess.DEVNULL
    )
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()


def test_every_example_is_run_here() -> None:
    run_here = {"receive_webhook.py", "sync_results.py", "import_register.py", "fetch_evidence.py", "calls.sh"}
    assert {path.name for path in EXAMPLES.iterdir() if path.is_file()} == run_here


def test_a_webhook_is_received_and_its_signature_checked(site: Site, tmp_path: Path) -> None:
    inbox, secrets = tmp_path / "inbox", tmp_path / "secret.txt"
    secrets.write_text("")
    with receiving(inbox, secrets) as address, signed_in(site, Role.ADMIN) as admin:
        asked = {"kind": "events", "address": address, "events": ["result.published"]}
        secret = admin.put("/office/channels/example", json=asked).json()["secret"]
        secrets.write_text(secret)
        end = time.monotonic() + PATIENCE_S
        while (status := admin.post("/office/channels/example/test").json()["status"]) is None:
            assert time.monotonic() < end
            time.sleep(0.1)
        assert status == 204
        events = admin.post("/office/channels/example/replay", json={"since": "2026-01-01T00:00:00Z"}).json()["events"]
        assert events > 0
        while len(list(inbox.glob("*.json"))) < events + 1:
            assert time.monotonic() < end
            time.sleep(0.1)
        forged = httpx.post(address, content=b"{}", headers={"Fieldcheck-Signature": "t=1,v1=00"}, trust_env=False)
        assert forged.status_code == 401
        assert admin.delete("/office/channels/example").status_code == 204
    told = [json.loads(path.read_text("utf-8")) for path in inbox.glob("*.json")]
    assert {one["type"] for one in told if "type" in one} == {"fieldcheck.result.published"}


def test_all_results_are_kept_by_cursor_and_the_second_run_reads_one_page(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    first = json.loads(run("sync_results.py", site.address, file))
    assert first["new"] == first["kept"] > 0
    again = json.loads(run("sync_results.py", site.address, file))
    assert (again["pages"], again["new"], again["kept"]) == (1, 0, first["kept"])
    whole = json.loads(run("sync_results.py", site.address, file, "--whole"))
    assert (whole["new"], whole["kept"]) == (0, first["kept"])


def test_a_register_is_imported_by_another_system(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "objects.csv"
    file.write_bytes(synthetic_register(30, "examples"))
    done = json.loads(run("import_register.py", site.address, file, FIELDCHECK_TOKEN=site.token))
    assert (done["counts"]["rows"], done["counts"]["rejected"]) == (30, 0)


def test_the_evidence_of_a_visit_is_fetched_and_verified(site: Site, tmp_path: Path) -> None:
    with signed_in(site, Role.SUPERVISOR) as supervisor:
        visit = supervisor.get("/office/visits?state=approved&limit=1").json()[0]["id"]
    people = {"FIELDCHECK_USERNAME": site.people[Role.SUPERVISOR], "FIELDCHECK_PASSWORD": PASSWORD}
    words = (site.address, visit, tmp_path / "evidence.zip", "复核", "监督检查")
    assert run("fetch_evidence.py", *words, **people)


def test_the_calls_with_curl_are_answered(site: Site, tmp_path: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", str(EXAMPLES / "calls.sh"), site.address],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "FIELDCHECK_TOKEN": site.token, "no_proxy": "*"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "me.json").read_text("utf-8"))["role"] == Role.PLANNER
    assert (tmp_path / "objects.xlsx").read_bytes()[:2] == b"PK"
    assert json.loads((tmp_path / "openapi.json").read_text("utf-8"))["openapi"] == "3.1.0"
