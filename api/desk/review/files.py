"""Files for the desk: the very handlers of the office's routes at addresses that the desk's cookie opens, with the same
permits and the same notes of who read what.
"""

from typing import Final

from litestar import Router

from api.desk.session import PLACE
from api.office.dossiers import download
from api.office.media import ask_original, read_original
from api.office.objections import read_paper as read_objection_paper
from api.office.papers import read_paper, read_refusal_note
from api.office.pictures import read_copy, read_public_copy
from api.office.signatures import read_signature

files_router: Final = Router(
    PLACE,
    route_handlers=[
        *(read_original, ask_original, read_copy, read_public_copy, read_signature),
        *(read_paper, read_refusal_note, read_objection_paper, download),
    ],
)
