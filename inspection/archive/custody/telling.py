"""What a line of a chain of custody says to people: names where they are known, local times, words for codes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from babel.dates import format_datetime

from inspection.archive.custody.acts import Act
from inspection.archive.sources import DeviceFacts
from inspection.authority import store as authorities
from inspection.kernel.calendar.rules import BEIJING
from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import catalogue, text
from inspection.kernel.journal import JournalEntry
from inspection.registry import find as registry

SHORT: Final = 12
"""Characters of a SHA-256 that name a file to people."""

_NOTHING: Final = "–"
_LOCALES: Final = {"zh_CN": "zh_CN", "en": "en_GB"}
_MOMENT: Final = {"zh_CN": "y年M月d日 HH:mm:ss", "en": "d MMMM y, HH:mm:ss"}
_ABOUT_BOTH: Final = frozenset({Act.RECEIVED, Act.LOST})
"""Acts that can be about a file or about the record."""
_WORDS: Final = {"role": "archive.role.", "what": "archive.what."}
"""By the fact, where its codes have words."""
_UNNAMED: Final = frozenset({"system", "public", "device"})
"""What stands in the journal for nobody by name."""


class Devices(Protocol):
    """Who knows the tablets (`CustodySource`)."""

    async def devices(self, ids: Collection[UUID]) -> Sequence[DeviceFacts]:
        """The tablets among these ids."""
        ...


@dataclass(frozen=True, slots=True)
class Names:
    """By id, what people and tablets are called here; who is not there is told by the id."""

    people: Mapping[str, str] = field(default_factory=dict)
    devices: Mapping[str, str] = field(default_factory=dict)

    def who(self, id_: str, lang: str, name: str = "") -> str:
        """Somebody by name, a tablet as one, the system in words. `name`: as the journal kept it."""
        if id_ in self.devices:
            return text("archive.who.device", lang, name=self.devices[id_])
        if id_ in self.people:
            return self.people[id_]
        if id_ in _UNNAMED:
            return text(f"archive.who.{id_}", lang, name="")
        return id_ if not name or name in _UNNAMED else name


async def names_in(lines: Iterable[JournalEntry], devices: Devices) -> Names:
    """The names of all whom these lines speak of."""
    ids = {id_ for line in lines for id_ in _ids(line) if _is_id(id_)}
    wanted = {UUID(id_) for id_ in ids}
    inspectors = await registry.named_people(wanted)
    tablets = {str(one.id): one.name for one in await devices.devices(wanted)}
    people = {str(one): name for one, (name, _) in inspectors.items()}
    for id_ in sorted(ids - people.keys() - tablets.keys()):
        account = await authorities.account(UUID(id_))
        if account is not None:
            people[id_] = account.name
    return Names(people, tablets)


def sentence(act: Act, digest: str | None, facts: Mapping[str, JSON], line: "Noting", lang: str) -> str:
    """What a line says to people. Files are named by the first characters of their SHA-256."""
    by = facts.get("by")
    id_ = str(by.get("id")) if isinstance(by, Mapping) and by.get("id") else line.actor
    told = {name: value for name, value in facts.items() if isinstance(value, str | int)}
    told |= {name: _word(prefix, str(told[name]), lang) for name, prefix in _WORDS.items() if name in told}
    instant = facts.get("at") or facts.get("at_claimed")
    about = {
        "file": digest[:SHORT] if digest else _NOTHING,
        "who": line.names.who(id_, lang, "" if isinstance(by, Mapping) else line.actor_name),
        "actor": line.names.who(line.actor, lang, line.actor_name),
        "when": moment(datetime.fromisoformat(instant) if isinstance(instant, str) else line.at, lang),
    }
    return text(f"archive.act.{act.value}{_kind(act, digest, facts)}", lang, **{"ground": _NOTHING, **told, **about})


@dataclass(frozen=True, slots=True)
class Noting:
    """Who noted an act and when, and what everybody is called."""

    actor: str
    actor_name: str
    at: datetime
    names: Names = field(default=Names())


def moment(at: datetime, lang: str) -> str:
    """2026年3月2日 09:30:05, Beijing time."""
    return str(format_datetime(at, _MOMENT[lang], tzinfo=BEIJING, locale=_LOCALES[lang]))


def _kind(act: Act, digest: str | None, facts: Mapping[str, JSON]) -> str:
    """Which of the sentences of an act is true of this one."""
    if act is Act.DERIVED and not facts.get("copies"):
        return "_none"  # of recordings and papers no copy is made
    return "_record" if digest is None and act in _ABOUT_BOTH else ""


def _word(prefix: str, code: str, lang: str) -> str:
    """A code of the record in words; one that this version does not know as it is."""
    key = f"{prefix}{code}"
    return text(key, lang) if key in catalogue("archive", lang) else code


def _ids(line: JournalEntry) -> Iterable[str]:
    payload: Mapping[str, Any] = line.payload
    by = payload.get("by")
    yield str(line.actor_id)
    yield str(payload.get("device"))
    if isinstance(by, Mapping):
        yield str(by.get("id"))


def _is_id(text_: str) -> bool:
    try:
        return str(UUID(text_)) == text_
    except ValueError:
        return False
