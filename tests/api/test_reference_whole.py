"""What an outside developer reads: nothing is missing at any operation, every specimen fits, the document is one."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from schemathesis.specs.openapi import definitions

from api.described import MEANINGS, TAGS
from api.permits import PERMITS, Action
from api.throttle import BUDGETS, RateClass
from mobile_contract.problems import ProblemCode
from tests.support.routes import reference

Operation = tuple[str, str, dict[str, Any]]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return reference()


def operations_of(document: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    definitions.OPENAPI_31_VALIDATOR.validate(document)
    broken = {**document, "paths": {"/x": {"get": {"parameters": [{"name": "x"}]}}}}
    assert not definitions.OPENAPI_31_VALIDATOR.is_valid(broken)


def test_no_operation_lacks_what_somebody_needs_who_calls_it(document: dict[str, Any]) -> None:
    lacking = []
    for path, method, one in operations_of(document):
        lacking += [(method, path, what) for what in ("summary", "description", "operationId") if not one.get(what)]
        lacking += [(method, path, "CamelCase summary")] if " " not in one["summary"].strip() else []
        lacking += [(method, path, said["name"]) for said in one.get("parameters", ()) if not said.get("description")]
        assert set(one["x-roles"]) == set(PERMITS[Action(one["x-action"])])
        rate = one["x-rate-class"]
        assert rate["burst"] == BUDGETS[RateClass(rate["name"])].caller.burst
        assert isinstance(one["x-token-scopes"], list)
        for status, answer in one["responses"].items():
            assert answer["description"], (path, status)
            if int(status) >= 400:
                codes = answer["x-problem-codes"]
                assert codes, (path, method, status)
                assert {ProblemCode(code).status for code in codes} == {int(status)}
    assert lacking == []


def test_every_specimen_fits_its_schema(document: dict[str, Any]) -> None:
    registry = Registry().with_resource("urn:document", DRAFT202012.create_resource(document))
    shown = 0
    for path, method, one in operations_of(document):
        places = [("requestBody", one["requestBody"])] if "requestBody" in one else []
        places += [(f"responses/{status}", answer) for status, answer in one["responses"].items()]
        for place, told in places:
            for kind, content in told.get("content", {}).items():
                if "example" not in content:
                    assert not kind.endswith(("/json", "+json")) or not content.get("schema"), (path, method, kind)
                    continue
                at = "/".join(part.replace("~", "~0").replace("/", "~1") for part in (path, method))
                kind_at = kind.replace("~", "~0").replace("/", "~1").replace("+", "%2B")
                pointer = f"urn:document#/paths/{quoted(at)}/{place}/content/{kind_at}/schema"
                found = list(Draft202012Validator({"$ref": pointer}, registry=registry).iter_errors(content["example"]))
                assert not found, (path, method, place, found[0].message, found[0].json_path)
                shown += 1
    assert shown > 1000


def quoted(pointer: str) -> str:
    return pointer.replace("{", "%7B").replace("}", "%7D")


def test_tags_stand_in_the_order_of_the_work_in_both_languages(document: dict[str, Any]) -> None:
    named = [tag["name"] for tag in document["tags"]]
    assert named == [name for name, _, _ in TAGS if name in named]
    assert {tag for _, _, one in operations_of(document) for tag in one["tags"]} == set(named)
    for _, chinese, english in TAGS:
        assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese)
        assert english.isascii() or "一单两库" in english


def test_every_meaning_is_one_that_some_parameter_needs(document: dict[str, Any]) -> None:
    used = {one["name"] for _, _, operation in operations_of(document) for one in operation.get("parameters", ())}
    assert sorted(MEANINGS.keys() - used) == []


def test_the_document_is_no_larger_than_a_browser_reads_at_once(document: dict[str, Any]) -> None:
    assert len(json.dumps(document, ensure_ascii=False)) < 4_000_000
