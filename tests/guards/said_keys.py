"""Which keys of the catalogues the code says: those that stand in it, and those that its patterns make of its words.

A pattern is an f-string, or a beginning that something is put behind: `f"room.state_{…}"`, `"room.state_" ~ …`,
`said("room.state", …)`. What fills a hole must stand in the code itself, as a string, a field or the name of a closed
list, or be a holiday; behind the bare name of a room, in the folder of that room.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

from chinese_calendar import Holiday

from inspection.kernel.catalogue import LANGUAGES, ROOMS, catalogue
from tests.guards.sources import ROOT, modules, tracked

Pieces: TypeAlias = tuple[str | None, ...]
"""A pattern: what stands in it; None is a hole."""

_BLOCK = re.compile(r"\{[{%](.*?)[%}]\}", re.DOTALL)
_STRING = r"(?:\"([^\"\n]*)\"|'([^'\n]*)')"
_CALLED = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
_LINK = re.compile(rf"\s*~\s*(?:{_STRING}|(?:[\w.]+|{_CALLED})(?:{_CALLED}|\|\w+|\.\w+|\[[^\]]*\])*)")
_ROOM = re.compile(rf"(?:{'|'.join(sorted(ROOMS))})\.[\w.-]*")
_MADE = re.compile(r"[a-z]+_(?:[a-z]+_)*")
_LITERAL = re.compile(rf"(f?){_STRING}")
_INNER = re.compile(r"f'([^']*)'")
_WITHIN = re.compile(r"'([^']*)'")
_HOLE = re.compile(r"\{(?:[^{}]|\{[^{}]*\})*\}")
_CLASS, _CAPITAL = re.compile(r"^class (\w+)", re.MULTILINE), re.compile(r"(?<!^)(?=[A-Z])")
_FIELD = re.compile(r"^    (\w+): |(?<=[( ])(\w+)=", re.MULTILINE)
_SPLIT = re.compile(r"\"([a-z_ ]+)\"\.split\(\)")
_DATA = re.compile(r"\"([^\"\n]*)\"|^(\w+) =", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Said:
    """What one file says."""

    path: Path
    strings: frozenset[str]
    names: frozenset[str]
    patterns: frozenset[Pieces]


def is_said(key: str) -> bool:
    """Whether the code names this key, or one that it puts an ending behind: `key ~ "_do"`."""
    return any(_is_named(key.removesuffix(end)) for end in ("", *_endings()) if key.endswith(end))


@cache
def _is_named(key: str) -> bool:
    return key in _strings() or any(_fits(key, one, room) for one, room in _patterns() if key.startswith(one[0] or " "))


def _fits(rest: str, pieces: Pieces, room: str | None) -> bool:
    if not pieces:
        return not rest
    if (head := pieces[0]) is not None:
        return rest.startswith(head) and _fits(rest.removeprefix(head), pieces[1:], room)
    cuts = range(1, len(rest) + 1) if len(pieces) > 1 else (len(rest),)
    return any(_is_word(_plain(rest[:cut]), room) and _fits(rest[cut:], pieces[1:], room) for cut in cuts)


@cache
def _is_word(word: str, room: str | None) -> bool:
    """Whether it may fill a hole: a word, a number, or what an f-string makes of them (`words(f"clause_{…}")`)."""
    return word in _words(room) or word.isdigit() or any(_fits(word, made, room) for made in _made())


def _plain(word: str) -> str:
    return re.sub(r"[ .\-]+", "_", word.replace("'", "")).strip("_").lower()


@cache
def _strings() -> frozenset[str]:
    return frozenset(word for one in _said() for word in one.strings)


@cache
def _words(room: str | None) -> frozenset[str]:
    """Of the whole code, or of a room's own folder; of `draw.sealed` also what is behind the dot."""
    home = Path(*ROOMS[room].split(".")) if room else Path()
    told = {word for one in _said() if one.path.is_relative_to(home) for word in (*one.strings, *one.names)}
    told |= {word.partition(".")[2] for word in told} | {one.value for one in Holiday}
    return frozenset(_plain(word) for word in told) - {""}


@cache
def _patterns() -> frozenset[tuple[Pieces, str | None]]:
    """Every pattern of a key, with the room that its words must come from, if they must."""
    keys = {key for room in ROOMS for key in catalogue(room, LANGUAGES[0])}
    found = {pieces for one in _said() for pieces in one.patterns if _ROOM.match(pieces[0] or "")}
    for begun in (word for word in _strings() - keys if _ROOM.fullmatch(word)):
        found |= {(begun if begun[-1] in "._" else begun + end, None) for end in "._"}
    rooms = {f"{room}.": room for room in ROOMS}
    return frozenset((pieces, rooms.get(pieces[0] or "")) for pieces in found)


@cache
def _made() -> frozenset[Pieces]:
    return frozenset(pieces for one in _said() for pieces in one.patterns if _MADE.fullmatch(pieces[0] or ""))


@cache
def _endings() -> frozenset[str]:
    return frozenset(
        pieces[1] or "" for one in _said() for pieces in one.patterns
        if len(pieces) == 2 and pieces[0] is None and re.fullmatch(r"_[a-z_]+", pieces[1] or "")
    )  # fmt: skip


@cache
def _said() -> tuple[Said, ...]:
    pages = [path for path in tracked() if path.parts[0] == "api" and path.suffix == ".html"]
    data = [path for path in tracked() if path.parts[0] == "inspection" and path.suffix == ".toml"]
    return (*map(_of_module, modules()), *map(_of_page, pages), *map(_of_data, data))


def _of_data(path: Path) -> Said:
    names = frozenset(word for told in _DATA.findall((ROOT / path).read_text()) for word in told)
    return Said(path, frozenset(), names, frozenset())


def _of_module(path: Path) -> Said:
    code = (ROOT / path).read_text()
    strings, patterns = set[str](), set[Pieces]()
    for formatted, double, single in _LITERAL.findall(code):
        told = double or single
        if formatted:
            patterns |= {made for one in (told, *_INNER.findall(told)) for made in _pieces(one)}
            strings |= {word for hole in _HOLE.findall(told) for word in _WITHIN.findall(hole)}
        else:
            strings.add(told)
    names = {_CAPITAL.sub("_", name).lower() for name in _CLASS.findall(code)}
    names |= {name for found in _FIELD.findall(code) for name in found}
    names |= {word for told in _SPLIT.findall(code) for word in told.split()}
    return Said(path, frozenset(strings), frozenset(names), frozenset(patterns))


def _pieces(told: str) -> Iterator[Pieces]:
    """An f-string as it stands; where holes follow one another, also as if they were one."""
    whole: list[str | None] = []
    for n, piece in enumerate(_HOLE.split(told)):
        whole += [None] if n else []
        whole += [piece] if piece else []
    yield tuple(whole)
    yield tuple(piece for n, piece in enumerate(whole) if piece is not None or not n or whole[n - 1] is not None)


def _of_page(path: Path) -> Said:
    strings, patterns = set[str](), set[Pieces]()
    for block in _BLOCK.findall((ROOT / path).read_text()):
        done = 0
        for found in re.finditer(rf"(~\s*|(?:said|word_of)\(\s*)?{_STRING}", block):
            told = found[2] or found[3] or ""
            strings.add(told)
            chain, end = _chain(block, found.end())
            if chain:
                patterns.add((told, *chain))
            elif (found[1] or "").startswith(("said", "word_of")):
                patterns.add((f"{told}_", None))
            elif found[1] and found.start() >= done:
                patterns.add((None, told))
            done = max(done, end)
    return Said(path, frozenset(strings), frozenset(), frozenset(patterns))


def _chain(block: str, at: int) -> tuple[Pieces, int]:
    """What is put behind a string that ends there, and where that ends."""
    chain: list[str | None] = []
    while link := _LINK.match(block, at):
        chain.append(link[1] if link[1] is not None else link[2])
        at = link.end()
    return tuple(chain), at
