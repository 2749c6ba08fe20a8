from piccolo.columns import UUID, BigInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import AppendOnly, UniqueIndex
from inspection.kernel.references import refers_to
from inspection.visits.tables import Visit


class Dossier(Table, tablename="dossier"):
    """档案: sealed once, after publication. The bundle itself lies in the media store under `digest`."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    visit = refers_to(Visit)
    number = Varchar(length=80, default=None, unique=True)
    digest = Varchar(length=64, default=None)
    bytes = BigInt(default=None)
    manifest = Text(default=None)
    sealed_by = Varchar(length=80, default=None)
    sealed_at = Timestamptz(default=None)


INDEXES = [UniqueIndex("dossier", ("visit",)), AppendOnly("dossier")]
