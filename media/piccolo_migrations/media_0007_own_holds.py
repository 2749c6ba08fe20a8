"""One standing hold of a file for each authority."""

from inspection.kernel.indexes import UniqueIndex
from inspection.kernel.steps import alongside

ID = "2026-11-23T03:40:00:000007"
DESCRIPTION = "One standing hold of a file for each authority"

EXTRAS = [UniqueIndex("media_hold", ("digest", "authority"), where="lifted_at IS NULL")]


async def forwards():
    return alongside("media", ID, DESCRIPTION, EXTRAS)
