"""What tablets had brought before claims were kept is here for the authorities that they are enrolled with."""

from inspection.kernel.steps import Filling, widening

ID = "2026-11-23T01:00:00:000005"
DESCRIPTION = "Claims of what tablets had brought before"

CLAIMED = (
    "INSERT INTO blob_claim (id, authority, digest, claimed_at) "
    "SELECT CAST(d.authority AS text) || '/' || b.digest, d.authority, b.digest, b.stored_at FROM blob b "
)
FILLED = [
    Filling(f"{CLAIMED} JOIN device d ON CAST(d.id AS text) = b.stored_by WHERE 1 = 1 ON CONFLICT DO NOTHING"),
    Filling(
        f"{CLAIMED} JOIN upload u ON u.digest = b.digest JOIN device d ON CAST(d.id AS text) = u.owner "
        "WHERE u.state = 'complete' ON CONFLICT DO NOTHING"
    ),
]


async def forwards():
    return widening("sync", ID, DESCRIPTION, [], FILLED)
