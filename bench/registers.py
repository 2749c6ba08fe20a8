"""A million invented objects, straight into the tables: the question here is how they are found, not how they came."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from inspection.authority.found import found_authority
from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.entropy import SystemEntropy
from inspection.kernel.search_words import search_text
from inspection.kernel.sql import bulk_insert, measure
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.objects.synthetic import OBJECT_HEADER, synthetic_stream
from inspection.registry.objects.tables import InspectionObject, RegisterEntry, SpecialRegister

NOW = datetime(2026, 3, 2, tzinfo=UTC)
RULE_SET = "weihai-jingkai-commerce"
CHUNK = 20_000
KINDS = {"企业": "enterprise", "个体工商户": "individual"}
STATUSES = {"存续": "active", "停业": "suspended", "注销": "cancelled", "迁出": "moved"}
REGISTERS = {"大名录": 10, "小名录": 3000}  # one in so many objects stands in it
RARE_AREA, ONE_IN = "小岛镇", 2000


async def owner_of(now: datetime) -> UUID:
    """An authority for the objects."""
    cmd = Command(SYSTEM, now, SystemEntropy())
    return (await found_authority(cmd, code="bench", name="bench", short_name="bench", rule_set=RULE_SET)).id


async def objects_in(authority: UUID, count: int, *, known: int = 0) -> None:
    """`count` objects, two special registers among them, chunk by chunk; it has the first `known` of them already."""
    cmd = Command(SYSTEM, NOW, SystemEntropy())
    registers = {cmd.new_id(): (name, one_in) for name, one_in in REGISTERS.items()}
    async with unit_of_work():
        rows = [
            {"id": new_id, "authority": authority, "sort": "register", "name": name, "at": NOW}
            for new_id, (name, _) in registers.items()
        ]
        await bulk_insert(SpecialRegister, rows)
    source = islice(enumerate(synthetic_stream(known + count)), known, None)
    while chunk := list(islice(source, CHUNK)):
        objects = [_object(cmd.new_id(), authority, number, cells) for number, cells in chunk]
        async with unit_of_work():
            await bulk_insert(InspectionObject, objects, on_conflict="nothing")
            await bulk_insert(RegisterEntry, list(_entries(cmd, registers, chunk, objects)))
    await measure(InspectionObject)
    await measure(RegisterEntry)


def _object(new_id: UUID, authority: UUID, number: int, cells: tuple[str, ...]) -> dict[str, Any]:
    told = dict(zip(OBJECT_HEADER, cells, strict=True))
    return {
        "id": new_id,
        "authority": authority,
        "code": told["统一社会信用代码"],
        "code_kind": "uscc",
        "name": told["企业名称"],
        "name_search": search_text(told["企业名称"]),
        "kind": KINDS[told["主体类型"]],
        "trades": json.dumps(sorted(told["行业"].split("、")), ensure_ascii=False, separators=(",", ":")),
        "area": told["区域"] if number % ONE_IN else RARE_AREA,
        "address": told["住所"],
        "credit_grade": told["信用风险分类"],
        "status": STATUSES[told["登记状态"]],
        "warnings": "[]",
        "synthetic": True,
        "digest": "0" * 64,
        "imported_at": NOW,
    }


def _entries(
    cmd: Command,
    registers: dict[UUID, tuple[str, int]],
    chunk: list[tuple[int, tuple[str, ...]]],
    objects: list[dict[str, Any]],
) -> Iterator[dict[str, Any]]:
    for (number, _), row in zip(chunk, objects, strict=True):
        for register, (_, one_in) in registers.items():
            if number % one_in == 0:
                entry = {"register": register, "object": row["id"], "code": row["code"], "licence_no": ""}
                yield {"id": cmd.new_id(), **entry, "at": NOW, "by_name": "bench"}
