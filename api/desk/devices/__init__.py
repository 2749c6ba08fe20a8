"""Tablets: enrolled, looked after, revoked; what they sent that could not be read."""

from collections.abc import Sequence
from typing import Final

from litestar.types import ControllerRouterHandler

from api.desk.devices import enrol, letters, listing, rescues, waiting

HANDLERS: Final[Sequence[ControllerRouterHandler]] = (
    *listing.HANDLERS,
    *enrol.HANDLERS,
    *rescues.HANDLERS,
    *letters.HANDLERS,
    *waiting.HANDLERS,
)
