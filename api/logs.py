"""Structured logs: one JSON object a line on standard error, with the ids of request and trace (`api.observe`).

What an exception says may quote a row, a body or a name. Of every exception, ours or a library's, a line tells its type
and where it came from; only at the level `debug`, which is for a developer's own machine, does it tell all.
`tests/guards/test_logs.py` holds our own lines to a closed list of fields.
"""

import logging
import sys
import traceback
from types import TracebackType
from typing import Final, TextIO

import structlog

FRAMES: Final = 8
LONGEST: Final = 300


def configure_logs(*, level: str = "info", log_format: str = "json", stream: TextIO | None = None) -> None:
    """Send every line of the process, ours and the libraries', to `stream` (standard error): `json` or `console`."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_what_it_says,
    ]
    renderer = _renderer(log_format)
    out = stream or sys.stderr
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(file=out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[_drop_meta, renderer], foreign_pre_chain=[*shared, _as_a_library_says]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(threshold, logging.WARNING))


def where(trace: TracebackType | None) -> list[str]:
    """The last places of a traceback, without what stood in their variables."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)[-FRAMES:]]


def _without_what_it_says(
    logger: structlog.typing.WrappedLogger,  # noqa: ARG001  structlog's signature
    name: str,
    event: structlog.typing.EventDict,
) -> structlog.typing.EventDict:
    told = event.pop("exc_info", None)
    error = sys.exc_info()[1] if told is True else told[1] if isinstance(told, tuple) else told
    if not isinstance(error, BaseException):
        return event
    if name == "debug":
        event["exception"] = "".join(traceback.format_exception(error))
    else:
        event.setdefault("error", f"{type(error).__module__}.{type(error).__qualname__}")
        event.setdefault("where", where(error.__traceback__))
    return event


def _as_a_library_says(
    logger: structlog.typing.WrappedLogger,  # noqa: ARG001
    name: str,  # noqa: ARG001
    event: structlog.typing.EventDict,
) -> structlog.typing.EventDict:
    """The first line of it: what follows shows values, as asyncio does of a task that nobody waited for."""
    event["event"] = str(event["event"]).strip().partition("\n")[0][:LONGEST]
    record = event.get("_record")
    event["logger"] = record.name if record is not None else "-"
    return event


def _drop_meta(
    logger: structlog.typing.WrappedLogger, name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return structlog.stdlib.ProcessorFormatter.remove_processors_meta(logger, name, event)


def _renderer(log_format: str) -> structlog.typing.Processor:
    if log_format == "console":
        return structlog.dev.ConsoleRenderer(colors=False)
    return structlog.processors.JSONRenderer(ensure_ascii=False)
