"""What is shown once and never again: a first password, a token, a secret."""

from litestar import Response

from api.commands import AnyRequest
from api.desk.answers import desk_page


def told_once(request: AnyRequest, what: str, secret: str, back: str, **facts: str | int) -> Response[bytes]:
    """The page with a secret. `what`: whose texts `desk_admin.once_<what>` and `…_lead` are; `back`: where it leads."""
    return desk_page(request, "desk_admin/once.html", what=what, secret=secret, back=back, facts=facts)
