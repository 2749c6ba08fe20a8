"""Visits, their review and decision, publication, objections and dossiers."""

from collections.abc import Sequence
from typing import Final

from litestar.types import ControllerRouterHandler

from api.desk.review import (
    dossiers,
    erasures,
    files,
    follow_up,
    masking,
    objections,
    penalties,
    publication_forms,
    publication_pages,
    review_forms,
    review_page,
    review_queue,
    visit_forms,
    visit_list,
    visit_pages,
)

HANDLERS: Final[Sequence[ControllerRouterHandler]] = (
    *visit_list.HANDLERS,
    *visit_pages.HANDLERS,
    *visit_forms.HANDLERS,
    *review_queue.HANDLERS,
    *review_page.HANDLERS,
    *review_forms.HANDLERS,
    *erasures.HANDLERS,
    *publication_pages.HANDLERS,
    *publication_forms.HANDLERS,
    *masking.HANDLERS,
    *follow_up.HANDLERS,
    *penalties.HANDLERS,
    *objections.HANDLERS,
    *dossiers.HANDLERS,
    files.files_router,
)
