from piccolo.columns import UUID, BigInt, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.kernel.indexes import Index, UniqueIndex
from inspection.kernel.references import refers_to


class Authority(Table, tablename="authority"):
    """检查主体. `rule_set` is the code of its rule-set; which version rules is decided by the day."""

    id = UUID(primary_key=True, default=None)
    code = Varchar(length=40, default=None, unique=True)
    name = Varchar(length=200, default=None)
    short_name = Varchar(length=40, default=None)
    rule_set = Varchar(length=80, default=None)
    founded_at = Timestamptz(default=None)
    address = Varchar(length=300, null=True, default=None)
    phone = Varchar(length=60, null=True, default=None)
    contact_person = Varchar(length=120, null=True, default=None)
    supervision_phone = Varchar(length=60, null=True, default=None)


class Unit(Table, tablename="unit"):
    """科室、股室、所、队."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    name = Varchar(length=200, default=None)


class Account(Table, tablename="account"):
    """A person who signs in, in one role."""

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    unit = refers_to(Unit, null=True)
    username = Varchar(length=80, default=None, unique=True)
    name = Varchar(length=120, default=None)
    role = Varchar(length=40, default=None)
    password_hash = Text(default=None)
    active = Boolean(default=None)
    failures = Integer(default=None)
    locked_until = Timestamptz(null=True, default=None)


class AccessToken(Table, tablename="access_token"):
    """A token's SHA-256; the token itself is told once and never kept. `kid`: the key it is bound to (RFC 9449)."""

    id = UUID(primary_key=True, default=None)
    token_hash = Varchar(length=64, default=None, unique=True)
    account = refers_to(Account, null=True)
    device = UUID(null=True, default=None)
    issued_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    revoked_at = Timestamptz(null=True, default=None)
    kid = Varchar(length=43, null=True, default=None)


class Numbering(Table, tablename="numbering"):
    """Dense numbers of papers and publications: one counter a series (`<authority>:<what>:<year>`)."""

    series = Varchar(length=120, primary_key=True, default=None)
    n = BigInt(default=None)


INDEXES = [
    UniqueIndex("unit", ("authority", "name")),
    Index("access_token", ("account",)),
    Index("access_token", ("device",)),
]
