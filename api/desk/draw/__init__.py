"""The draw as a ceremony before witnesses, and what changes after it."""

from collections.abc import Sequence
from typing import Final

from litestar.types import ControllerRouterHandler

from api.desk.draw import (
    asking,
    changes,
    checked,
    figures,
    lists,
    papers,
    planning,
    stage,
    steps,
    supervision,
    supervisor,
    working,
)

HANDLERS: Final[Sequence[ControllerRouterHandler]] = (
    *lists.HANDLERS,
    *planning.HANDLERS,
    *working.HANDLERS,
    *steps.HANDLERS,
    *supervisor.HANDLERS,
    *papers.HANDLERS,
    *checked.HANDLERS,
    *stage.HANDLERS,
    *changes.HANDLERS,
    *asking.HANDLERS,
    *supervision.HANDLERS,
    *figures.HANDLERS,
)
