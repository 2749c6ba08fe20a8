"""Where administration begins."""

from litestar import Response, get

from api.commands import AnyRequest
from api.desk.answers import desk_page
from api.permits import Action

PAGES = (
    *("accounts", "units", "roles", "tokens", "channels", "deliveries", "contact"),
    *("health", "backups", "settings", "tables"),
)
"""In the order in which they are needed."""


@get("/desk/admin", opt={"action": Action.AUTHORITY_KEEP})
async def read_overview(request: AnyRequest) -> Response[bytes]:
    """What there is to administer."""
    return desk_page(request, "desk_admin/overview.html", pages=PAGES)


HANDLERS = [read_overview]
