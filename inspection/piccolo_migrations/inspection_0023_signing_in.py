"""Sessions of the desk, second factors, and passwords that must be changed."""

from piccolo.columns import UUID, BigInt, Boolean, Integer, Text, Timestamptz, Varchar

from inspection.kernel.indexes import Index, UniqueIndex
from inspection.kernel.steps import changing, column, reference, table

ID = "2026-11-22T08:00:00:000023"
DESCRIPTION = "Sessions of the desk, second factors, and passwords that must be changed"

MADE = [
    table(
        "DeskSession",
        "desk_session",
        column("id", UUID, primary_key=True),
        column("token_hash", Varchar, length=64, unique=True),
        reference("account", "Account", "account"),
        column("opened_at", Timestamptz),
        column("seen_at", Timestamptz),
        column("ends_at", Timestamptz),
        column("awaits_factor", Boolean),
        column("factor", Varchar, length=10, null=True),
        column("browser", Varchar, length=60),
        column("ended_at", Timestamptz, null=True),
    ),
    table(
        "Passkey",
        "passkey",
        column("id", UUID, primary_key=True),
        reference("account", "Account", "account"),
        column("credential_id", Varchar, length=1400, unique=True),
        column("public_key", Text),
        column("sign_count", BigInt),
        column("site", Varchar, length=255),
        column("transports", Varchar, length=100),
        column("name", Varchar, length=60),
        column("made_at", Timestamptz),
        column("used_at", Timestamptz, null=True),
    ),
    table(
        "TimeCode",
        "time_code",
        column("id", UUID, primary_key=True),
        reference("account", "Account", "account"),
        column("secret", Text),
        column("made_at", Timestamptz),
        column("confirmed_at", Timestamptz, null=True),
        column("used_at", Timestamptz, null=True),
        column("last_step", BigInt, null=True),
    ),
    table(
        "RecoveryCode",
        "recovery_code",
        column("id", UUID, primary_key=True),
        reference("account", "Account", "account"),
        column("code_hash", Varchar, length=64, unique=True),
        column("used_at", Timestamptz, null=True),
    ),
    table(
        "UsedChallenge",
        "used_challenge",
        column("id", UUID, primary_key=True),
        column("challenge", Varchar, length=64, unique=True),
        column("ends_at", Timestamptz),
    ),
]
WIDENED = [
    table(
        "Account",
        "account",
        column("must_change", Boolean, null=True),
        column("password_at", Timestamptz, null=True),
        column("known_failures", Integer, null=True),
        column("known_locked_until", Timestamptz, null=True),
    )
]
EXTRAS = [
    Index("desk_session", ("account",)),
    Index("desk_session", ("ends_at",)),
    Index("passkey", ("account",)),
    UniqueIndex("time_code", ("account",)),
    Index("recovery_code", ("account",)),
    Index("used_challenge", ("ends_at",)),
]


async def forwards():
    return changing("inspection", ID, DESCRIPTION, MADE, WIDENED, EXTRAS)
