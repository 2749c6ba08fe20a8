"""Specimens of what is sent and answered, made of the schemas of a document: they fit, and say nothing of anybody."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

_FORMATS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "uuid": "019cac0f-2680-7e3b-bb08-41f2e6a8506f",
        "date": "2026-03-02",
        "date-time": "2026-03-02T01:00:00Z",
        "uri-reference": "/problems/invalid",
        "binary": "",
    }
)
_PATTERNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        r"\S": "说明",
        "^([0-9a-f]{2}){1,128}$": "00ff",
        r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$": "1.5",
        "^04[0-9a-f]{128}$": "04" + "00" * 64,
        "^[0-9A-Z]{4}-[0-9A-Z]{4}$": "ABCD-2345",
        "^[0-9]{1,100}$": "20731940586129753048",
        "^[0-9]{1,9}/[1-9][0-9]{0,8}$": "1/20",
        "^[0-9a-f]{64}$": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$": "019cac0f-2680-7e3b-bb08-41f2e6a8506f",
        "^[A-D]$": "A",
        "^[A-Z2-7]{16}$": "ABCDEFGHIJKLMNOP",
        "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$": "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
        "^[A-Za-z0-9_-]{43}$": "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
        "^[A-Za-z0-9_-]{85}[AQgw]$": "A" * 86,
        "^[A-Za-z0-9_.-]+$": "AAECAw",
        r"^[a-z]+:[^\x00-\x1f]+$": "visit:019cac0f-2680-7e3b-bb08-41f2e6a8506f",
    }
)
_DEEPEST: Final = 6


class Specimens:
    """Makes one value for each schema of a document, always the same one."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self._schemas = schemas

    def of(self, schema: Mapping[str, Any], depth: int = 0) -> Any:
        """A value that the schema allows: required members, lists with one element, no more than it must have below."""
        if "$ref" in schema:
            return self.of(self._schemas[schema["$ref"].rsplit("/", 1)[-1]], depth + 1)
        for exact in ("const", "default"):
            if exact in schema:
                return schema[exact]
        if "enum" in schema:
            return schema["enum"][0]
        if "allOf" in schema:
            return self.of(schema["allOf"][0], depth)
        choices = [one for key in ("oneOf", "anyOf") for one in schema.get(key, ())]
        if choices:
            return self.of(next((one for one in choices if one.get("type") != "null"), choices[0]), depth)
        kind = schema.get("type", "object" if "properties" in schema else "null")
        if isinstance(kind, list):
            kind = next((one for one in kind if one != "null"), "null")
        return self._plain(kind, schema, depth)

    def _plain(self, kind: str, schema: Mapping[str, Any], depth: int) -> Any:
        match kind:
            case "object":
                members, needed = schema.get("properties", {}), schema.get("required", ())
                if not members and schema.get("minProperties"):
                    return {"名称": self.of(schema["additionalProperties"], depth + 1)}
                return {name: self.of(members[name], depth + 1) for name in needed if name in members}
            case "array":
                return self._array(schema, depth)
            case "string":
                return self._text(schema)
            case "integer" | "number":
                return int(schema.get("minimum", schema.get("exclusiveMinimum", 0) + ("exclusiveMinimum" in schema)))
            case "boolean":
                return False
        return None

    def _array(self, schema: Mapping[str, Any], depth: int) -> list[Any]:
        if "prefixItems" in schema:
            return [self.of(one, depth + 1) for one in schema["prefixItems"]]
        count = schema.get("minItems", 0)
        if depth < _DEEPEST and schema.get("maxItems", 1) > 0:
            count = max(count, 1)
        return [self.of(schema["items"], depth + 1)] * count if "items" in schema else []

    def _text(self, schema: Mapping[str, Any]) -> str:
        if schema.get("pattern") in _PATTERNS:
            return _PATTERNS[schema["pattern"]]
        if schema.get("format") in _FORMATS:
            return _FORMATS[schema["format"]]
        text = "文本"[: schema.get("maxLength", 2)]
        return text.ljust(schema.get("minLength", 0), "文")
