"""Oversight: what the supervisor reads, and what the supervisor may not do."""

from api.simulation.year.world import Year


async def overstep(year: Year) -> None:
    """The supervisor reads the journal; whatever the supervisor tries to change is refused."""
    year.found["supervisor_refused"] = await year.refused(
        "supervisor", "POST", "/office/plans", {"year": year.plot.year}
    )
    read = await year.read("supervisor", "/office/journal/kind?kind=visit.approved")
    year.found["journal_read"] = bool(read)


ACTS = [overstep]
