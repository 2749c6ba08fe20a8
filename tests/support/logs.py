"""Where a process sends its logs, around what changes that."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog


@contextmanager
def logs_as_they_were() -> Iterator[None]:
    """A command sends the logs to the runner's captured stream, which nothing later may write to."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()
