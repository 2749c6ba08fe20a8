"""Where this process keeps bytes: the disk, the object store, the turns of the uploads, the image workers. Opened once,
at the edge.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from inspection.kernel.clock import Clock, SystemClock
from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.entropy import Entropy, SystemEntropy
from inspection.kernel.errors import Refused
from inspection.kernel.unit_of_work import storage_is_full
from media.checked import Checked
from media.disk import Disk
from media.image_workers import ImageWorkers, NoWorkerError
from media.limits import Limits
from media.remote import Remote
from media.turns import Turns
from mobile_contract.problems import ProblemCode

RETRY_AFTER_S: Final = 30


@dataclass(frozen=True, slots=True)
class Vault:
    """Everything the verbs of this room work on besides the database."""

    disk: Disk
    images: ImageWorkers
    turns: Turns = field(default_factory=Turns)
    limits: Limits = field(default_factory=Limits)
    remote: Remote | None = None
    checked: Checked = field(default_factory=Checked)
    large: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever reads a large file whole."""
    clock: Clock = field(default_factory=SystemClock)
    entropy: Entropy = field(default_factory=SystemEntropy)

    def system(self) -> Command:
        """A command of nobody in particular, for what is found while somebody only reads."""
        return Command(SYSTEM, self.clock.now(), self.entropy)

    async def check_room(self) -> None:
        """Refuse new bytes while the disk is nearly full; a client tries again later.

        Raises:
            Refused: 503, because clients in the field give up on 507.
        """
        if await self.disk.free() < self.limits.free_floor:
            raise no_room()


@contextmanager
def telling_no_room() -> Iterator[None]:
    """A database without room is told as a disk without room.

    Raises:
        Refused: in the place of any error that only wants room (503).
    """
    try:
        yield
    except Exception as error:
        if storage_is_full(error):
            raise no_room() from error
        raise


@contextmanager
def workers_asked() -> Iterator[None]:
    """Somebody waits for an image worker, and there is none to be had: told as "not now".

    Raises:
        Refused: 503.
    """
    try:
        yield
    except NoWorkerError as error:
        raise Refused(ProblemCode.BUSY, "media.no_worker", retry_after=RETRY_AFTER_S) from error


_open: list[Vault] = []


@asynccontextmanager
async def open_vault(root: Path, *, limits: Limits | None = None, remote: Remote | None = None) -> AsyncIterator[Vault]:
    """Prepare the folders under `root` and let the verbs of this process work on them; at the end, end the workers."""
    images = ImageWorkers()
    vault = Vault(disk=Disk(root), images=images, limits=limits or Limits(), remote=remote)
    await vault.disk.prepare()
    async with using(vault):
        yield vault


@asynccontextmanager
async def using(vault: Vault) -> AsyncIterator[Vault]:
    """Let the verbs of this process work on `vault` meanwhile."""
    _open.append(vault)
    try:
        yield vault
    finally:
        _open.remove(vault)
        await vault.images.close()


def current_vault() -> Vault:
    """The vault of this process.

    Raises:
        RuntimeError: before `open_vault`.
    """
    if not _open:
        raise RuntimeError("no vault is open: use media.vault.open_vault first")
    return _open[-1]


def no_room() -> Refused:
    """The disk cannot take the bytes now (503)."""
    return Refused(ProblemCode.BUSY, "media.no_room", retry_after=RETRY_AFTER_S)
