"""A task started inside a unit of work inherits it through contextvars and would use a connection that is busy or
already given back. Refuse at once, with a sentence, instead of failing later somewhere else.
"""

import asyncio
import threading
from typing import Any


def runner() -> object:
    """The running task; in a thread without a loop, which does one thing at a time, the thread."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return threading.current_thread()


def forbid_foreign_task(transaction: Any) -> None:
    """Raise when the running task is not the one that opened `transaction`.

    Raises:
        RuntimeError: always a programming error.
    """
    if transaction is not None and transaction.owner is not runner():
        raise RuntimeError(
            "this task was started inside a unit of work of another task: start it outside, or await it in line"
        )
