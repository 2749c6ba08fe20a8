"""What changed between two states of the contract, and whether a client of the older one may break by it.

What devices write may grow looser, what the server writes may grow stricter; the other ways break. A member that the
server adds breaks nobody (readers pass over what they do not know), nor does a new value of an open enumeration.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

Schema = dict[str, Any]
_LEAST: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_MOST: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_EXACT: Final = (
    "type",
    "const",
    "pattern",
    "format",
    "default",
    "uniqueItems",
    "propertyNames",
)
_METHODS: Final = ("get", "post", "put", "patch", "delete", "head", "options")
_ABSENT: Final = object()


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One difference."""

    where: str
    """`Type.member`, or "POST /v1/path"."""
    what: str
    """added, removed, narrowed, widened or changed."""
    detail: str
    breaks: bool

    def __str__(self) -> str:
        return f"{'BREAKING ' if self.breaks else ''}{self.where}: {self.what} {self.detail}".rstrip()


def schema_changes(old: dict[str, Schema], new: dict[str, Schema]) -> list[Change]:
    """Between two sets of documents (area → document), words and titles left out."""
    before, after = _definitions(old), _definitions(new)
    found = [Change(name, "removed", "", breaks=True) for name in before.keys() - after.keys()]
    found += [Change(name, "added", "", breaks=False) for name in after.keys() - before.keys()]
    for name in before.keys() & after.keys():
        writers = {before[name].get("x-direction"), after[name].get("x-direction")}
        place = _Place(name, sent=writers != {"told"}, told=writers != {"sent"})
        found += _compared(place, before[name], after[name])
    return sorted([*found, *_limit_changes(old, new)])


def route_changes(old: Schema, new: Schema) -> list[Change]:
    """Between two OpenAPI documents: operations, their parameters, and what they read and answer with."""
    before, after = dict(_operations(old)), dict(_operations(new))
    found = [Change(name, "removed", "", breaks=True) for name in before.keys() - after.keys()]
    found += [Change(name, "added", "", breaks=False) for name in after.keys() - before.keys()]
    for name in before.keys() & after.keys():
        one, other = _facts(before[name]), _facts(after[name])
        found += [Change(name, "removed", fact, breaks=True) for fact in one - other]
        found += [Change(name, "added", fact, breaks=fact.endswith("(required)")) for fact in other - one]
    return sorted(found)


def _definitions(documents: dict[str, Schema]) -> dict[str, Schema]:
    return {name: schema for document in documents.values() for name, schema in document.get("$defs", {}).items()}


def _limit_changes(old: dict[str, Schema], new: dict[str, Schema]) -> Iterator[Change]:
    before, after = (
        {
            f"{area}.{name}": value
            for area, document in documents.items()
            for name, value in document["x-limits"].items()
        }
        for documents in ({a: d for a, d in side.items() if "x-limits" in d} for side in (old, new))
    )
    for name in before.keys() | after.keys():
        one, other = before.get(name, _ABSENT), after.get(name, _ABSENT)
        if one != other:
            yield _exchanged(name, one, other, breaks=one is not _ABSENT)


@dataclass(frozen=True, slots=True)
class _Place:
    """A spot in a type, and who writes what stands there."""

    where: str
    sent: bool
    told: bool

    def at(self, end: str) -> _Place:
        return _Place(f"{self.where}{end}", self.sent, self.told)

    def narrowed(self, detail: str) -> Change:
        return Change(self.where, "narrowed", detail, breaks=self.sent)

    def widened(self, detail: str, *, is_open: bool = False) -> Change:
        return Change(self.where, "widened", detail, breaks=self.told and not is_open)


def _compared(place: _Place, old: Schema, new: Schema) -> Iterator[Change]:
    yield from _members(place, old, new)
    yield from _bounds(place, old, new)
    yield from _exact(place, old, new)
    for value in _missing(old.get("enum", []), new.get("enum", [])):
        yield place.narrowed(f"no more {value!r}")
    for value in _missing(new.get("enum", []), old.get("enum", [])):
        yield place.widened(f"also {value!r}", is_open=bool(new.get("x-open")))
    yield from _alternatives(place, old, new)
    yield from _inner(place, old, new)


def _members(place: _Place, old: Schema, new: Schema) -> Iterator[Change]:
    before, after = old.get("properties", {}), new.get("properties", {})
    needed, needs = set(old.get("required", ())), set(new.get("required", ()))
    for name in before.keys() - after.keys():
        yield Change(f"{place.where}.{name}", "removed", "", breaks=True)
    for name in after.keys() - before.keys():
        required = name in needs
        yield Change(f"{place.where}.{name}", "added", "(required)" if required else "", breaks=place.sent and required)
    for name in before.keys() & after.keys():
        member = place.at(f".{name}")
        if name in needs - needed:
            yield member.narrowed("is required now")
        elif name in needed - needs:
            yield member.widened("may be absent now")
        yield from _compared(member, before[name], after[name])


def _bounds(place: _Place, old: Schema, new: Schema) -> Iterator[Change]:
    for keys, sign in ((_LEAST, 1), (_MOST, -1)):
        for key in keys:
            one, other = old.get(key), new.get(key)
            if one != other:
                stricter = one is None or (other is not None and sign * other > sign * one)
                yield (place.narrowed if stricter else place.widened)(f"{key} {_shown(one)} → {_shown(other)}")


def _exact(place: _Place, old: Schema, new: Schema) -> Iterator[Change]:
    for key in _EXACT:
        one, other = old.get(key, _ABSENT), new.get(key, _ABSENT)
        if one != other and not (isinstance(one, dict) and isinstance(other, dict)):
            yield _exchanged(f"{place.where} {key}", one, other, breaks=True)
    was_closed, is_closed = (side.get("additionalProperties") is False for side in (old, new))
    if is_closed and not was_closed:
        yield place.narrowed("no other members")
    elif was_closed and not is_closed:
        yield place.widened("other members too", is_open=True)
    if _aim(old) != _aim(new):
        yield _exchanged(f"{place.where} type", _aim(old), _aim(new), breaks=True)


def _alternatives(place: _Place, old: Schema, new: Schema) -> Iterator[Change]:
    before, after = ({_kind(part): part for part in side.get("anyOf", ())} for side in (old, new))
    for kind in before.keys() - after.keys():
        yield place.narrowed(f"no more {kind}")
    for kind in after.keys() - before.keys():
        yield place.widened(f"also {kind}")
    for kind in before.keys() & after.keys():
        yield from _compared(place, before[kind], after[kind])


def _inner(place: _Place, old: Schema, new: Schema) -> Iterator[Change]:
    first, second = old.get("prefixItems", []), new.get("prefixItems", [])
    if len(first) != len(second):
        yield Change(place.where, "changed", f"{len(first)} → {len(second)} places", breaks=True)
    pairs = [(f"[{n}]", one, other) for n, (one, other) in enumerate(zip(first, second, strict=False))]
    pairs += [(end, old.get(key), new.get(key)) for end, key in (("[]", "items"), ("[key]", "additionalProperties"))]
    for end, one, other in pairs:
        if isinstance(one, dict) and isinstance(other, dict):
            yield from _compared(place.at(end), one, other)


def _operations(document: Schema) -> Iterator[tuple[str, Schema]]:
    for path, methods in document.get("paths", {}).items():
        for method in _METHODS:
            if method in methods:
                yield f"{method.upper()} {path}", methods[method]


def _facts(operation: Schema) -> set[str]:
    facts = {
        f"parameter {part['in']} {part['name']}{' (required)' if part.get('required') else ''}"
        for part in operation.get("parameters", ())
    }
    facts |= {f"reads {body}" for body in _contents(operation.get("requestBody", {}))}
    for status, answer in operation.get("responses", {}).items():
        facts |= {f"answers {status} {body}".rstrip() for body in _contents(answer) or {""}}
    return facts


def _contents(part: Schema) -> set[str]:
    return {
        f"{kind} {content.get('schema', {}).get('$ref', '').rpartition('/')[2]}".rstrip()
        for kind, content in part.get("content", {}).items()
    }


def _aim(schema: Schema) -> str | None:
    return str(schema["$ref"]).rpartition("/")[2] if "$ref" in schema else None


def _kind(schema: Schema) -> str:
    return str(_aim(schema) or schema.get("const") or schema.get("type") or sorted(schema))


def _missing(values: list[Any], others: list[Any]) -> list[Any]:
    return [value for value in values if value not in others]


def _exchanged(where: str, one: object, other: object, *, breaks: bool) -> Change:
    return Change(where, "changed", f"{_shown(one)} → {_shown(other)}", breaks=breaks)


def _shown(value: object) -> str:
    return "none" if value is _ABSENT or value is None else repr(value)
