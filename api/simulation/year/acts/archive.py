"""Dossiers."""

import io
import zipfile

from api.simulation.year.world import Year


async def seal(year: Year, most: int = 3) -> None:
    """Seal the dossiers of the first visits whose results are all out and of which nothing is open."""
    waiting = {one["visit"] for one in await year.read("planner", "/office/due")}
    out = [one for one in dict.fromkeys(told["visit"] for told in year.published) if one not in waiting]
    ready = [one for one in out if not (await year.read("head", f"/office/visits/{one}/follow-up"))["open"]]
    for visit in ready[:most]:
        row = await year.post("planner", f"/office/visits/{visit}/dossier")
        again = await year.post("legal", f"/office/visits/{visit}/dossier")
        year.found["sealed_again"] = again["digest"] == row["digest"]
        if row["number"] not in year.dossiers:
            year.dossiers.append(row["number"])
    for number in year.dossiers[:1]:
        await _look_into(year, number)


async def _look_into(year: Year, number: str) -> None:
    """The supervisor reads a dossier: it has its parts, and the reading is written down."""
    path = f"/office/dossiers/{number}"
    bundle = await year.office.file("supervisor", "GET", f"{path}/bundle?purpose=抽查归档质量")
    with zipfile.ZipFile(io.BytesIO(bundle)) as files:
        year.found["dossier_folders"] = len({name.partition("/")[0] for name in files.namelist() if "/" in name})
    year.found["readings"] = len(await year.read("legal", f"{path}/readings"))


ACTS = [seal]
