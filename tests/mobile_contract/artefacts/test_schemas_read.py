"""The committed schemas as somebody else's reader sees them: valid, connected, and true of what the server takes."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ValidationError
from referencing import Registry, Resource

from mobile_contract.artefacts.schemas import HOME, areas, kinds, read_schemas
from mobile_contract.client import examples, vectors
from mobile_contract.decisions import DECISION_OF
from mobile_contract.entries import BODY_OF, printable

SCHEMAS = read_schemas()
REGISTRY = Registry().with_resources((one["$id"], Resource.from_contents(one)) for one in SCHEMAS.values())
MODELS = {kind.__name__: kind for _, module in areas() for kind in kinds(module) if issubclass(kind, BaseModel)}
AREA = {name: area for area, document in SCHEMAS.items() for name in document["$defs"]}


@cache
def reader(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"{HOME}{AREA[name]}.json#/$defs/{name}"}, registry=REGISTRY)


def _samples() -> list[tuple[str, Any]]:
    made, told = examples.build_examples(), vectors.build_vectors()
    samples = [
        ("EnrolRequest", made["enrolment.json"]["request"]),
        ("EnrolAnswer", made["enrolment.json"]["answer"]),
        ("PushAnswer", made["push.json"]["answer"]),
        ("Receipt", made["push.json"]["receipt"]),
        ("PullAnswer", made["pull.json"]["answer"]),
        ("Checklist", made["checklist.json"]["checklist"]),
        ("TimeAnchor", json.loads(told["signed.json"]["anchor"]["text"])),
        ("KeyStatement", json.loads(told["signed.json"]["key_statement"]["text"])),
        ("LogHead", json.loads(told["signed.json"]["tree_head"]["text"])),
        ("WipedStatement", json.loads(told["signed.json"]["wiped"]["text"])),
        ("ExportManifest", json.loads(told["signed.json"]["export"]["text"])),
    ]
    bodies = {**BODY_OF, **DECISION_OF}
    for entry in told["entries.json"]["entries"]:
        samples += [("EntryLine", json.loads(entry["line"])), ("EntryHeader", json.loads(entry["header_text"]))]
        if entry["type"] in bodies:
            samples.append((bodies[entry["type"]].__name__, printable(json.loads(entry["body_text"]))))
    return samples


SAMPLES = _samples()


@pytest.mark.parametrize("area", sorted(SCHEMAS))
def test_every_document_is_a_schema_of_its_dialect(area: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[area])


@pytest.mark.parametrize(("name", "value"), SAMPLES, ids=[f"{n}-{name}" for n, (name, _) in enumerate(SAMPLES)])
def test_what_the_contract_shows_fits_its_schema(name: str, value: Any) -> None:
    assert [error.message for error in reader(name).iter_errors(value)] == []


def test_an_answer_may_gain_members_and_a_request_may_not() -> None:
    told = dict(SAMPLES)
    assert reader("PushAnswer").is_valid({**told["PushAnswer"], "novelty": 1})
    assert not reader("EnrolRequest").is_valid({**told["EnrolRequest"], "novelty": 1})


def _places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, part in inner for place in _places(part, (*path, key)))]


ODD = st.sampled_from(
    [None, True, 0, -1, 2**53, "", "x", "A" * 43, "0" * 64, "019a0000-0000-7000-8000-00000000000a", [], {}]
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_the_schemas_refuse_nothing_that_the_models_take(data: st.DataObject) -> None:
    name, value = data.draw(st.sampled_from(SAMPLES))
    bent = {"": copy.deepcopy(value)}
    place = ("", *data.draw(st.sampled_from(_places(value)[1:])))
    holder: Any = bent
    for step in place[:-1]:
        holder = holder[step]
    if data.draw(st.booleans()):
        holder[place[-1]] = data.draw(ODD)
    else:
        del holder[place[-1]]
    try:
        MODELS[name].model_validate_json(json.dumps(bent[""]))
    except ValidationError:
        return
    assert [error.message for error in reader(name).iter_errors(bent[""])] == []


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_member_of_another_type_is_refused_by_both(data: st.DataObject) -> None:
    name, value = data.draw(st.sampled_from(SAMPLES))
    member = data.draw(st.sampled_from(sorted(value)))
    bent = {**value, member: {"of": {"another": "type"}}}
    with pytest.raises(ValidationError):
        MODELS[name].model_validate_json(json.dumps(bent))
    assert not reader(name).is_valid(bent)
