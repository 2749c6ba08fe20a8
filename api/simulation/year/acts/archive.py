"""Dossiers."""

from api.simulation.year.world import Year


async def seal(year: Year, most: int = 3) -> None:
    """Seal the dossiers of the first visits whose results are all out."""
    waiting = {one["visit"] for one in await year.read("planner", "/office/due")}
    ready = [one for one in dict.fromkeys(told["visit"] for told in year.published) if one not in waiting]
    for visit in ready[:most]:
        row = await year.post("planner", f"/office/visits/{visit}/dossier")
        again = await year.post("legal", f"/office/visits/{visit}/dossier")
        year.found["sealed_again"] = again["digest"] == row["digest"]
        if row["number"] not in year.dossiers:
            year.dossiers.append(row["number"])


ACTS = [seal]
