"""Object stores for the tests: started once a session, one prefix a test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from inspection.kernel.database import Engine
from media.remote import Remote
from media.vault import Vault, open_vault
from tests.media.conftest import LIMITS
from tests.media.remote import servers
from tests.media.remote.stores import settings_for

BUCKET = "evidence"


@pytest.fixture(scope="session")
def moto_address() -> Iterator[str]:
    with servers.moto() as address:
        httpx.put(f"{address}/{BUCKET}").raise_for_status()
        yield address


@pytest.fixture(scope="session")
def s3rver_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.s3rver(tmp_path_factory.mktemp("s3rver"), BUCKET) as address:
        yield address


@pytest.fixture
def remote(moto_address: str, request: pytest.FixtureRequest) -> Remote:
    """A prefix of this test's own in moto's bucket."""
    return Remote(settings_for(moto_address, BUCKET, prefix=f"t{abs(hash(request.node.nodeid))}"))


@pytest.fixture
async def stored(db: Engine, tmp_path: Path, remote: Remote) -> AsyncIterator[Vault]:
    """A vault with an object store beside it."""
    async with open_vault(tmp_path / "media", limits=LIMITS, remote=remote) as vault:
        yield vault
