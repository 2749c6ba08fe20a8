"""Exact ratios on the wire: `"1/20"`, never a binary fraction."""

from fractions import Fraction
from typing import Annotated, Any, Final

from litestar.openapi.spec import OpenAPIType, Schema
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition
from pydantic import Field

PATTERN: Final = r"^[0-9]{1,9}/[1-9][0-9]{0,8}$"

RatioText = Annotated[str, Field(pattern=PATTERN)]
"""A ratio in a request; `Fraction(text)` reads it."""


def ratio_text(ratio: Fraction) -> str:
    """The ratio in lowest terms."""
    return f"{ratio.numerator}/{ratio.denominator}"


class RatioSchema(OpenAPISchemaPlugin):
    """Describes a `Fraction` in an answer."""

    @staticmethod
    def is_plugin_supported_type(value: Any) -> bool:
        return value is Fraction

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: Any) -> Schema:  # noqa: ARG002
        return Schema(type=OpenAPIType.STRING, pattern=PATTERN, examples=["1/20"])
