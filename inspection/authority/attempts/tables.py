from piccolo.columns import BigInt, Integer, Timestamptz, Varchar
from piccolo.table import Table

from inspection.kernel.indexes import Index, Unlogged


class RateBucket(Table, tablename="rate_bucket"):
    """How far somebody has used up what he may ask for. `name`: the SHA-256 (base64url) of who and what.

    `full_at` (µs since 1970): from when on all of it is there again.
    """

    name = Varchar(length=43, primary_key=True, default=None)
    full_at = BigInt(default=None)


class StrangeName(Table, tablename="strange_name"):
    """A name that nobody bears and somebody tried to sign in by; of it only the SHA-256 (base64url) is kept."""

    name = Varchar(length=43, primary_key=True, default=None)
    failures = Integer(default=None)
    locked_until = Timestamptz(null=True, default=None)
    tried_at = Timestamptz(default=None)


INDEXES = [
    Index("rate_bucket", ("full_at",)),
    Unlogged("rate_bucket"),
    Index("strange_name", ("tried_at",)),
]
