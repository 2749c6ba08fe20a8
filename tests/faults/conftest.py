import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.cluster import Cluster
from tests.faults.stem import Stem
from tests.faults.world import place
from tests.support.once import once
from tests.support.schema import build_schema


@pytest.fixture(scope="session")
def stem(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Stem]:
    """What every server here is forked from, and what every database here begins with."""
    with Stem({"sqlite": sqlite_template, "postgres": once(tmp_path_factory, "blank-cluster", _blank)}) as made:
        yield made


def _blank(folder: Path) -> Path:
    """The data of a cluster that was migrated and stopped. Who runs it may not enter the folders of a test run."""
    at = place(in_memory=True)
    cluster = Cluster(at / "postgres")
    try:
        cluster.make()
        cluster.start()
        asyncio.run(build_schema(cluster.near))
        cluster.stop()
        return Path(shutil.copytree(cluster.data, folder / "data"))
    finally:
        cluster.kill()
        shutil.rmtree(at, ignore_errors=True)
