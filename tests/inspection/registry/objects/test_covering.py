"""Which items of the published list reach one object: by its kind, its trades, the registers it stands in."""

from datetime import date
from uuid import UUID

from inspection.kernel.command import Command
from inspection.registry.items.import_items import import_items
from inspection.registry.items.publish_items import publish_items
from inspection.registry.objects.covering import covering_items
from inspection.registry.objects.import_entries import import_entries
from inspection.registry.objects.import_objects import import_objects
from inspection.registry.objects.store import object_by_code
from inspection.registry.objects.store_registers import every_register
from tests.inspection.registry.files import csv_of, firms

DAY = date(2026, 3, 2)
ITEMS = (
    "事项编码",
    "抽查事项",
    "依据",
    "抽查对象",
    "抽查内容",
    "抽查方式",
    "抽查比例",
    "抽查频次",
    "抽查主体",
    "适用类型",
)
REST = ("某法", "对象", "内容", "现场检查", "不低于3%", "每年1次", "某局")


async def test_items_reach_an_object_by_kind_trade_or_register(cmd: Command, authority: UUID) -> None:
    named = {"A": "", "B": "零售", "C": "餐饮", "D": "燃气专项", "E": "product"}
    rows = [(code, f"事项{code}", *REST, kinds) for code, kinds in named.items()]
    await import_items(cmd, csv_of(rows, ITEMS), authority=authority)
    code = firms(1, 77)[0][1]
    columns = ("统一社会信用代码", "企业名称", "行业")
    await import_objects(cmd, csv_of([(code, "某商行", "零售")], columns), authority=authority)
    found = await object_by_code(authority, code)
    assert found is not None
    assert await covering_items(found, DAY) == ()
    await publish_items(cmd, authority=authority)
    assert [one.code for one in await covering_items(found, DAY)] == ["A", "B"]
    entry = csv_of([("燃气专项", code)], ("专项库名称", "统一社会信用代码"))
    await import_entries(cmd, entry, authority=authority)
    assert [one.name for one in await every_register(authority)] == ["燃气专项"]
    assert [one.code for one in await covering_items(found, DAY)] == ["A", "B", "D"]
