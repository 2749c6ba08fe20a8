"""Units, accounts, tokens, channels, settings, backups and health."""

from collections.abc import Sequence
from typing import Final

from litestar.types import ControllerRouterHandler

from api.desk.admin import account, accounts, channels, health, overview, settings, tables, tokens, units

HANDLERS: Final[Sequence[ControllerRouterHandler]] = (
    *overview.HANDLERS,
    *units.HANDLERS,
    *accounts.HANDLERS,
    *account.HANDLERS,
    *tokens.HANDLERS,
    *channels.HANDLERS,
    *settings.HANDLERS,
    *health.HANDLERS,
    *tables.HANDLERS,
)
