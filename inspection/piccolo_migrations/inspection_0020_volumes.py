"""Further volumes of dossiers that were sealed before."""

from piccolo.columns import UUID, BigInt, Integer, Text, Timestamptz, Varchar

from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.steps import column, making, reference, table

ID = "2026-11-22T07:00:00:000020"
DESCRIPTION = "Further volumes of dossiers that were sealed before"

TABLES = [
    table(
        "DossierVolume",
        "dossier_volume",
        column("id", UUID, primary_key=True),
        reference("dossier", "Dossier", "dossier"),
        reference("authority", "Authority", "authority"),
        reference("visit", "Visit", "visit"),
        column("volume", Integer),
        column("follows", Varchar, length=64),
        column("number", Varchar, length=80, unique=True),
        column("digest", Varchar, length=64),
        column("bytes", BigInt),
        column("manifest", Text),
        column("sealed_by", Varchar, length=80),
        column("sealed_at", Timestamptz),
    ),
]
EXTRAS = [
    UniqueIndex("dossier_volume", ("dossier", "volume")),
    Index("dossier_volume", ("visit", "volume")),
    Index("dossier_volume", ("authority", "sealed_at", "id")),
    AppendOnly("dossier_volume"),
]


async def forwards():
    return making("inspection", ID, DESCRIPTION, TABLES, EXTRAS)
