"""An authority brings what another one has: not on this disk, but in the object store."""

from dataclasses import replace

from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, read
from media.blobs import claimed_digests, store_bytes
from media.create_upload import create_upload
from media.evict import evict_replicated
from media.receive import Piece, receive
from media.replicate import replicate_waiting
from media.rules import ANY_BYTES
from media.tus import Creation
from media.vault import Vault, using
from media.whole import take_small
from tests.media.conftest import AUTHORITY, OTHER_AUTHORITY
from tests.media.remote.test_replicate import evicting_vault, looked_at, whole
from tests.media.requests import pieces, sha256

SMALL, LARGE = b"in one request", b"in pieces" * 1000


async def test_what_only_the_object_store_has_is_brought_again_by_another_authority_and_counts_as_whole_before(
    stored: Vault, cmd: Command
) -> None:
    files = {sha256(data): data for data in (SMALL, LARGE)}
    for digest, data in files.items():
        assert await store_bytes(replace(cmd, authority=AUTHORITY), data, ANY_BYTES) == digest
        await looked_at(cmd, digest)
    await replicate_waiting(lambda: cmd)
    async with using(evicting_vault(stored)):
        assert await evict_replicated(lambda: cmd) == 2
        assert await stored.disk.shelved() == []
        piece = Piece(pieces([SMALL]), len(SMALL))
        assert await take_small(cmd, authority=OTHER_AUTHORITY, digest=sha256(SMALL), mime=ANY_BYTES, piece=piece)
        creation = Creation(len(LARGE), sha256(LARGE), ANY_BYTES, "")
        begun = await create_upload(cmd, authority=OTHER_AUTHORITY, creation=creation)
        assert begun.offset is None
        piece = Piece(pieces([LARGE]), len(LARGE))
        await receive(cmd, authority=OTHER_AUTHORITY, upload_id=begun.id, offset=0, piece=piece)
        assert await claimed_digests(OTHER_AUTHORITY, files) == set(files)
        for digest, data in files.items():
            assert await whole(digest) == data
            assert EventKind.BLOB_HEALED not in {line.kind for line in await read(f"media:{digest}")}
        again = Piece(pieces([b""]), 0)
        assert not await take_small(cmd, authority=AUTHORITY, digest=sha256(SMALL), mime=ANY_BYTES, piece=again)
