"""Files that come in pieces and whose digest nobody has told: those that people choose in a form of a page.

They lie in staging until all of the form is there and right; only then do they become blobs. One mebibyte of each is in
memory at most.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from inspection.kernel.command import Command
from inspection.kernel.unit_of_work import in_unit_at_once
from media import store
from media.files import BATCH, to_its_end
from media.settle import has_healed, record_blob
from media.sniff import HEAD, MEDIA_TYPES, sniff
from media.staging import Staged
from media.vault import current_vault, no_room, telling_no_room


class Arriving:
    """One such file while it comes. `length` in bytes so far."""

    def __init__(self, staged: Staged) -> None:
        self._staged = staged
        self._waiting: list[bytes] = []
        self._waits = 0
        self._head = b""
        self.length = 0

    @property
    def kind(self) -> str:
        """What it is by its first bytes: a key of `MEDIA_TYPES`, or `""`."""
        return sniff(self._head)

    async def add(self, piece: bytes) -> None:
        """The next bytes.

        Raises:
            Refused: the disk is full or broken (503).
        """
        if len(self._head) < HEAD:
            self._head += piece[: HEAD - len(self._head)]
        self._waiting.append(piece)
        self._waits += len(piece)
        self.length += len(piece)
        if self._waits >= BATCH:
            await self._flush()

    async def keep(self, cmd: Command) -> str:
        """Make it a blob under the media type of its first bytes; its SHA-256 (hex). Keeping it again changes nothing.

        Raises:
            Refused: the disk is full or broken (503).
        """
        await self._flush()
        disk = current_vault().disk
        try:
            digest = await to_its_end(asyncio.to_thread(self._digest_now))
            known = await store.blob(digest) is not None
            shelved = await to_its_end(asyncio.to_thread(disk.shelve_now, self._staged.path, digest))
        except OSError as error:
            raise no_room() from error
        with telling_no_room():
            await in_unit_at_once(
                record_blob,
                cmd,
                digest=digest,
                length=self.length,
                mime=MEDIA_TYPES[self.kind],
                healed=await has_healed(shelved, digest, known=known),
            )
        return digest

    async def _flush(self) -> None:
        pieces, self._waiting, self._waits = self._waiting, [], 0
        try:
            await self._staged.append(pieces)
        except OSError as error:
            raise no_room() from error

    def _digest_now(self) -> str:
        self._staged.sync_data_now()
        return self._staged.digest_now()


@asynccontextmanager
async def arriving(cmd: Command) -> AsyncIterator[Arriving]:
    """A file to be filled; whatever is not kept by the end of the block is gone.

    Raises:
        Refused: the disk is nearly full (503).
    """
    vault, name = current_vault(), cmd.new_id()
    await vault.check_room()
    try:
        async with vault.disk.open_staging(name) as staged:
            yield Arriving(staged)
    finally:
        await to_its_end(vault.disk.discard(name))
