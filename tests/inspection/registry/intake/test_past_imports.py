"""The imports that were, page by page."""

from uuid import UUID

from inspection.kernel.command import Command
from inspection.registry.intake.facts import ImportRunFacts
from inspection.registry.intake.run import first_rejected
from inspection.registry.intake.store import runs
from inspection.registry.objects.import_objects import import_objects
from tests.inspection.registry.files import csv_of, firms

COLUMNS = ("统一社会信用代码", "企业名称")


async def test_pages_hold_every_import_once_also_those_of_one_instant(cmd: Command, authority: UUID) -> None:
    for row in firms(3, 8):
        await import_objects(cmd, csv_of([(row[1], "某商行"), ("9137", "坏的一行")], COLUMNS), authority=authority)
    whole = await runs(authority, 10)
    seen: list[ImportRunFacts] = []
    while page := await runs(authority, 1, seen[-1] if seen else None):
        seen += page
    assert seen == whole
    assert len(whole) == 3
    (line,) = await first_rejected(whole[0], 10)
    assert (line.number, "9137" in line.text("zh_CN")) == (3, True)
    assert await runs(UUID(int=1), 10) == []
