"""A visit whose two inspectors were not let in, and have said so."""

from uuid import UUID

from inspection.visits import store
from inspection.visits.entries.admit import VerifiedEntry, admit_entries
from tests.api.line import TO_THE_VISIT, ComeTo, Walk
from tests.conftest import NOW, MakeCommand
from tests.inspection.visits.tablet import Tablet

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


async def turned_away(come_to: ComeTo, make_cmd: MakeCommand) -> Walk:
    """The line to the visit, and the entries of both tablets."""
    walk = await come_to(*TO_THE_VISIT)
    visit = UUID(walk.ids["visit_id"])
    people = [one.inspector for one in await store.members(visit)][:2]
    a, b = (Tablet(who, visit=visit, wall=int(NOW.timestamp() * 1000)) for who in people)
    a.refuse("access", witness={"name": "王某"})
    a.submit()
    b.stance("concur", a.entries[0])
    b.submit()
    own = [VerifiedEntry(one, one.header.dev, frozenset({one.header.ins}), False) for one in (*a.entries, *b.entries)]
    await admit_entries(make_cmd(), own, a.device)
    return walk
