"""TypeScript types from the contract's JSON Schemas, without Node.

It knows the part of JSON Schema that pydantic writes for our models, and raises ValueError at any keyword beyond:
a type that is silently too wide would be worse than none. Words, limits, patterns and defaults become comments.
"""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any, Final

from mobile_contract.version import CONTRACT_VERSION

Schema = dict[str, Any]
FILE: Final = Path(__file__).parent.parent / "typescript" / "fieldcheck.ts"
_HEAD: Final = """\
// The wire of Fieldcheck, contract {version}. Written by `python -m mobile_contract.artefacts`: do not edit.
//
// Every integer lies within ±(2^53−1) and there are no fractions. Members with a default may be absent when the server
// writes them too. Answers may gain members and open enumerations may gain values: live with those you do not know.
// Header and body of an entry and every signed text are *texts*: sign, hash, keep and send their exact bytes, and
// never write them anew from a parsed value.
"""
_SHOWN: Final = (
    "format", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minLength", "maxLength", "minItems", "maxItems", "default",
)  # fmt: skip
_READ: Final = {
    "$ref", "additionalProperties", "anyOf", "oneOf", "allOf", "const", "description", "discriminator", "enum", "items",
    "prefixItems", "properties", "propertyNames", "required", "title", "type", "uniqueItems",
    "x-direction", "x-members", "x-open", *_SHOWN,
}  # fmt: skip
_PLAIN: Final = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
_WHO: Final = {"sent": "Written by devices.", "told": "Written by the server.", "both": "Written by both sides."}
_WIDTH: Final = 112


def typescript(documents: dict[str, Schema]) -> str:
    """One file with every type and constant of these documents."""
    parts = [_HEAD.format(version=CONTRACT_VERSION)]
    for area, document in documents.items():
        parts.append(f"// ---- {area}: {document['description'].splitlines()[0]}\n")
        limits = document.get("x-limits", {})
        if limits:
            parts.append("".join(f"export const {name} = {_literal(value)};\n" for name, value in limits.items()))
        parts += [declaration(name, schema) for name, schema in document["$defs"].items()]
    return "\n".join(parts)


def declaration(name: str, schema: Schema) -> str:
    """`export interface` for an object with members, `export type` for anything else."""
    meanings = [f'"{value}": {" ".join(words.split())}' for value, words in schema.get("x-members", {}).items()]
    said = "\n".join([schema.get("description", ""), *meanings, _WHO.get(schema.get("x-direction", ""), "")])
    head = _comment(said.strip("\n"), "")
    if "properties" not in schema:
        return f"{head}export type {name} ={_in_lines(_type(schema, name))};\n"
    _refuse_unknown(schema, name)
    required = set(schema.get("required", ()))
    members = [_member(name, member, part, member in required) for member, part in schema["properties"].items()]
    return f"{head}export interface {name} {{\n{''.join(members)}}}\n"


def _member(owner: str, name: str, schema: Schema, required: bool) -> str:
    words = "\n".join([schema.get("description", ""), *_limits(schema)])
    key = name if name.isidentifier() else json.dumps(name)
    mark = "" if required else "?"
    return f"{_comment(words.strip(), '  ')}  readonly {key}{mark}: {_type(schema, f'{owner}.{name}')};\n"


def _type(schema: Schema, where: str) -> str:
    _refuse_unknown(schema, where)
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return " | ".join(dict.fromkeys(_type(part, where) for part in schema[choice]))
    if "allOf" in schema:
        return " & ".join(dict.fromkeys(f"({_type(part, where)})" for part in schema["allOf"]))
    if "const" in schema:
        return _literal(schema["const"])
    if "enum" in schema:
        values = [_literal(value) for value in schema["enum"]]
        return " | ".join([*values, "(string & {})"] if schema.get("x-open") else values)
    return _of_type(schema, where)


def _of_type(schema: Schema, where: str) -> str:
    kind = schema.get("type")
    if kind is None:
        return "unknown"
    if kind == "array":
        if "prefixItems" in schema:
            return f"readonly [{', '.join(_type(part, where) for part in schema['prefixItems'])}]"
        inner = _type(schema.get("items", {}), where)
        return f"readonly ({inner})[]" if " " in inner else f"readonly {inner}[]"
    if kind == "object":
        more = schema.get("additionalProperties", {})
        return f"{{ readonly [key: string]: {_type(more if isinstance(more, dict) else {}, where)} }}"
    if kind not in _PLAIN:
        raise ValueError(f"{where}: no TypeScript for the type {kind!r}")
    return _PLAIN[kind]


def _refuse_unknown(schema: Schema, where: str) -> None:
    if unknown := schema.keys() - _READ:
        raise ValueError(f"{where}: no TypeScript for {', '.join(sorted(unknown))}")


def _limits(schema: Schema) -> list[str]:
    told = [f"{key} {_literal(schema[key])}" for key in _SHOWN if schema.get(key) not in (None, "", [])]
    lines = [f"Limits: {', '.join(told)}." if told else ""]
    for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for part in schema.get(key, ()):
            lines += [part.get("description", "") if "$ref" not in part else "", *_limits(part)]
    if "items" in schema:
        each = schema["items"]
        lines += [f"Each: {line}" for line in (each.get("description", ""), *_limits(each)) if line]
    return list(dict.fromkeys(filter(None, lines)))


def _in_lines(union: str) -> str:
    return f" {union}" if len(union) <= _WIDTH else "\n  | " + union.replace(" | ", "\n  | ")


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _comment(text: str, indent: str) -> str:
    if not text:
        return ""
    safe = text.replace("*/", "*\\/").split("\n")
    lines = [line for whole in safe for line in (textwrap.wrap(whole, _WIDTH, break_long_words=False) or [""])]
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    return "\n".join([f"{indent}/**", *(f"{indent} * {line}".rstrip() for line in lines), f"{indent} */"]) + "\n"
