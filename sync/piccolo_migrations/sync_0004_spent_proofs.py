"""Proofs of devices' keys that came, for all processes to know."""

from piccolo.columns import BigInt, Varchar

from inspection.kernel.indexes import Index, Unlogged
from inspection.kernel.steps import column, making, table

ID = "2026-11-22T12:00:00:000004"
DESCRIPTION = "Proofs of devices' keys that came, for all processes to know"

TABLES = [
    table(
        "SpentProof",
        "spent_proof",
        column("name", Varchar, length=22, primary_key=True),
        column("given", BigInt),
    ),
]
EXTRAS = [Index("spent_proof", ("given",)), Unlogged("spent_proof")]


async def forwards():
    return making("sync", ID, DESCRIPTION, TABLES, EXTRAS)
