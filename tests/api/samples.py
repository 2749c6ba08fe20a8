"""Values that fit a JSON schema of the document: well-formed requests about things that do not exist."""

import random
from typing import Any

ID = "019cac0f-2680-7e3b-bb08-41f2e6a8506f"
FORMATS = {"uuid": ID, "date": "2026-03-02", "date-time": "2026-03-02T01:00:00Z"}
PATTERNS = {
    "^[0-9a-f]{64}$": "0" * 64,
    "^[0-9]{1,9}/[1-9][0-9]{0,8}$": "1/20",
    "^([0-9a-f]{2}){1,128}$": "00ff",
    "^04[0-9a-f]{128}$": "04" + "00" * 64,
    "^[0-9]{1,100}$": "12345678901234567890",
}
WORDS = ("x", "检查", "𠀀😀", " ", "'; --", "{}", "%s", "0", "null")


class Sampler:
    """Draws values for the schemas of one document, the same ones for the same seed."""

    def __init__(self, document: dict[str, Any], seed: int) -> None:
        self._schemas = document["components"]["schemas"]
        self._random = random.Random(seed)

    def value(self, schema: dict[str, Any]) -> Any:
        """A value that the schema allows; at the edges of its limits as often as within."""
        if "$ref" in schema:
            return self.value(self._schemas[schema["$ref"].rsplit("/", 1)[-1]])
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._random.choice(schema["enum"])
        for choice in ("oneOf", "anyOf", "allOf"):
            if choice in schema:
                return self.value(self._random.choice(schema[choice]))
        kind = schema.get("type", "object")
        return getattr(self, f"_{self._random.choice(kind) if isinstance(kind, list) else kind}")(schema)

    def _object(self, schema: dict[str, Any]) -> dict[str, Any]:
        required = set(schema.get("required", ()))
        members = schema.get("properties", {})
        return {
            name: self.value(member)
            for name, member in members.items()
            if name in required or self._random.random() < 0.7
        }

    def _array(self, schema: dict[str, Any]) -> list[Any]:
        least = schema.get("minItems", 0)
        count = self._random.randint(least, min(schema.get("maxItems", least + 3), least + 3))
        return [self.value(schema.get("items", {"type": "string"})) for _ in range(count)]

    def _string(self, schema: dict[str, Any]) -> str:
        if schema.get("format") in FORMATS:
            return FORMATS[schema["format"]]
        if schema.get("pattern") in PATTERNS:
            return PATTERNS[schema["pattern"]]
        longest = schema.get("maxLength", 40)
        text = self._random.choice(WORDS) * (longest if self._random.random() < 0.2 else 1)
        return text[:longest].ljust(schema.get("minLength", 0), "x")

    def _integer(self, schema: dict[str, Any]) -> int:
        least, most = int(schema.get("minimum", 0)), int(schema.get("maximum", 2**53 - 1))
        return self._random.choice([least, most, self._random.randint(least, most)])

    def _number(self, schema: dict[str, Any]) -> int:
        return self._integer(schema)

    def _boolean(self, _: dict[str, Any]) -> bool:
        return self._random.random() < 0.5

    def _null(self, _: dict[str, Any]) -> None:
        return None
