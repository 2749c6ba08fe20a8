import shutil

import httpx
from piccolo.apps.migrations.tables import Migration

from inspection.kernel.database import current_engine
from inspection.kernel.settings import Settings


async def test_a_migrated_database_and_a_writable_folder_are_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health/live")).json() == {"status": "ok"}
    ready = await client.get("/health/ready")
    assert (ready.status_code, ready.json()) == (200, {"status": "ok"})


async def test_a_data_directory_that_cannot_be_written_is_not_ready(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    shutil.rmtree(settings.data_dir)
    answer = await client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["failing"] == ["data_dir"]
    assert answer.headers["retry-after"] == "5"
    assert (await client.get("/health/live")).status_code == 200
    settings.data_dir.mkdir()
    assert (await client.get("/health/ready")).status_code == 200


async def test_a_database_that_waits_for_a_migration_is_not_ready(client: httpx.AsyncClient) -> None:
    Migration._meta.db = current_engine()
    (step, *_) = await Migration.select(Migration.id, Migration.name).where(Migration.app_name == "sync")
    await Migration.update({Migration.name: "not of this version"}).where(Migration.id == step["id"])
    try:
        answer = await client.get("/health/ready")
        assert (answer.status_code, answer.json()["failing"]) == (503, ["migrations"])
    finally:
        await Migration.update({Migration.name: step["name"]}).where(Migration.id == step["id"])
    assert (await client.get("/health/ready")).status_code == 200


async def test_a_closed_database_is_not_ready_and_never_an_incident(client: httpx.AsyncClient) -> None:
    await current_engine().close()
    answer = await client.get("/health/ready")
    assert answer.status_code == 503
    assert "database" in answer.json()["failing"]
    assert (await client.get("/health/live")).status_code == 200
    await current_engine().start()
