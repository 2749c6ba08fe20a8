"""One run of a command: settings, database, who acts. The same verbs as over HTTP, under the name of an account."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import click

from api.backups import sqlite_path, use_backups
from api.migrate import waiting
from api.output import Output
from api.permits import Action, demand
from api.restoring.marker import refuse_half_restored
from api.schema import all_tables
from api.worker import install_projections, make_worker
from inspection.authority import store as authority_store
from inspection.draw.supervision.beacon import use_beacon
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.clock import Clock, SystemClock
from inspection.kernel.command import SYSTEM, Actor, Command
from inspection.kernel.database import open_engine, running
from inspection.kernel.entropy import Entropy, SystemEntropy
from inspection.kernel.errors import NotFound, Refused
from inspection.kernel.keys import ServerKeys, load_server_keys
from inspection.kernel.one_writer import only_writer
from inspection.kernel.settings import Settings
from inspection.kernel.work.worker import Worker
from inspection.policy.keep_rules import check_kept
from inspection.policy.load import use_local
from media.remote import remote_of
from media.vault import open_vault
from mobile_contract.problems import ProblemCode
from sync.log.stamps import use_stamps

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """What a command works with."""

    settings: Settings
    output: Output
    clock: Clock
    entropy: Entropy

    def system(self) -> Command:
        """A command of nobody in particular: set-up and background work."""
        return Command(SYSTEM, self.clock.now(), self.entropy)

    async def acting(self, username: str, action: Action) -> Command:
        """A command of the account `username`, as if it had signed in and asked for `action`.

        Raises:
            NotFound: no such account.
            Refused: its role may not do this (`api.permits`).
        """
        account = await authority_store.account_by_username(username)
        if account is None:
            raise NotFound(ProblemCode.ACCOUNT_UNKNOWN, "cli.account_unknown", username=username)
        demand(account.role, action)
        actor = Actor(str(account.id), account.name, account.role)
        return Command(actor, self.clock.now(), self.entropy, account.authority)

    def at_once(self, cmd: Command) -> Command:
        """The same person's command of this moment."""
        return replace(cmd, now=self.clock.now())

    def keys(self) -> ServerKeys:
        """The server's keys, made at the first call."""
        return load_server_keys(self.key_folder)

    @property
    def key_folder(self) -> Path:
        """Where the server's keys are."""
        return self.settings.data_dir / "keys"

    def worker(self) -> Worker:
        """Does what the journal asks for, in this process."""
        return make_worker(self.clock, self.entropy)


def authority_of(cmd: Command) -> UUID:
    """The authority of the acting account.

    Raises:
        Refused: it belongs to none.
    """
    if cmd.authority is None:
        raise Refused(ProblemCode.FORBIDDEN, "cli.account_without_authority")
    return cmd.authority


def today() -> date:
    """The local day, for commands that need no database."""
    return local_day(SystemClock().now())


def sqlite_file(settings: Settings) -> Path | None:
    """The file that holds the database; None on PostgreSQL."""
    return sqlite_path(settings)


@contextmanager
def sole_writer(settings: Settings) -> Iterator[None]:
    """One process writes to SQLite: be it until the end, or say clearly who is in the way. Nothing on PostgreSQL.

    Raises:
        Refused: another process writes to the database.
    """
    file = sqlite_file(settings)
    with only_writer(file) if file else nullcontext():
        yield


def writer_elsewhere(settings: Settings) -> bool:
    """Whether another process writes to the SQLite database now."""
    try:
        with sole_writer(settings):
            return False
    except Refused:
        return True


@asynccontextmanager
async def opened(desk: Desk, *, migrated: bool = True, reads: bool = False) -> AsyncIterator[Desk]:
    """The database, started and bound; refuses to work on an old schema unless `migrated` is off.

    `reads`: nothing is changed, so that it works beside the process that writes to SQLite.
    """
    settings = desk.settings
    refuse_half_restored(settings)
    use_local(settings.rule_sets)
    use_backups(settings)
    try:
        use_beacon(settings.beacon)
    except ValueError:
        raise Refused(ProblemCode.CONFLICT, "cli.beacon_missing", path=settings.beacon) from None
    try:
        use_stamps(settings.timestamp_url, settings.timestamp_certificates)
    except (OSError, ValueError):
        path = str(settings.timestamp_certificates)
        raise Refused(ProblemCode.CONFLICT, "cli.certificates_unreadable", path=path) from None
    try:
        remote = remote_of(settings)
    except ValueError as error:
        raise Refused(ProblemCode.CONFLICT, "cli.s3_unusable", reason=str(error)) from None
    install_projections()
    file = sqlite_file(settings)
    if reads and file is not None and not file.exists():
        raise Refused(ProblemCode.CONFLICT, "cli.schema_behind")
    engine = open_engine(settings.database, pool_size=settings.pool_size, reads_only=reads, pooler=settings.pooler)
    async with running(engine, all_tables()), open_vault(settings.data_dir / "media", remote=remote):
        if migrated and await waiting():
            raise Refused(ProblemCode.CONFLICT, "cli.schema_behind")
        if migrated:
            await check_kept()
        yield desk


def run(ctx: click.Context, work: Callable[[Desk], Awaitable[T]], *, migrated: bool = True, reads: bool = False) -> T:
    """Run `work` with the database open. `reads`: it changes nothing, and works beside a running server on SQLite too.

    Raises:
        DomainError: a refusal; `api.cli.trouble` prints it and makes the exit code of it.
    """
    settings, output = ctx.obj["settings"], ctx.obj["output"]
    desk = Desk(settings, output, SystemClock(), SystemEntropy())

    async def whole() -> T:
        async with opened(desk, migrated=migrated, reads=reads):
            return await work(desk)

    return asyncio.run(whole())


def acting_option(default: str = "admin") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--as USERNAME`: under whose name the journal keeps the command."""
    return click.option(
        "--as",
        "username",
        default=default,
        show_default=True,
        help="Account in whose name this is done and journalled.",
    )
