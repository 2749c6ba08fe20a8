"""Changes of the register of inspectors, and the word of the office that reviews them."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, lang_of, see
from api.desk.forms import Form, acted, filled
from api.desk.registry.asking import asked_of, picked
from api.desk.registry.wording import told_fields
from api.office.inspector_views import batch_view
from api.office.inspectors import ChangesReviewed
from api.permits import Action
from inspection.kernel.errors import NotFound
from inspection.registry.inspectors import store_changes
from inspection.registry.inspectors.confirm_changes import confirm_changes
from inspection.registry.inspectors.questions import change_batches
from inspection.registry.inspectors.terms import OPEN_BATCHES, BatchState
from mobile_contract.problems import ProblemCode

MOST: Final = 100
_READ: Final = {"action": Action.INSPECTOR_READ}


@get("/desk/inspectors/changes", opt=_READ)
async def read_changes(request: AnyRequest) -> Response[bytes]:
    """Changes as they were made, the newest first."""
    state = picked(BatchState, asked_of(request, "state")["state"])
    states = None if state is None else [state]
    found = [batch_view(one) for one in await change_batches(authority_of(request), states, MOST)]
    return desk_page(request, "desk_registry/changes.html", batches=found, state=state, states=BatchState)


@get("/desk/inspectors/changes/{batch:uuid}", opt=_READ)
async def read_batch(request: AnyRequest, batch: FromPath[UUID]) -> Response[bytes]:
    """One batch of changes, person by person."""
    return await _page(request, batch)


@post("/desk/inspectors/changes/{batch:uuid}", opt={"action": Action.INSPECTOR_REVIEW})
async def send_review(request: AnyRequest, batch: FromPath[UUID]) -> Response[bytes]:
    """Confirm a batch, or return it with remarks; never by the person who made the changes."""

    async def do(form: Form) -> str:
        told = filled(form, ChangesReviewed)
        await confirm_changes(command(request), batch, confirm=told.confirm, remarks=told.remarks)
        done = "desk_registry.done_confirmed" if told.confirm else "desk_registry.done_returned"
        return see(f"/desk/inspectors/changes/{batch}", done)

    return await acted(request, do, lambda: _page(request, batch))


async def _page(request: AnyRequest, batch: UUID) -> Response[bytes]:
    found = await store_changes.batch(batch)
    if found is None or found.authority != authority_of(request):
        raise NotFound(ProblemCode.NOT_FOUND, "registry.batch_unknown", batch=str(batch))
    facts: dict[str, Any] = {
        "batch": batch_view(found),
        "open": found.state in OPEN_BATCHES,
        **told_fields(lang_of(request)),
    }
    return desk_page(request, "desk_registry/batch.html", **facts)


HANDLERS: Final = [read_changes, read_batch, send_review]
