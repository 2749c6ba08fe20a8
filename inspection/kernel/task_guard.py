"""A task started inside a unit of work inherits it through contextvars and would use a connection that is busy or
already given back. Refuse at once, with a sentence, instead of failing later somewhere else.
"""

import asyncio
from typing import Any


def forbid_foreign_task(transaction: Any) -> None:
    """Raise when the running task is not the one that opened `transaction`.

    Raises:
        RuntimeError: always a programming error.
    """
    if transaction is not None and transaction.owner is not asyncio.current_task():
        raise RuntimeError(
            "this task was started inside a unit of work of another task: start it outside, or await it in line"
        )
