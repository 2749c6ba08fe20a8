"""TypeScript from JSON Schema: what is not understood is refused, what is understood says the same."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, create_model

from mobile_contract.artefacts.schemas import build_schemas
from mobile_contract.artefacts.typescript import declaration, typescript
from mobile_contract.base import EntryHash, Wire


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Inner(Wire):
    n: int


CASES: list[tuple[Any, str]] = [
    (str, "string"),
    (int, "number"),
    (bool, "boolean"),
    (str | None, "string | null"),
    (int | str | None, "number | string | null"),
    (Literal["a", "b"], '"a" | "b"'),
    (Literal[1], "1"),
    (Colour, "Colour"),
    (Inner, "Inner"),
    (Inner | None, "Inner | null"),
    (tuple[str, ...], "readonly string[]"),
    (tuple[str | None, ...], "readonly (string | null)[]"),
    (tuple[tuple[int, str], ...], "readonly (readonly [number, string])[]"),
    (tuple[Inner, int], "readonly [Inner, number]"),
    (dict[str, tuple[int, ...]], "{ readonly [key: string]: readonly number[] }"),
    (dict[str, Any], "{ readonly [key: string]: unknown }"),
    (Any, "unknown"),
    (Annotated[str, Field(pattern="^a*/$")], "string"),
    (EntryHash, "string"),
]


def _written(kind: Any, default: Any = ...) -> str:
    model = create_model("Sample", __base__=Wire, member=(kind, default))
    schema = model.model_json_schema()
    schema.pop("$defs", None)
    return declaration("Sample", schema)


@pytest.mark.parametrize(("kind", "told"), CASES, ids=[f"{n}-{told}" for n, (_, told) in enumerate(CASES)])
def test_a_member_has_the_type_of_its_schema(kind: Any, told: str) -> None:
    assert f"  readonly member: {told};\n" in _written(kind)
    assert f"  readonly member?: {told};\n" in _written(kind, None)


def test_a_comment_cannot_be_closed_from_within() -> None:
    text = _written(Annotated[str, Field(pattern="^a*/$", description="never */ ends")])
    assert text.count("*/") == text.count("/**")


@pytest.mark.parametrize("keyword", ["not", "if", "patternProperties", "contains", "$dynamicRef", "dependentRequired"])
def test_a_keyword_that_is_not_understood_stops_the_generation_and_is_named(keyword: str) -> None:
    schema = {"type": "object", "properties": {"member": {"type": "string", keyword: {}}}}
    with pytest.raises(ValueError, match=rf"Sample\.member: .*{re.escape(keyword)}"):
        declaration("Sample", schema)


def test_an_open_enumeration_takes_values_nobody_knows_yet() -> None:
    schema = {"enum": ["a"], "type": "string", "x-open": True, "x-members": {"a": "The first\nletter."}}
    text = declaration("Grows", schema)
    assert 'export type Grows = "a" | (string & {});' in text
    assert '"a": The first letter.' in text


def test_every_type_of_the_wire_is_declared_once_and_every_name_in_use_is_declared() -> None:
    documents = build_schemas()
    text = typescript(documents)
    declared = re.findall(r"^export (?:interface|type) (\w+)", text, re.MULTILINE)
    assert sorted(declared) == sorted(name for document in documents.values() for name in document["$defs"])
    assert len(set(declared)) == len(declared)
    code = re.sub(r'/\*\*.*?\*/|//[^\n]*|"[^"]*"', "", text, flags=re.DOTALL)
    used = set(re.findall(r"\b[A-Z][a-z]\w+\b", code))
    assert used <= set(declared)


def test_nothing_on_the_wire_is_of_unknown_type() -> None:
    types = re.findall(r"^  readonly \w+\??: (.*);$", typescript(build_schemas()), re.MULTILINE)
    assert len(types) > 100
    assert [one for one in types if "unknown" in one] == []
