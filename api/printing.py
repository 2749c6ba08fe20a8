"""The papers of a visit as whoever may have them gets them: at the office and at the entity's door."""

from dataclasses import replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from api.commands import AnyRequest, command
from api.entity.printed import printed_link
from api.process import process_of
from inspection.documents.blocks import Paper
from inspection.documents.of_record import record_view
from inspection.documents.of_refusal import refusal_view
from inspection.documents.of_result import result_view
from inspection.documents.of_visit import approval_view, notice_view
from inspection.documents.papers import make_paper
from inspection.documents.told_times import Times
from inspection.documents.views import PaperKind, RecordView, Signed
from inspection.kernel.keys import ServerKeys
from inspection.visits.notices.numbers import notice_number
from inspection.visits.states import VisitState
from media.signature import render_svg
from mobile_contract.ink import Ink
from sync.log.visit_times import visit_times


class VisitPaper(StrEnum):
    """The papers of a visit."""

    APPROVAL = "approval"
    NOTICE = "notice"
    RECORD = "record"
    RESULT = "result"


def papers_of(state: VisitState) -> tuple[VisitPaper, ...]:
    """The papers that there are of a visit: the result has one once the record is approved."""
    return tuple(one for one in VisitPaper if one is not VisitPaper.RESULT or state is VisitState.APPROVED)


async def visit_paper(request: AnyRequest, visit_id: UUID, kind: VisitPaper, lang: str) -> Paper:
    """A paper of an unsealed visit. The first printing of its notice gives that its number and its day of issue.

    Raises:
        NotFound, Refused, Conflict: as the views of `inspection.documents`.
    """
    return make_paper(PaperKind(kind.value), await _view(request, visit_id, kind, lang), lang)


async def refusal_paper(request: AnyRequest, visit_id: UUID, entry: str, lang: str) -> Paper:
    """The note of one refusal among the entries of a visit.

    Raises:
        NotFound, Refused, Conflict: as `refusal_view`.
    """
    times = await times_of(process_of(request).keys, visit_id)
    return make_paper(PaperKind.REFUSAL, await refusal_view(visit_id, entry, lang=lang, draw=drawn, times=times), lang)


async def times_of(keys: ServerKeys, visit_id: UUID) -> Times:
    """What is proven of when the entries of a visit were made."""
    return {one.hash: one.timing for one in (await visit_times(keys, visit_id)).entries}


def drawn(ink: Ink) -> str:
    """A signature as SVG."""
    return render_svg(ink).decode()


def not_drawn(_: Ink) -> str:
    """A signature that is named only."""
    return ""


def undrawn(view: RecordView) -> RecordView:
    """The record as it leaves the office: who signed is named, and no handwriting is there to be copied."""
    return replace(view, party_signed=_named(view.party_signed), officers=_named(view.officers))


def _named(signed: tuple[Signed, ...]) -> tuple[Signed, ...]:
    return tuple(replace(one, drawing=None) for one in signed)


async def _view(request: AnyRequest, visit: UUID, kind: VisitPaper, lang: str) -> Any:
    match kind:
        case VisitPaper.APPROVAL:
            return await approval_view(visit, lang=lang)
        case VisitPaper.NOTICE:
            await notice_number(command(request), visit)
            return await notice_view(visit, lang=lang, link=await printed_link(request, visit))
        case VisitPaper.RECORD:
            times = await times_of(process_of(request).keys, visit)
            return await record_view(visit, lang=lang, draw=drawn, times=times)
        case VisitPaper.RESULT:
            return await result_view(visit, lang=lang, draw=drawn, link=await printed_link(request, visit))
