"""A look at what a file that waits would do, told in both languages and kept beside it."""

from dataclasses import replace
from typing import Final

from api.commands import AnyRequest
from api.desk.registry import waiting as waiting_files
from api.desk.registry.waiting import Waiting
from api.language import Language
from api.office.objects import Previewed, previewed
from api.office.registry_views import PreviewView, preview_view
from inspection.kernel.errors import DomainError, Invalid
from inspection.registry.intake.preview import Outputs
from inspection.registry.intake.waiting import put_away
from inspection.registry.intake.wanted import Wanted
from mobile_contract.problems import ProblemCode

_LANGUAGES: Final[tuple[Language, ...]] = ("zh_CN", "en")
_MENDABLE: Final = ProblemCode.IMPORT_COLUMN_MISSING


def wanted(told: Waiting, token: str | None = None) -> Wanted:
    """What is asked of the file besides its rows."""
    return Wanted(told.headers or None, told.origin or None, token)


async def looked_at(request: AnyRequest, told: Waiting) -> Waiting:
    """The file with what its import would do. One that lacks a column waits on, for somebody to say which it is.

    Raises:
        DomainError: as the preview; then the file waits no longer, unless it was looked at before.
    """
    try:
        what = Previewed(told.register)
        async with waiting_files.file_of(request, told.id) as path:
            found = await previewed(request, what, path, told.name, wanted(told), Outputs(), absent=told.absent)
    except Invalid as error:
        if error.code is _MENDABLE and isinstance(header := error.facts.get("found"), list):
            lacking = replace(
                told, told={}, header=[str(one) for one in header], lacking=str(error.facts.get("missing", ""))
            )
            return await waiting_files.note(lacking)
        raise await _dropped(told, error) from error
    except DomainError as error:
        raise await _dropped(told, error) from error
    shown: dict[str, PreviewView] = {lang: preview_view(found.preview, found.absent, lang) for lang in _LANGUAGES}
    return await waiting_files.note(replace(told, told=shown, header=found.preview.header, lacking=""))


async def _dropped(told: Waiting, error: DomainError) -> DomainError:
    if not told.told and not told.lacking:
        await put_away(told.id)
    return error
