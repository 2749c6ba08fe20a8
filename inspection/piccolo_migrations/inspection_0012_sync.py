"""What the whole protocol asks of the visits: links, remarks by field, cuts, erased bodies; tokens bound to a key."""

from piccolo.columns import UUID, Integer, Text, Timestamptz, Varchar

from inspection.kernel.indexes import AppendOnly, Erasable, Index
from inspection.kernel.steps import changing, column, reference, table

ID = "2026-11-21T21:00:00:000012"
DESCRIPTION = "What the whole protocol asks of the visits, and tokens bound to a key"

TABLES = [
    table(
        "ReviewRemark",
        "review_remark",
        column("id", UUID, primary_key=True),
        reference("review", "Review", "review"),
        column("checklist", Varchar, length=100),
        column("item", Varchar, length=100),
        column("remark", Text),
    ),
    table(
        "VisitLink",
        "visit_link",
        column("id", UUID, primary_key=True),
        reference("a", "Visit", "visit"),
        reference("b", "Visit", "visit"),
        column("entry", Varchar, length=43),
        column("linked_at", Timestamptz),
        column("unlinked", Varchar, length=43, null=True),
        column("unlinked_at", Timestamptz, null=True),
    ),
    table(
        "EntryErasure",
        "entry_erasure",
        column("hash", Varchar, length=43, primary_key=True),
        column("decision", Varchar, length=43),
        column("ground", Text),
        column("at", Timestamptz),
    ),
]
WIDENED = [
    table("Visit", "visit", column("linked_to", UUID, null=True)),
    table("Review", "review", column("cut", Varchar, length=43, null=True), column("fold", Integer, null=True)),
    table("AccessToken", "access_token", column("kid", Varchar, length=43, null=True)),
]
KEPT = (
    *("hash", "id", "visit", "device", "carrier", "epoch", "seq", "prev", "inspector", "type", "kid", "alg", "header"),
    *("signature", "received_at"),
)
DROPPED = [AppendOnly("entry", (*KEPT[:13], "body", *KEPT[13:]))]
"""Said in step 0002: no body was ever erased. The trigger of the same name that allows it takes its place."""

EXTRAS = [
    AppendOnly("entry", KEPT, Erasable("body", "entry_erasure", "hash")),
    Index("review_remark", ("review",)),
    AppendOnly("review_remark"),
    Index("visit_link", ("a",)),
    Index("visit_link", ("b",)),
    AppendOnly("entry_erasure"),
]


async def forwards():
    return changing("inspection", ID, DESCRIPTION, TABLES, WIDENED, EXTRAS)
