"""From a view to a paper: the one list of which view makes which paper. Pure."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from inspection.documents.approval import approval
from inspection.documents.blocks import Paper
from inspection.documents.ceremony import ceremony
from inspection.documents.dossier_papers import dossier_cover, dossier_index
from inspection.documents.notice import notice
from inspection.documents.objections import objection_decision, objection_receipt
from inspection.documents.record_form import record_form
from inspection.documents.refusal_note import refusal_note
from inspection.documents.result_notice import result_notice
from inspection.documents.views import PaperKind
from inspection.kernel.catalogue import DEFAULT_LANGUAGE

_MAKERS: Final[Mapping[PaperKind, Callable[[Any, str], Paper]]] = MappingProxyType(
    {
        PaperKind.NOTICE: notice,
        PaperKind.RECORD: record_form,
        PaperKind.REFUSAL: refusal_note,
        PaperKind.APPROVAL: approval,
        PaperKind.RESULT: result_notice,
        PaperKind.OBJECTION_RECEIPT: objection_receipt,
        PaperKind.OBJECTION_DECISION: objection_decision,
        PaperKind.CEREMONY: ceremony,
        PaperKind.COVER: dossier_cover,
        PaperKind.INDEX: dossier_index,
    }
)


def make_paper(kind: PaperKind, view: Any, lang: str = DEFAULT_LANGUAGE) -> Paper:
    """The paper of a kind from its view, in Chinese unless another language is asked for."""
    return _MAKERS[kind](view, lang)
