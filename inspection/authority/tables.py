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
    must_change = Boolean(null=True, default=None)
    password_at = Timestamptz(null=True, default=None)
    known_failures = Integer(null=True, default=None)
    known_locked_until = Timestamptz(null=True, default=None)


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


class DeskSession(Table, tablename="desk_session"):
    """Somebody signed in at the desk, by the SHA-256 of the token. `awaits_factor`: only the password was given so far;
    `factor`: by what it was given besides. `seen_at` is written at most once a minute.
    """

    id = UUID(primary_key=True, default=None)
    token_hash = Varchar(length=64, default=None, unique=True)
    account = refers_to(Account)
    opened_at = Timestamptz(default=None)
    seen_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    awaits_factor = Boolean(default=None)
    factor = Varchar(length=10, null=True, default=None)
    browser = Varchar(length=60, default=None)
    ended_at = Timestamptz(null=True, default=None)


class Passkey(Table, tablename="passkey"):
    """A passkey (WebAuthn). `credential_id` and `public_key` (COSE): base64url; `site`: the relying party's id."""

    id = UUID(primary_key=True, default=None)
    account = refers_to(Account)
    credential_id = Varchar(length=1400, default=None, unique=True)
    public_key = Text(default=None)
    sign_count = BigInt(default=None)
    site = Varchar(length=255, default=None)
    transports = Varchar(length=100, default=None)
    name = Varchar(length=60, default=None)
    made_at = Timestamptz(default=None)
    used_at = Timestamptz(null=True, default=None)


class TimeCode(Table, tablename="time_code"):
    """The sealed secret of an app that shows codes (RFC 6238). `last_step`: the last step whose code was taken."""

    id = UUID(primary_key=True, default=None)
    account = refers_to(Account)
    secret = Text(default=None)
    made_at = Timestamptz(default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    used_at = Timestamptz(null=True, default=None)
    last_step = BigInt(null=True, default=None)


class RecoveryCode(Table, tablename="recovery_code"):
    """The SHA-256 of a code that stands in for a lost factor, once."""

    id = UUID(primary_key=True, default=None)
    account = refers_to(Account)
    code_hash = Varchar(length=64, default=None, unique=True)
    used_at = Timestamptz(null=True, default=None)


class UsedChallenge(Table, tablename="used_challenge"):
    """The SHA-256 of a challenge that a passkey has answered: it is not answered twice until it runs out."""

    id = UUID(primary_key=True, default=None)
    challenge = Varchar(length=64, default=None, unique=True)
    ends_at = Timestamptz(default=None)


class Numbering(Table, tablename="numbering"):
    """Dense numbers of papers and publications: one counter a series (`<authority>:<what>:<year>`)."""

    series = Varchar(length=120, primary_key=True, default=None)
    n = BigInt(default=None)


INDEXES = [
    UniqueIndex("unit", ("authority", "name")),
    Index("account", ("authority", "id")),
    Index("access_token", ("account",)),
    Index("access_token", ("device",)),
    Index("desk_session", ("account",)),
    Index("desk_session", ("ends_at",)),
    Index("passkey", ("account",)),
    UniqueIndex("time_code", ("account",)),
    Index("recovery_code", ("account",)),
    Index("used_challenge", ("ends_at",)),
]
