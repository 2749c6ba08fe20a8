"""Differences of two contracts: who may break by which, in both directions."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_contract.artefacts.difference import Change, route_changes, schema_changes
from mobile_contract.artefacts.schemas import build_schemas

MEMBER: dict[str, Any] = {"type": "string", "maxLength": 10}
OBJECT: dict[str, Any] = {"type": "object", "properties": {"a": MEMBER}, "required": ["a"]}


def _one(schema: dict[str, Any], direction: str = "both") -> dict[str, Any]:
    return {"area": {"$defs": {"T": {**schema, "x-direction": direction}}}}


def _changed(direction: str, old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    return schema_changes(_one(old, direction), _one(new, direction))


def _with(**member: Any) -> dict[str, Any]:
    return {**OBJECT, "properties": {"a": {**MEMBER, **member}}}


NARROWED = [
    (OBJECT, _with(maxLength=9), "T.a: narrowed maxLength 10 → 9"),
    (OBJECT, _with(minLength=1), "T.a: narrowed minLength none → 1"),
    ({**OBJECT, "required": []}, OBJECT, "T.a: narrowed is required now"),
    ({"enum": ["x", "y"]}, {"enum": ["x"]}, "T: narrowed no more 'y'"),
    (
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        {"anyOf": [{"type": "string"}]},
        "T: narrowed no more null",
    ),
    ({"items": {"minimum": 1}}, {"items": {"minimum": 2}}, "T[]: narrowed minimum 1 → 2"),
    ({"prefixItems": [{"maximum": 2}]}, {"prefixItems": [{"maximum": 1}]}, "T[0]: narrowed maximum 2 → 1"),
]


@pytest.mark.parametrize(("old", "new", "told"), NARROWED, ids=[told for *_, told in NARROWED])
def test_stricter_breaks_who_writes_and_looser_breaks_who_reads(old: Any, new: Any, told: str) -> None:
    assert [str(change) for change in _changed("told", old, new)] == [told]
    assert [str(change) for change in _changed("sent", old, new)] == [f"BREAKING {told}"]
    (back,) = _changed("told", new, old)
    assert (back.what, back.breaks) == ("widened", True)
    assert [change.breaks for change in _changed("sent", new, old)] == [False]


def test_a_new_member_breaks_only_a_writer_who_must_write_it() -> None:
    more = {**OBJECT, "properties": {"a": MEMBER, "b": MEMBER}}
    assert [change.breaks for change in _changed("told", OBJECT, more)] == [False]
    assert [change.breaks for change in _changed("sent", OBJECT, more)] == [False]
    needed = {**more, "required": ["a", "b"]}
    assert [str(change) for change in _changed("sent", OBJECT, needed)] == ["BREAKING T.b: added (required)"]
    assert [change.breaks for change in _changed("told", OBJECT, needed)] == [False]
    for direction in ("sent", "told"):
        assert [str(change) for change in _changed(direction, more, OBJECT)] == ["BREAKING T.b: removed"]


def test_an_open_enumeration_may_grow() -> None:
    old, new = {"enum": ["x"], "x-open": True}, {"enum": ["x", "y"], "x-open": True}
    assert [change.breaks for change in _changed("told", old, new)] == [False]


def test_room_for_other_members_breaks_only_who_wrote_them_when_it_goes() -> None:
    closed = {**OBJECT, "additionalProperties": False}
    for direction, breaks in (("sent", True), ("told", False)):
        assert [(c.what, c.breaks) for c in _changed(direction, OBJECT, closed)] == [("narrowed", breaks)]
        assert [(c.what, c.breaks) for c in _changed(direction, closed, OBJECT)] == [("widened", False)]


def test_words_and_titles_are_no_change() -> None:
    assert _changed("both", _with(description="one", title="A"), _with(description="two", title="B")) == []


@pytest.mark.parametrize(
    "member", [{"type": "integer"}, {"pattern": "^a$"}, {"$ref": "#/$defs/Other"}, {"const": "a"}, {"default": "x"}]
)
def test_another_type_breaks_both_sides(member: dict[str, Any]) -> None:
    for direction in ("sent", "told"):
        assert any(change.breaks for change in _changed(direction, OBJECT, _with(**member)))


def test_a_limit_of_an_area_that_moves_is_told() -> None:
    old, new = {"a": {"$defs": {}, "x-limits": {"MAX": 1}}}, {"a": {"$defs": {}, "x-limits": {"MAX": 2}}}
    assert [str(change) for change in schema_changes(old, new)] == ["BREAKING a.MAX: changed 1 → 2"]
    assert schema_changes({"a": {"$defs": {}}}, new)[0].breaks is False


def test_routes_their_parameters_and_answers_are_compared() -> None:
    operation = {"parameters": [{"in": "query", "name": "page"}], "responses": {"200": {"description": "fine"}}}
    old = {"paths": {"/v1/a": {"get": operation}}}
    needed = {**operation, "parameters": [{"in": "query", "name": "page", "required": True}]}
    new = {"paths": {"/v1/a": {"get": needed, "post": operation}}}
    assert [str(change) for change in route_changes(old, new)] == [
        "BREAKING GET /v1/a: added parameter query page (required)",
        "BREAKING GET /v1/a: removed parameter query page",
        "POST /v1/a: added",
    ]
    assert [str(change) for change in route_changes(new, {"paths": {}})] == [
        "BREAKING GET /v1/a: removed",
        "BREAKING POST /v1/a: removed",
    ]


WIRE = build_schemas()


def test_a_contract_does_not_differ_from_itself() -> None:
    assert schema_changes(WIRE, copy.deepcopy(WIRE)) == []


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_no_removed_member_of_the_real_wire_is_overlooked(data: st.DataObject) -> None:
    new = copy.deepcopy(WIRE)
    objects = [(area, name) for area, doc in WIRE.items() for name, one in doc["$defs"].items() if "properties" in one]
    area, name = data.draw(st.sampled_from(objects))
    members = new[area]["$defs"][name]["properties"]
    gone = data.draw(st.sampled_from(sorted(members)))
    del members[gone]
    assert [str(change) for change in schema_changes(WIRE, new)] == [f"BREAKING {name}.{gone}: removed"]
