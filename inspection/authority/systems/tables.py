from piccolo.columns import UUID, Date, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Account, Authority
from inspection.kernel.indexes import Index
from inspection.kernel.references import refers_to


class SystemToken(Table, tablename="system_token"):
    """A token of another system, by its SHA-256; the token itself is told once. It stands for `account` as far as
    `scopes` (names, separated by blanks) goes. `used_on`: the last day on which it was shown.
    """

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    account = refers_to(Account)
    token_hash = Varchar(length=64, default=None, unique=True)
    name = Varchar(length=80, default=None)
    scopes = Varchar(length=200, default=None)
    issued_at = Timestamptz(default=None)
    issued_by = Varchar(length=80, default=None)
    issued_name = Varchar(length=120, default=None)
    expires_at = Timestamptz(default=None)
    revoked_at = Timestamptz(null=True, default=None)
    used_on = Date(null=True, default=None)


INDEXES = [
    Index("system_token", ("authority", "id")),
    Index("system_token", ("account",)),
]
