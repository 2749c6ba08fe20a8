"""What is scraped is what happened, and names nobody. On both engines."""

import asyncio
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from api.metrics.catalogue import ALL, Kind
from api.metrics.meters import Meters
from api.metrics.standing import Standing
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.settings import Settings
from inspection.kernel.signals import Counted
from tests.api.conftest import PASSWORD, Office
from tests.support.served import free_port

Labels = tuple[tuple[str, str], ...]
Samples = dict[str, dict[Labels, float]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"metrics_port": free_port(), "slow_request_ms": 60_000})


async def scrape(app: Litestar) -> Samples:
    """Every sample by its name and labels, as the port tells them."""
    registry = app.state.process.meters.registry
    (standing,) = [one for one in registry._collector_to_names if isinstance(one, Standing)]
    await standing.refresh()
    found: Samples = {}
    for family in text_string_to_metric_families(generate_latest(registry).decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


async def test_a_request_is_counted_by_its_template_and_never_by_what_was_asked(
    app: Litestar, client: httpx.AsyncClient, office: Office
) -> None:
    await client.get("/health/live")
    await client.get("/desk/visits/0197-secret-of-zhang-san")
    await client.get("/nowhere/张三")
    await client.request("BREW", "/health/live")
    told = await scrape(app)
    counts = told["fieldcheck_http_request_seconds_count"]
    assert counts[(("method", "GET"), ("route", "/health/live"), ("status", "2xx"))] == 1
    assert counts[(("method", "GET"), ("route", "-"), ("status", "4xx"))] >= 1
    assert {dict(labels)["method"] for labels in counts} == {"GET", "other"}
    text = str(told)
    assert "zhang" not in text
    assert "张三" not in text
    assert told["fieldcheck_http_in_flight"] == {(): 0}
    assert told["fieldcheck_http_answers_total"][(("status", "200"),)] == 1


async def test_tries_to_sign_in_are_counted_by_how_they_end(
    app: Litestar, client: httpx.AsyncClient, office: Office
) -> None:
    for password in (PASSWORD, "wrong"):
        await client.post("/office/sessions", json={"username": f"first.{Role.PLANNER}", "password": password})
    told = (await scrape(app))["fieldcheck_sign_ins_total"]
    assert told == {(("outcome", "done"),): 1, (("outcome", "refused"),): 1, (("outcome", "locked"),): 0}


async def test_what_stands_in_the_database_is_read_and_kept_for_a_while(app: Litestar, office: Office) -> None:
    told = await scrape(app)
    assert told["fieldcheck_database_read_ok"] == {(): 1}
    assert told["fieldcheck_clocks_running"][(("matter", "plan"),)] == 1
    assert told["fieldcheck_db_connections_most"][()] > 0
    first = told["fieldcheck_database_read_age_seconds"][()]
    assert (await scrape(app))["fieldcheck_database_read_age_seconds"][()] > first


async def test_every_name_that_is_scraped_is_in_the_catalogue(app: Litestar, client: httpx.AsyncClient) -> None:
    await client.get("/health/live")
    ends = {Kind.HISTOGRAM: ("_bucket", "_sum", "_count"), Kind.COUNTER: ("",), Kind.GAUGE: ("",)}
    known = {one.name + end for one in ALL for end in ends[one.kind]}
    told = await scrape(app)
    assert {name for name in told if name.startswith("fieldcheck_")} - known == set()


async def test_figures_that_cannot_be_read_leave_the_rest_to_be_told(
    app: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise OSError("the database is away")

    monkeypatch.setattr("api.metrics.standing.database_standing", away)
    told = await scrape(app)
    assert told["fieldcheck_database_read_ok"] == {(): 0}
    assert "fieldcheck_jobs_waiting" not in told
    assert told["fieldcheck_build_info"]
    assert told["fieldcheck_devices"] == {(): 0}


def test_a_kind_that_nobody_knows_makes_no_line_of_its_own() -> None:
    meters = Meters()
    for n in range(100):
        meters.counted(Counted.SIGN_IN, f"person {n}", 1)
        meters.answered("/desk", f"METHOD{n}", 1000 + n, 0.1)
    told = generate_latest(meters.registry).decode()
    assert 'fieldcheck_sign_ins_total{outcome="other"} 100.0' in told
    assert "person" not in told
    assert told.count("fieldcheck_http_request_seconds_count{") == 1


def test_what_may_happen_is_told_as_not_having_happened_from_the_start() -> None:
    told = generate_latest(Meters().registry).decode()
    for line in (
        'entries_total{verdict="refused"}',
        'sign_ins_total{outcome="locked"}',
        'rate_refusals_total{budget="door"}',
    ):
        assert f"fieldcheck_{line} 0.0" in told


async def test_figures_that_nobody_waits_for_any_longer_are_told_not_to_have_been_read(
    app: Litestar, monkeypatch: pytest.MonkeyPatch, settings: Settings, clock: FixedClock
) -> None:
    asked = asyncio.Event()

    async def hangs() -> None:
        asked.set()
        await asyncio.Event().wait()

    monkeypatch.setattr("api.metrics.standing.KEPT_S", 0.0)
    standing = Standing(settings, clock)
    await standing.refresh()
    assert gauge(standing, "fieldcheck_database_read_ok") == 1
    monkeypatch.setattr("api.metrics.standing.database_standing", hangs)
    scrape = asyncio.create_task(standing.refresh())
    await asked.wait()
    scrape.cancel()
    await asyncio.wait([scrape])
    assert gauge(standing, "fieldcheck_database_read_ok") == 0


async def test_a_disk_that_is_gone_leaves_the_rest_to_be_told(
    app: Litestar, settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    standing = Standing(settings.model_copy(update={"data_dir": tmp_path / "unmounted"}), clock)
    await standing.refresh()
    assert gauge(standing, "fieldcheck_database_read_ok") == 1
    assert gauge(standing, "fieldcheck_db_connections_most") > 0
    assert "fieldcheck_disk_free_bytes" not in {family.name for family in standing.collect()}


async def test_a_disk_that_hangs_is_looked_at_once_and_tells_nothing_of_before(
    app: Litestar, monkeypatch: pytest.MonkeyPatch, settings: Settings, clock: FixedClock
) -> None:
    begun, goes_on = list[int](), asyncio.Event()

    async def hangs(*_: object) -> dict[str, float]:
        begun.append(1)
        await goes_on.wait()
        return {}

    standing = Standing(settings, clock)
    await standing.refresh()
    assert gauge(standing, "fieldcheck_disk_free_bytes") > 0
    monkeypatch.setattr("api.metrics.standing._on_disks", hangs)
    for _ in range(3):
        scrape = asyncio.create_task(standing.refresh())
        for _ in range(10):
            await asyncio.sleep(0)
        scrape.cancel()
        await asyncio.wait([scrape])
        assert begun == [1]
        assert "fieldcheck_disk_free_bytes" not in {family.name for family in standing.collect()}
    goes_on.set()
    await standing.refresh()


def gauge(standing: Standing, name: str) -> float:
    (told,) = [family.samples[0].value for family in standing.collect() if family.name == name]
    return float(told)
