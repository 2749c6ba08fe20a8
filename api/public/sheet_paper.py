"""The ceremony sheet (摇号见证单) as a PDF: the same that its page shows, set as all papers are."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from litestar import Response

from api.commands import AnyRequest
from api.language import Language
from api.pages.qr import printed_qr
from api.process import process_of
from api.public.shown_draw import ShownCell, ShownContribution
from api.public.shown_sheet import Place, ShownSheet, shown_sheet
from inspection.authority import store as authorities
from inspection.documents.papers import make_paper
from inspection.documents.press import set_pdf
from inspection.documents.views import CellLine, CeremonyView, Link, PaperKind, Signed
from inspection.documents.words import Words
from inspection.draw.store import draw_row
from inspection.draw.supervision.witnessed import witnessed
from inspection.kernel.catalogue import text
from media.serving import GUARDS

CODED: Final = "SR-DRAW/1 {fingerprint}"
"""What the QR code holds."""


async def sheet_pdf(request: AnyRequest, told: Mapping[str, Any], lang: Language) -> Response[bytes]:
    """The sheet of a frozen draw, `told` being its public view. A draw that moved no further gives the same bytes."""
    draw_id = UUID(told["draw"])
    authority = await authorities.authority((await draw_row(draw_id)).authority)
    assert authority is not None  # noqa: S101  the draw refers to it
    sheet = shown_sheet(told, await witnessed(draw_id), lang)
    address = f"{process_of(request).settings.address}/draws/{draw_id}"
    made = await set_pdf(make_paper(PaperKind.CEREMONY, ceremony_view(sheet, authority.name, address, lang), lang))
    named = {"Content-Disposition": f'inline; filename="sheet-{draw_id}.pdf"'}
    headers = dict(GUARDS) | {"Accept-Ranges": "none", "Cache-Control": "no-store"} | named
    return Response(made, media_type="application/pdf", headers=headers)


def ceremony_view(sheet: ShownSheet, authority: str, address: str, lang: Language) -> CeremonyView:
    """What the paper says of a frozen draw. It bears the instant of the draw's latest step."""
    draw, words = sheet.draw, Words("documents.ceremony.told.", lang)
    fingerprint, steps = draw.fingerprint or "", dict(draw.steps)
    between = words.shared("between")
    return CeremonyView(
        authority=authority,
        number=draw.id,
        name=between.join(task.item for task in sheet.tasks),
        task=between.join(task.code for task in sheet.tasks),
        frame_size=draw.rows or 0,
        excluded=sum(task.rows - task.eligible for task in draw.tasks),
        fingerprint=fingerprint,
        cells=tuple(_cell(one, words) for one in sheet.cells),
        contributions=tuple(_contribution(one, words) for one in draw.contributions),
        boxes=tuple(digit.strip() for digit in sheet.boxes) if sheet.dice else (),
        notes=tuple(_notes(sheet, words)),
        seed=draw.seed or "",
        root=draw.result_root or "",
        present=tuple(_present(sheet, words)),
        held=steps.get("pages.draw_drawn_at"),
        verify=Link(printed_qr(CODED.format(fingerprint=fingerprint)), address, draw.id),
        at=max(steps.values()),
    )


def _cell(one: ShownCell, words: Words) -> CellLine:
    name = words("cell_name", number=one.number, task=one.task, weight=one.weight)
    return CellLine(name, one.size, one.quota, words("chance_text", fraction=one.chance, percent=one.percent))


def _contribution(one: ShownContribution, words: Words) -> str:
    told = {
        "name": one.name,
        "kind": text(f"pages.draw_kind_{one.kind}", words.lang),
        "value": one.value or words("not_yet"),
    }
    if not one.witnesses:
        return words("contribution", **told)
    return words("contribution_seen", **told, witnesses=words.shared("between").join(one.witnesses))


def _notes(sheet: ShownSheet, words: Words) -> Iterator[str]:
    if sheet.draw.state == "voided":
        yield words("voided")
    if sheet.more_tasks:
        yield words("more_tasks", more=sheet.more_tasks)
    if sheet.more_cells:
        yield words("more_cells", more=sheet.more_cells, digest=sheet.params_digest)
    else:
        yield words("params", digest=sheet.params_digest)
    if sheet.more_places:
        yield words("more_places", more=sheet.more_places)


def _present(sheet: ShownSheet, words: Words) -> Iterator[Signed]:
    yield Signed(words("operator", name=sheet.operator))
    yield Signed(words("approver", name=sheet.approver))
    for place in sheet.places:
        yield Signed(_place(place, words))


def _place(place: Place, words: Words) -> str:
    return words("office", office=place.office, name=place.name) if place.office else words("witness", name=place.name)
