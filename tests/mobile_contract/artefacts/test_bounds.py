"""Everything on the wire has a bound: nobody must be ready for a text, a list or a number without end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mobile_contract.artefacts.schemas import build_schemas

TYPES = {name: schema for document in build_schemas().values() for name, schema in document["$defs"].items()}
ENDLESS = ("+", "*", ",}")


def unbounded(schema: dict[str, Any], where: str) -> Iterator[str]:
    """The places in a type that have no bound."""
    if {"$ref", "const", "enum"} & schema.keys():
        return
    for part in (*schema.get("anyOf", ()), *schema.get("allOf", ())):
        yield from unbounded(part, where)
    for name, member in schema.get("properties", {}).items():
        yield from unbounded(member, f"{where}.{name}")
    for n, part in enumerate([*schema.get("prefixItems", ()), *([schema["items"]] if "items" in schema else ())]):
        yield from unbounded(part, f"{where}[{n}]")
    if isinstance(more := schema.get("additionalProperties"), dict):
        yield from unbounded(more, f"{where}{{}}")
        if "maxProperties" not in schema:
            yield where
    if not _bounded(schema):
        yield where


def _bounded(schema: dict[str, Any]) -> bool:
    match schema.get("type"):
        case "string":
            pattern = schema.get("pattern")
            closed = pattern is not None and not any(sign in pattern for sign in ENDLESS)
            return closed or "maxLength" in schema or "format" in schema
        case "integer":
            return {"minimum", "maximum"} <= schema.keys()
        case "array":
            return "maxItems" in schema
        case "number":
            return False
        case _:
            return True


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_member_of_the_wire_has_a_bound(name: str) -> None:
    assert list(unbounded(TYPES[name], name)) == []


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string"},
        {"type": "string", "pattern": "^a+$"},
        {"type": "integer", "minimum": 0},
        {"type": "array", "items": {"type": "null"}},
        {"type": "array", "maxItems": 1, "items": {"type": "string"}},
        {"anyOf": [{"type": "null"}, {"type": "string"}]},
        {"type": "object", "additionalProperties": {"type": "null"}},
        {"type": "number", "minimum": 0, "maximum": 1},
        {"properties": {"a": {"type": "integer"}}},
    ],
    ids=str,
)
def test_what_has_no_bound_is_found(schema: dict[str, Any]) -> None:
    assert list(unbounded(schema, "here"))
