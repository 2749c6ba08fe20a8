"""The application: settings, clock and entropy in; an ASGI application out. Nothing here knows a rule of the domain."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from fractions import Fraction
from functools import cache

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.exceptions import MethodNotAllowedException

from api.backups import use_backups
from api.commands import AnyRequest
from api.device.pokes import Pokes
from api.engine import engine_of
from api.errors import answer_problem
from api.guards import authorise
from api.metrics.meters import meters_of
from api.metrics.port import scraped
from api.observe import ObservedApp
from api.openapi import build_document, printed
from api.options import NoneOfTheirOwn, answer_method
from api.process import Process
from api.proving import NonceHeaders
from api.ratios import ratio_text
from api.repeats import Repeats
from api.requests import StrictRequest, model_plugins
from api.restoring.marker import refuse_half_restored
from api.routes import all_routes, described_routes
from api.schema import all_tables
from api.slow_bodies import SlowBodyMiddleware
from api.throttle import Throttle, ThrottleMiddleware
from api.tracing import traced
from api.worker import handing_over, install_projections, working
from inspection.draw.supervision.beacon import use_beacon
from inspection.kernel.clock import Clock
from inspection.kernel.database import running
from inspection.kernel.entropy import Entropy
from inspection.kernel.keys import load_server_keys
from inspection.kernel.lock import use_lock
from inspection.kernel.replica import MAY_LAG, give_leave
from inspection.kernel.settings import Settings
from inspection.policy.load import use_local
from media.remote import remote_of
from media.vault import open_vault
from sync.devices.proofs import desk_for
from sync.log.stamps import use_stamps

BODY_LIMIT = 256 * 1024
FORM_PARTS = 20
TITLE = "Fieldcheck"

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


def create_app(settings: Settings, *, clock: Clock, entropy: Entropy, works: bool = False) -> Litestar:
    """The whole service on one ASGI application.

    Its lifespan opens and closes the database and, with `works`, runs the background work in this process too (the way
    of SQLite, which lives in exactly one process).

    Raises:
        ValueError, OSError: the server's key cannot be read or made in the data directory.
    """
    return serving(routed_app(works=works), process_for(settings, clock, entropy))


def process_for(settings: Settings, clock: Clock, entropy: Entropy) -> Process:
    """What one server process holds.

    Raises:
        ValueError, OSError: the server's key cannot be read or made in the data directory.
    """
    use_lock(settings.key_file)
    keys = load_server_keys(settings.data_dir / "keys")
    meters = meters_of(settings)
    return Process(settings, clock, entropy, keys, Throttle(), desk_for(keys), openapi=cache(_reference), meters=meters)


def serving(app: Litestar, process: Process) -> Litestar:
    """Let the application serve as this process."""
    app.state = State({"process": process, "pokes": Pokes()})
    return app


def routed_app(*, works: bool) -> Litestar:
    """All routes on an application that does not know yet which process it serves as."""
    lifespan: list[Lifespan] = [_database, _media, _watched]
    if works:
        lifespan.append(_background_work)
    return ObservedApp(
        list(all_routes()),
        lifespan=lifespan,
        guards=[authorise],
        before_request=_give_leave,
        middleware=[NonceHeaders(), ThrottleMiddleware(), SlowBodyMiddleware()],
        exception_handlers={Exception: answer_problem, MethodNotAllowedException: answer_method},
        request_class=StrictRequest,
        plugins=[*model_plugins(), NoneOfTheirOwn(), Repeats()],
        type_encoders={Fraction: ratio_text},
        request_max_body_size=BODY_LIMIT,
        multipart_form_part_limit=FORM_PARTS,
        # Quality 4 of brotli costs less than the default for nearly the same size; what is packed already opts out.
        compression_config=CompressionConfig(
            backend="brotli", brotli_quality=4, gzip_compress_level=5, minimum_size=1024, exclude_opt_key="uncompressed"
        ),
        openapi_config=None,
        logging_config=None,
        debug=False,
    )


async def _give_leave(request: AnyRequest) -> None:
    """Behind the guards, which ask who may do this: that is never old."""
    give_leave(may_lag=bool(request.route_handler.opt.get(MAY_LAG)))


def _reference() -> bytes:
    return printed(build_document(described_routes(), TITLE))


@asynccontextmanager
async def _database(app: Litestar) -> AsyncIterator[None]:
    settings = app.state.process.settings
    refuse_half_restored(settings)
    use_local(settings.rule_sets)
    use_backups(settings)
    use_beacon(settings.beacon)
    use_stamps(settings.timestamp_url, settings.timestamp_certificates)
    install_projections()
    async with running(engine_of(settings), all_tables()):
        yield


@asynccontextmanager
async def _media(app: Litestar) -> AsyncIterator[None]:
    settings = app.state.process.settings
    keys = app.state.process.keys
    async with (
        open_vault(settings.data_dir / "media", remote=remote_of(settings)),
        handing_over(keys, settings.shutdown_s),
    ):
        yield


@asynccontextmanager
async def _watched(app: Litestar) -> AsyncIterator[None]:
    process: Process = app.state.process
    settings = process.settings
    async with (
        scraped(process.meters, settings, process.clock, processes=settings.web_processes),
        traced(settings) as app.state.tracing,
    ):
        yield


@asynccontextmanager
async def _background_work(app: Litestar) -> AsyncIterator[None]:
    process: Process = app.state.process
    async with working(process.clock, process.entropy, process.keys, process.settings):
        yield
