"""What a request says of a file besides the file: headers, origin, token of a preview."""

import json
from typing import Annotated

from litestar.params import QueryParameter

from inspection.kernel.errors import Invalid
from inspection.registry.intake.wanted import Wanted
from mobile_contract.problems import ProblemCode

Mapped = Annotated[
    str,
    QueryParameter(
        max_length=4_000, description='which header means which field, as JSON: {"号码": "code", "备注": "-"}'
    ),
]
Origin = Annotated[
    str, QueryParameter(max_length=120, description="whose file this is: its mapping is kept under this name")
]
Token = Annotated[str, QueryParameter(max_length=64, description="the token of the preview that was looked at")]


def wanted_of(mapping: str, origin: str, token: str) -> Wanted:
    """The parameters as the domain takes them.

    Raises:
        Invalid: `registry.mapping_shape`.
    """
    return Wanted(_headers(mapping) if mapping else None, origin or None, token or None)


def _headers(text: str) -> dict[str, str]:
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    if not isinstance(told, dict) or not all(isinstance(field, str) for field in told.values()):
        raise Invalid(ProblemCode.INVALID, "registry.mapping_shape", value=text[:100])
    return told
