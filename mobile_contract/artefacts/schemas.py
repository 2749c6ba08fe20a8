"""JSON Schemas (2020-12) of everything on the wire: one document for each module, its types under `$defs`.

Found, not listed: every model and every enumeration of a module of `mobile_contract` is in. Beside the standard's
keywords stand four of ours: `x-direction` (who writes it), `x-open` (an enumeration that grows: a reader lives with a
value it does not know), `x-members` (what the values of an enumeration mean), `x-limits` (constants of the area).
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from collections.abc import Iterator
from enum import Enum, StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

import mobile_contract
from mobile_contract.artefacts.wording import worded, wording_of
from mobile_contract.base import Wire
from mobile_contract.decisions import DECISION_OF, DecisionType
from mobile_contract.entries import EntryBody, EntryType
from mobile_contract.problems import ProblemCode
from mobile_contract.pull import RemoveReason
from mobile_contract.push import Reason

Schema = dict[str, Any]
FOLDER: Final = Path(__file__).parent.parent / "schemas"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
HOME: Final = "https://fieldcheck.invalid/contract/"
"""A name, not an address: RFC 2606 keeps `.invalid` from ever leading anywhere."""
OPEN_ENUMS: Final = {enum.__name__ for enum in (Reason, ProblemCode, RemoveReason, EntryType, DecisionType)}
_SENT: Final = {"EntryLine", "EntryHeader", "EntryBody", "EntryType", "WipedStatement"}
_SENT_ENDINGS: Final = ("Request", "Manifest")
_BARE: Final = {Wire, Enum, StrEnum}
_MORE: Final = "additionalProperties"
_DEF: Final = "#/$defs/"


def build_schemas() -> dict[str, Schema]:
    """Area → its document, in a stable order."""
    homes = {kind.__name__: area for area, module in areas() for kind in kinds(module)}
    definitions = _definitions()
    directions = _directions(definitions)
    documents = {}
    for area, module in areas():
        own = {name: schema for name, schema in definitions.items() if homes.get(name, "base") == area}
        told = wording_of(module)
        document: Schema = {"$schema": DIALECT, "$id": f"{HOME}{area}.json", "title": area, "description": told.about}
        if told.limits:
            document["x-limits"] = {name: value for name, (value, _) in sorted(told.limits.items())}
        document["$defs"] = {
            name: _aimed({**_grown(own[name], directions[name]), "x-direction": directions[name]}, area, homes)
            for name in sorted(own)
        }
        if own or told.limits:
            documents[area] = document
    return documents


def write_schemas(documents: dict[str, Schema], folder: Path = FOLDER) -> None:
    """Write every document and remove those of areas that are gone."""
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.json"):
        if path.stem not in documents:
            path.unlink()
    for area, document in documents.items():
        (folder / f"{area}.json").write_text(rendered(document), encoding="utf-8")


def read_schemas(folder: Path = FOLDER) -> dict[str, Schema]:
    """The committed documents."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def rendered(document: Schema) -> str:
    """A document's text."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def exact_schema(model: type[BaseModel], ref_template: str) -> Schema:
    """pydantic's schema of one model with the words that stand under its members."""
    schema = model.model_json_schema(ref_template=ref_template)
    named = {kind.__name__: kind for _, module in areas() for kind in kinds(module)}
    for name, part in schema.get("$defs", {}).items():
        if name in named:
            _add_words(part, named[name])
    _add_words(schema, model)
    return schema


def areas() -> Iterator[tuple[str, ModuleType]]:
    """The modules of the wire; reference client and artefacts are none of it."""
    for found in sorted(pkgutil.iter_modules(mobile_contract.__path__), key=lambda found: found.name):
        if not found.ispkg:
            yield found.name, importlib.import_module(f"mobile_contract.{found.name}")


def kinds(module: ModuleType) -> list[type[Wire | Enum]]:
    """Models and enumerations that the module itself defines."""
    own = [kind for kind in vars(module).values() if inspect.isclass(kind) and kind.__module__ == module.__name__]
    return [kind for kind in own if issubclass(kind, Wire | Enum) and kind is not Wire]


def _definitions() -> dict[str, Schema]:
    found = [kind for _, module in areas() for kind in kinds(module)]
    models = [kind for kind in found if issubclass(kind, BaseModel)]
    _, whole = models_json_schema([(model, "validation") for model in models], ref_template=_DEF + "{model}")
    definitions: dict[str, Schema] = whole["$defs"]
    if doubled := [name for name in definitions if "__" in name]:
        raise ValueError(f"two types of the wire have one name: {doubled}")
    for kind in found:
        if issubclass(kind, Enum):
            values = [member.value for member in kind]
            definitions.setdefault(kind.__name__, {"enum": values, "title": kind.__name__, "type": "string"})
        _add_words(definitions[kind.__name__], kind)
    return definitions


def _add_words(schema: Schema, kind: type[BaseModel | Enum]) -> None:
    texts: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if issubclass(base, Wire | Enum) and base not in _BARE:
            texts |= wording_of(importlib.import_module(base.__module__)).members.get(base.__name__, {})
    schema["description"] = worded(kind.__doc__)
    if issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            member = schema["properties"][field.alias or name]
            member.pop("title", None)  # only the name again, in capitals
            if words := " ".join(filter(None, (texts.get(name), member.get("description")))):
                member["description"] = words
    else:
        if meanings := {member.value: texts[member.name] for member in kind if member.name in texts}:
            schema["x-members"] = meanings
        if kind.__name__ in OPEN_ENUMS:
            schema["x-open"] = True


def _directions(definitions: dict[str, Schema]) -> dict[str, str]:
    bodies = {model.__name__ for model in EntryBody.__subclasses__()} - {m.__name__ for m in DECISION_OF.values()}
    sent_roots = {name for name in definitions if name in _SENT | bodies or name.endswith(_SENT_ENDINGS)}
    sent = _reached(sent_roots, definitions)
    inner = {ref for schema in definitions.values() for ref in _refs(schema)}
    # What nobody sends is told; entries are both, for the server hands on what other devices wrote.
    told = _reached(definitions.keys() - inner - sent_roots, definitions) | (definitions.keys() - sent)
    names = {(True, True): "both", (True, False): "sent", (False, True): "told"}
    return {name: names[name in sent, name in told] for name in definitions}


def _reached(roots: set[str], definitions: dict[str, Schema]) -> set[str]:
    reached: set[str] = set()
    todo = set(roots)
    while todo:
        reached |= todo
        todo = {ref for name in todo for ref in _refs(definitions[name])} - reached
    return reached


def _refs(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(ref := schema.get("$ref"), str):
            yield ref.removeprefix(_DEF)
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from _refs(part)


def _grown(schema: Schema, direction: str) -> Schema:
    # Answers may gain members: who checks them by these schemas must not trip over one. The server itself is strict.
    closed = schema.get(_MORE) is False
    return {key: part for key, part in schema.items() if not (closed and direction == "told" and key == _MORE)}


def _aimed(schema: Any, area: str, homes: dict[str, str]) -> Any:
    if isinstance(schema, list):
        return [_aimed(part, area, homes) for part in schema]
    if not isinstance(schema, dict):
        return schema
    aimed = {key: _aimed(part, area, homes) for key, part in schema.items()}
    if isinstance(ref := aimed.get("$ref"), str):
        home = homes.get(ref.removeprefix(_DEF), "base")
        aimed["$ref"] = ref if home == area else f"{home}.json{ref}"
    return aimed
