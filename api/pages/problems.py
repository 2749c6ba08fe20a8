"""What a reader of pages sees when something is not there or not understood: a page, not a problem document."""

from collections.abc import Callable
from typing import Final

from litestar import Response
from litestar.exceptions import NotFoundException, ValidationException
from litestar.types import ExceptionHandlersMap

from api.commands import AnyRequest
from api.pages.render import View, page
from inspection.kernel.errors import Invalid, NotFound

ViewOf = Callable[[AnyRequest], View]

NOT_FOUND: Final = 404
BAD_REQUEST: Final = 400


def page_problems(view_of: ViewOf) -> ExceptionHandlersMap:
    """Exception handlers for routes that answer with pages. What is not found says nothing of what was asked for."""

    def not_found(request: AnyRequest, _: Exception) -> Response[bytes]:
        return _problem(request, view_of(request), NOT_FOUND, "pages.not_found")

    def not_understood(request: AnyRequest, _: Exception) -> Response[bytes]:
        return _problem(request, view_of(request), BAD_REQUEST, "pages.bad_request")

    return {
        NotFound: not_found,
        NotFoundException: not_found,
        Invalid: not_understood,
        ValidationException: not_understood,
    }


def _problem(request: AnyRequest, view: View, status: int, key: str) -> Response[bytes]:
    return page(request, view, "pages/problem.html", status=status, heading=key, explanation=f"{key}_text")
