"""Penalties and their annulment; publication of penalties, in part, with pictures, and its withdrawal."""

from piccolo.columns import UUID, BigInt, Boolean, Date, Integer, Text, Timestamptz, Varchar

from inspection.kernel.indexes import AppendOnly, Index, UniqueIndex
from inspection.kernel.steps import Loosened, changing, column, reference, table

ID = "2026-11-22T07:00:00:000019"
DESCRIPTION = "Penalties and their annulment; publication of penalties, in part, with pictures, and its withdrawal"

TABLES = [
    table(
        "Penalty",
        "penalty",
        column("id", UUID, primary_key=True),
        reference("authority", "Authority", "authority"),
        reference("object", "InspectionObject", "inspection_object"),
        reference("visit", "Visit", "visit", null=True),
        column("number", Varchar, length=120),
        column("decided_on", Date),
        column("violation", Text),
        column("basis", Text),
        column("content", Text),
        column("amount_fen", BigInt, null=True),
        column("persons", Text),
        column("rule_set", Varchar, length=120),
        column("rule_digest", Varchar, length=64),
        column("entered_by", Varchar, length=80),
        column("entered_at", Timestamptz),
    ),
    table(
        "PenaltyAnnulment",
        "penalty_annulment",
        column("id", UUID, primary_key=True),
        reference("penalty", "Penalty", "penalty"),
        column("by", Varchar, length=20),
        column("number", Varchar, length=120),
        column("ground", Text),
        column("annulled_on", Date),
        column("entered_by", Varchar, length=80),
        column("entered_at", Timestamptz),
    ),
    table(
        "PublicationPart",
        "publication_part",
        column("id", UUID, primary_key=True),
        reference("publication", "Publication", "publication"),
        column("turn", Integer),
        column("left_out", Text),
        column("masked", Text),
        column("ground", Varchar, length=20),
        column("reason", Text),
        column("by", Varchar, length=80),
        column("at", Timestamptz),
    ),
    table(
        "PublicationPicture",
        "publication_picture",
        column("id", UUID, primary_key=True),
        reference("publication", "Publication", "publication"),
        column("digest", Varchar, length=64),
        column("original", Varchar, length=64),
        column("width", Integer),
        column("height", Integer),
        column("by", Varchar, length=80),
        column("at", Timestamptz),
        column("removed_at", Timestamptz, null=True),
    ),
    table(
        "PublicationWithdrawal",
        "publication_withdrawal",
        column("id", UUID, primary_key=True),
        reference("publication", "Publication", "publication"),
        column("ground", Varchar, length=20),
        column("reason", Text),
        column("objection", UUID, null=True),
        column("state", Varchar, length=10),
        column("asked_by", Varchar, length=80),
        column("asked_at", Timestamptz),
        column("due_on", Date, null=True),
        column("due_provisional", Boolean),
        column("settled_by", Varchar, length=80, null=True),
        column("settled_at", Timestamptz, null=True),
        column("answer", Text, null=True),
    ),
]
WIDENED = [
    table(
        "Publication",
        "publication",
        reference("penalty", "Penalty", "penalty", null=True),
        column("secrecy_reviewed", Boolean, null=True),
        column("public_code", Varchar, length=40, null=True),
        column("item_code", Varchar, length=60, null=True),
        column("result_codes", Text, null=True),
    ),
    table("PublishedDocument", "published_document", column("kind", Varchar, length=20, null=True)),
]
LOOSENED = [
    Loosened("Publication", "publication", ("visit", "outcome")),
    Loosened("PublishedDocument", "published_document", ("outcome",)),
]
EXTRAS = [
    UniqueIndex("penalty", ("authority", "number")),
    Index("penalty", ("object", "decided_on")),
    Index("penalty", ("visit",)),
    AppendOnly("penalty"),
    UniqueIndex("penalty_annulment", ("penalty",)),
    AppendOnly("penalty_annulment"),
    UniqueIndex("publication", ("penalty",)),
    Index("publication", ("published_at", "id"), where="penalty IS NOT NULL"),
    Index("publication", ("public_code",)),
    Index("publication", ("item_code", "published_at", "id")),
    Index("published_document", ("at", "id"), where="kind = 'withdrawal'"),
    UniqueIndex("publication_part", ("publication", "turn")),
    AppendOnly("publication_part"),
    UniqueIndex("publication_picture", ("publication", "digest"), where="removed_at IS NULL"),
    UniqueIndex("publication_withdrawal", ("publication",), where="state = 'asked'"),
    Index("publication_withdrawal", ("publication", "asked_at")),
]


async def forwards():
    return changing("inspection", ID, DESCRIPTION, TABLES, WIDENED, EXTRAS, LOOSENED)
