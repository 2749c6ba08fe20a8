from uuid import UUID

from inspection.archive import store
from inspection.archive.store import DossierRow
from inspection.kernel.errors import NotFound
from mobile_contract.problems import ProblemCode


async def find_dossier(authority: UUID, *, number: str) -> DossierRow:
    """The sealed dossier under a number.

    Raises:
        NotFound: this authority has none.
    """
    row = await store.dossier(number=number)
    if row is None or row.authority != authority:
        raise NotFound(ProblemCode.DOSSIER_UNKNOWN, "archive.no_dossier")
    return row


async def list_dossiers(authority: UUID, limit: int = 100) -> list[DossierRow]:
    """The newest dossiers of an authority."""
    return await store.dossiers(authority, limit)
