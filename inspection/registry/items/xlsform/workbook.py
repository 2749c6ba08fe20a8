"""The workbook of an XLSForm, measured before anything reads it, and given to pyxform as plain cells.

pyxform checks the form (names, references, expressions, languages) and says what it means; it neither opens the file
nor starts a validator: no network, no Java.
"""

import io
from typing import Any

from inspection.kernel.errors import DomainError, Invalid
from inspection.registry.intake.workbook import cell_text, refuse_bomb
from mobile_contract.problems import ProblemCode

LARGEST = 4 * 1024 * 1024
MOST_UNPACKED = 32 * 1024 * 1024
MOST_ELEMENTS = 1_000_000
MOST_ROWS = 6_000  # a checklist has at most 2,000 points, each with a photo and a note
MOST_COLUMNS = 100
SHEETS = ("survey", "choices", "settings")
KEEP_TEXT = "clean_text_values"  # the setting by which pyxform leaves line breaks alone
TITLES = frozenset({"form_title", "title", "set form title"})
# pyxform makes “” of a text into "" whatever its settings: they go through it as characters of private use.
_QUOTES = str.maketrans({mark: chr(0xF8F0 + place) for place, mark in enumerate("“”‘’")})
_BACK = {private: chr(mark) for mark, private in _QUOTES.items()}
_TEXTS = ("label", "hint", "form_", "title", "fieldcheck")
FALLBACK = "form"  # the name of a form that gives none

Form = dict[str, Any]
"""What pyxform understood: `id_string`, `title`, `version`, `children`, and the other columns of the sheets; `titled`:
whether the settings give a title, since pyxform makes one of the id otherwise."""


def read_form(name: str, data: bytes) -> Form:
    """The form as pyxform understands it. Blocking: call it off the loop.

    Raises:
        Invalid: `registry.file_too_large`, `registry.workbook_bomb`, `registry.workbook_crowded`,
            `registry.workbook_broken`, `registry.form_too_long`, `registry.form_refused` with pyxform's own words.
    """
    from pyxform.errors import PyXFormError  # noqa: PLC0415  as in `_checked`

    if len(data) > LARGEST:
        raise Invalid(ProblemCode.IMPORT_TOO_LARGE, "registry.file_too_large", size=len(data), limit=LARGEST)
    sheets = _sheets(name, data)
    try:
        form = _checked(sheets)
    except PyXFormError as error:
        problems = [str(error)]
    except Exception as error:  # noqa: BLE001  a foreign checker on a hostile form: the form is refused
        problems = [f"{type(error).__name__}: {error}"]
    else:
        return form
    raise Invalid(ProblemCode.IMPORT_UNREADABLE, "registry.form_refused", file=name, problems=problems)


def _checked(sheets: Form) -> Form:
    """What pyxform makes of the sheets, once it could also build the form out of it."""
    # 20 MB with openpyxl that a server holds from its first form on
    from pyxform.builder import create_survey_element_from_dict  # noqa: PLC0415
    from pyxform.xls2json import workbook_to_json  # noqa: PLC0415
    from pyxform.xls2json_backends import get_xlsform  # noqa: PLC0415

    form: Form = workbook_to_json(workbook_dict=get_xlsform(sheets), fallback_form_name=FALLBACK, warnings=[])
    create_survey_element_from_dict(form).to_xml(validate=False, enketo=False, warnings=[])
    titled = any(head.casefold() in TITLES for row in sheets.get("settings", ()) for head in row)
    return {**_restored(form), "titled": titled}


def _kept(head: str, cell: str) -> str:
    """The cell with its quotation marks hidden, where it is a text for people; expressions are pyxform's to clean."""
    return cell.translate(_QUOTES) if head.casefold().startswith(_TEXTS) else cell


def _restored(value: Any) -> Any:
    """What pyxform made, with the quotation marks as they were."""
    if isinstance(value, str):
        for private, mark in _BACK.items():
            value = value.replace(private, mark)
        return value
    if isinstance(value, dict):
        return {key: _restored(member) for key, member in value.items()}
    return [_restored(member) for member in value] if isinstance(value, list | tuple) else value


def _sheets(name: str, data: bytes) -> Form:
    from openpyxl import load_workbook  # noqa: PLC0415

    try:
        refuse_bomb(data, MOST_UNPACKED, MOST_ELEMENTS)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        found: Form = {"sheet_names": list(book.sheetnames), "fallback_form_name": FALLBACK}
        for sheet in book.worksheets:
            title = str(sheet.title).strip().lower()
            if title in SHEETS:
                rows = list(sheet.iter_rows(max_col=MOST_COLUMNS, max_row=MOST_ROWS + 1, values_only=True))
                _refuse_long(name, title, len(rows))
                found |= _sheet(title, rows)
    except DomainError:
        raise
    except Exception as error:  # A foreign reader on hostile bytes: whatever it raises, the file is broken.
        raise Invalid(ProblemCode.IMPORT_UNREADABLE, "registry.workbook_broken", detail=type(error).__name__) from error
    return found


def _refuse_long(name: str, sheet: str, rows: int) -> None:
    if rows > MOST_ROWS:
        raise Invalid(ProblemCode.IMPORT_TOO_LARGE, "registry.form_too_long", file=name, sheet=sheet, limit=MOST_ROWS)


def _sheet(title: str, rows: list[tuple[Any, ...]]) -> Form:
    """A sheet in the shape that pyxform takes: one mapping a row, header → filled cell."""
    header = [cell_text(value).strip() for value in rows[0]] if rows else []
    body = []
    for row in rows[1:]:
        cells = zip(header, (cell_text(value).replace("\u00a0", " ").strip() for value in row), strict=False)
        body.append({head: _kept(head, cell) for head, cell in cells if head and cell})
    heads = dict.fromkeys(head for head in header if head)
    if title == "settings" and body:
        body[0].setdefault(KEEP_TEXT, "no")
        heads.setdefault(KEEP_TEXT)
    return {title: body, f"{title}_header": [heads]}
