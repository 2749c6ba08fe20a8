"""Exact ratios on the wire: `"1/20"`, never a binary fraction."""

import re
from fractions import Fraction
from typing import Annotated, Any, Final

from litestar.openapi.spec import OpenAPIType, Schema
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition
from pydantic import Field

PATTERN: Final = r"^[0-9]{1,9}/[1-9][0-9]{0,8}$"
_PERCENT: Final = re.compile(r"([0-9]{1,4})(?:\.([0-9]{1,4}))?\s*[%％]")

RatioText = Annotated[str, Field(pattern=PATTERN)]
"""A ratio in a request; `Fraction(text)` reads it."""


def ratio_text(ratio: Fraction) -> str:
    """The ratio in lowest terms."""
    return f"{ratio.numerator}/{ratio.denominator}"


def typed_ratio(typed: str) -> str:
    """A ratio as a person types it ("5%", "12.5 ％", "1/20") as the wire has it; anything else as it is."""
    found = _PERCENT.fullmatch(typed.strip())
    if found is None:
        return typed.strip()
    whole, rest = found[1], found[2] or ""
    return f"{int(whole + rest)}/{100 * 10 ** len(rest)}"


class RatioSchema(OpenAPISchemaPlugin):
    """Describes a `Fraction` in an answer."""

    @staticmethod
    def is_plugin_supported_type(value: Any) -> bool:
        return value is Fraction

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: Any) -> Schema:  # noqa: ARG002
        return Schema(type=OpenAPIType.STRING, pattern=PATTERN, examples=["1/20"])
