from piccolo.columns import UUID, BigInt, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
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


class DossierVolume(Table, tablename="dossier_volume"):
    """补充卷: what came after a dossier was sealed. `volume` from 2 on; `follows`: SHA-256 (hex) of the one before it.

    The dossier itself is never touched (兴隆台 第四条); a further volume holds the whole matter as it stands then.
    """

    id = UUID(primary_key=True, default=None)
    dossier = refers_to(Dossier)
    authority = refers_to(Authority)
    visit = refers_to(Visit)
    volume = Integer(default=None)
    follows = Varchar(length=64, default=None)
    number = Varchar(length=80, default=None, unique=True)
    digest = Varchar(length=64, default=None)
    bytes = BigInt(default=None)
    manifest = Text(default=None)
    sealed_by = Varchar(length=80, default=None)
    sealed_at = Timestamptz(default=None)


class CustodyAct(Table, tablename="custody_act"):
    """An act of a visit's chain of custody: that it is there once, and which visits a file belongs to.

    The chain itself is the journal's stream `custody:<visit>`. `key`: SHA-256 (hex) of act, source and digest; `digest`
    is that of the file it is about.
    """

    id = UUID(primary_key=True, default=None)
    visit = refers_to(Visit)
    key = Varchar(length=64, default=None)
    digest = Varchar(length=64, null=True, default=None)


class RetentionTerm(Table, tablename="retention_term"):
    """保管期限: for how many years an authority keeps its dossiers. Asked for by one person; it holds once another one
    approved it, and the one approved last rules.
    """

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    years = Integer(default=None)
    ground = Text(default=None)
    asked_by = Varchar(length=80, default=None)
    asked_at = Timestamptz(default=None)
    approved_by = Varchar(length=80, null=True, default=None)
    approved_at = Timestamptz(null=True, default=None)


INDEXES = [
    Index("retention_term", ("authority", "asked_at")),
    AppendOnly("retention_term", ("id", "authority", "years", "ground", "asked_by", "asked_at")),
    UniqueIndex("dossier", ("visit",)),
    AppendOnly("dossier"),
    UniqueIndex("dossier_volume", ("dossier", "volume")),
    Index("dossier_volume", ("visit", "volume")),
    Index("dossier_volume", ("authority", "sealed_at", "id")),
    AppendOnly("dossier_volume"),
    UniqueIndex("custody_act", ("visit", "key")),
    Index("custody_act", ("digest",), where="digest IS NOT NULL"),
    AppendOnly("custody_act"),
]
