from uuid import UUID

from inspection.archive import store_dossiers
from inspection.archive.store_dossiers import DossierRow
from inspection.kernel.errors import NotFound
from mobile_contract.problems import ProblemCode


async def find_dossier(authority: UUID, *, number: str) -> DossierRow:
    """The sealed dossier, or the further volume of one, under a number.

    Raises:
        NotFound: this authority has none.
    """
    row = await store_dossiers.dossier(number)
    if row is None or row.authority != authority:
        raise NotFound(ProblemCode.DOSSIER_UNKNOWN, "archive.no_dossier")
    return row


async def list_dossiers(authority: UUID, limit: int = 100) -> list[DossierRow]:
    """The newest dossiers and volumes of an authority."""
    return await store_dossiers.dossiers(authority, limit)
