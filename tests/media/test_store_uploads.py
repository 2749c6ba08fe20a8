"""Which uploads brought, or claimed to bring, a file: what its custody asks."""

from datetime import timedelta
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.unit_of_work import unit_of_work
from media import store
from media.rules import UploadState
from media.store import UploadRow
from media.store_uploads import uploads_of


async def test_all_uploads_of_a_file_are_found_whoever_began_them_the_oldest_first(db: Engine, cmd: Command) -> None:
    one, other = "a" * 64, "b" * 64
    begun = [
        (UUID(int=1), "anne", one, 5, UploadState.RECEIVING, 2),
        (UUID(int=2), "bo", one, None, UploadState.RECEIVING, 1),
        (UUID(int=3), "anne", other, 5, UploadState.COMPLETE, 0),
    ]
    async with unit_of_work():
        for number, owner, digest, length, state, minutes in begun:
            at = cmd.now + timedelta(minutes=minutes)
            assert await store.add_upload(UploadRow(number, owner, digest, length, "image/jpeg", "", state, at))
    found = await uploads_of({one, "c" * 64})
    assert [(upload.id.int, upload.owner, upload.length) for upload in found] == [(2, "bo", None), (1, "anne", 5)]
    assert [upload.state for upload in await uploads_of({other})] == ["complete"]
    assert await uploads_of(()) == []
