"""Requests that Schemathesis makes of the reference document: such as fit it, and such as break it in one place."""

import json
from copy import deepcopy
from functools import cache
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi._hypothesis import can_negate_path_parameters
from schemathesis.specs.openapi.schemas import OpenApiSchema
from schemathesis.transport import SerializationContext

from tests.support.routes import reference

STREAMS = ("application/x-ndjson", "application/offset+octet-stream", "text/csv")
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@schemathesis.serializer(*STREAMS)
def as_bytes(_: SerializationContext, value: Any) -> bytes:
    """The body of a route that reads a stream: whatever was made up, as bytes."""
    if isinstance(value, bytes):
        return value
    return value.encode(errors="replace") if isinstance(value, str) else json.dumps(value, default=str).encode()


@cache
def document() -> OpenApiSchema:
    """The reference document as Schemathesis reads it; nothing is looked for in a file of settings."""
    return schemathesis.openapi.from_dict(deepcopy(reference()), config=SchemathesisConfig())


@cache
def operations() -> tuple[Any, ...]:
    """Every operation of the document. What Schemathesis works out of their schemas stays with them."""
    return tuple(found.ok() for found in document().get_all_operations())


def can_be_wrong(operation: Any) -> bool:
    """Whether there is anything about a request that could break the document. A name in a path that may be any text is
    none, and Schemathesis tries hundreds of times before it gives up.
    """
    more = (operation.query, operation.headers, operation.cookies, operation.body)
    return any(map(bool, more)) or can_negate_path_parameters(operation)


def cases(operation: Any, mode: GenerationMode, number: int, count: int) -> list[Case]:
    """At most `count` requests for an operation, the same ones for the same `number`; none where nothing can be wrong.

    A request is made up before the first is sent: what an answer says moves nothing, so a run can be repeated.
    """
    found: list[Case] = []
    if mode is GenerationMode.NEGATIVE and not can_be_wrong(operation):
        return found

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(mode))
    def keep(case: Case) -> None:
        found.append(case)

    try:
        keep()
    except Unsatisfiable:
        return []
    return found
