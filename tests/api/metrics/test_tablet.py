"""What a tablet does is counted: lines by verdict, receipts, topics, files and bytes; and so is the work behind it."""

import hashlib
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar

from api.worker import make_worker
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.entropy import SeededEntropy
from inspection.kernel.settings import Settings
from mobile_contract.client import Session
from sync.devices.store_contacts import silence
from tests.api.conftest import Office
from tests.api.device.test_sync_routes import NDJSON
from tests.api.metrics.test_scrape import Labels, scrape
from tests.support.served import free_port
from tests.support.tablets import auth_of


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"metrics_port": free_port()})


def happened(counts: dict[Labels, float]) -> dict[Labels, float]:
    """What is not 0 any more."""
    return {labels: count for labels, count in counts.items() if count}


async def test_a_tablets_day_is_counted(
    app: Litestar, client: httpx.AsyncClient, session: Session, office: Office, clock: FixedClock
) -> None:
    await session.fetch_anchor()
    for text in ("张三", "李四"):
        session.device.capture("note.add", {"text": text}, visit=office.authority)
    await session.push()
    await client.post("/v1/sync/push", content=b"{\n{\n{", headers=NDJSON, auth=auth_of(session))
    await session.pull()
    for content, declared in ((b"a photo", b"a photo"), (b"another", b"a third")):
        digest = hashlib.sha256(declared).hexdigest()
        await client.put(
            f"/v1/media/{digest}", content=content, headers={"Content-Type": "image/jpeg"}, auth=auth_of(session)
        )
    done = await make_worker(clock, SeededEntropy("work")).drain()
    told = await scrape(app)
    assert happened(told["fieldcheck_entries_total"]) == {(("verdict", "held"),): 2, (("verdict", "refused"),): 3}
    assert told["fieldcheck_receipts_total"] == {(): 2}
    assert happened(told["fieldcheck_uploads_total"]) == {(("outcome", "completed"),): 1, (("outcome", "refused"),): 1}
    assert told["fieldcheck_upload_bytes_total"] == {(): len(b"a photo") + len(b"another")}
    assert told["fieldcheck_admit_seconds_count"] == {(): 2}
    assert told["fieldcheck_unit_seconds_count"][()] > 2
    assert happened(told["fieldcheck_jobs_total"]) == {(("outcome", "done"),): done}
    assert done > 0
    assert {dict(labels)["name"] for labels in told["fieldcheck_job_seconds_count"]} >= {"media.derive"}
    assert told["fieldcheck_entries_held"] == {(): 2}
    assert told["fieldcheck_devices"] == {(): 1}
    assert told["fieldcheck_log_waiting_leaves"] == {(): 2}
    text = str(told)
    for secret in ("张三", "李四", "平板", str(session.device.id), str(office.authority), Role.PLANNER.value):
        assert secret not in text


async def test_a_tablet_is_silent_from_its_last_word_on_whatever_that_was(
    session: Session, office: Office, clock: FixedClock
) -> None:
    enrolled = clock.now()
    assert await silence(enrolled) == (1, 0)
    later = clock.advance(timedelta(days=8))
    assert await silence(later) == (1, 1)
    await session.fetch_anchor()
    session.device.capture("note.add", {"text": "still here"}, visit=office.authority)
    await session.push()
    assert await silence(later) == (1, 0)
    assert await silence(later + timedelta(seconds=1)) == (1, 1)
