"""Sets papers: blocks in, PDF/A-2b out; the same paper gives the same bytes on every machine.

Typst is given data only, as a file in memory beside the template; no network, no files of the machine, none of its
fonts. Data in `sys.inputs` would be part of typst's own library of functions: nothing set once could be used again.
"""

import asyncio
import json
import threading
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pylopdf_fonts_zh_cn import sans_path, serif_path

from inspection.documents.blocks import Code, Paper
from inspection.documents.wrapping import wrappable
from inspection.kernel.catalogue import text
from inspection.kernel.glyphs import visible
from inspection.kernel.signals import Stretch, stretch

if TYPE_CHECKING:
    import typst

SERIF: Final = Path(serif_path())
SANS: Final = Path(sans_path())
FONTS: Final = {"text": "Noto Serif SC", "title": "Noto Sans SC"}
TEMPLATE: Final = "paper.typ"
MAIN: Final = "main.typ"
STANDARD: Final = "a-2b"
PREVIEW_PPI: Final = 110.0
LANGUAGES: Final = {"zh_CN": {"lang": "zh", "region": "cn"}, "en": {"lang": "en", "region": "gb"}}

_own = threading.local()


async def set_pdf(paper: Paper) -> bytes:
    """The paper as PDF/A-2b. Takes some 10 to 50 ms of a thread."""
    with stretch(Stretch.RENDER, "paper"):
        return await asyncio.to_thread(typeset, paper)


async def set_picture(paper: Paper, page: int = 1) -> bytes:
    """A page of it, from 1, as PNG to be looked at on a screen; the last page when there are fewer."""
    with stretch(Stretch.RENDER, "picture"):
        return await asyncio.to_thread(_picture, paper, page)


def typeset(paper: Paper) -> bytes:
    """The same, here and now."""
    at = paper.at.astimezone(UTC).replace(microsecond=0)  # a PDF knows whole seconds
    return _one(_compiler().compile(format="pdf", pdf_standards=[STANDARD], input=_files(paper), timestamp=at))


def _picture(paper: Paper, page: int) -> bytes:
    made = _compiler().compile(format="png", ppi=PREVIEW_PPI, input=_files(paper))
    return _one(made[min(page, len(made)) - 1] if isinstance(made, list) else made)


def _one(made: object) -> bytes:
    if not isinstance(made, bytes):
        raise TypeError(f"the press gave {type(made).__name__}")
    return made


def _compiler() -> "typst.Compiler":
    import typst  # noqa: PLC0415  7 MB that a server holds from its first paper on

    # One compiler must not be used by two threads at once.
    found: typst.Compiler | None = getattr(_own, "compiler", None)
    if found is None:
        found = _own.compiler = typst.Compiler(font_paths=_fonts())
    return found


@cache
def _fonts() -> "typst.Fonts":
    import typst  # noqa: PLC0415

    return typst.Fonts(font_paths=[SERIF.parent], include_system_fonts=False)


@cache
def _template() -> bytes:
    return files("inspection.documents").joinpath("templates", TEMPLATE).read_bytes()


def _files(paper: Paper) -> Any:
    """By name the bytes of the template and of what it is to say; the package's stubs know of single files only."""
    words = {"date-line": text("documents.date_line", paper.lang), "drawing": text("documents.drawing", paper.lang)}
    told = {
        "title": paper.title,
        "issuer": paper.issuer,
        "number": paper.number,
        "foot": paper.foot,
        "font": FONTS,
        "language": LANGUAGES[paper.lang],
        "words": words,
        "blocks": [{"kind": block.kind, **asdict(block)} for block in paper.blocks],
    }
    return {MAIN: _template(), "paper.json": json.dumps(_legible(told), ensure_ascii=False).encode()}


def _legible(value: Any, name: str = "") -> Any:
    """The same with every text as both fonts can draw it: a PDF/A must not name a character that it cannot show; and
    with places to end a line in words longer than a field.
    """
    if isinstance(value, str):
        # A drawing is markup of ours, made from numbers.
        if name == "drawing":
            return value
        return _drawn(value) if name == "title" else _divided(value)  # the title is the file's, too
    if isinstance(value, Mapping):
        if value.get("kind") == Code.kind:  # an address is copied out of the file
            return {**value, "text": _drawn(value["text"])}
        return {key: _legible(member, key) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_legible(member) for member in value]
    return value


@lru_cache(maxsize=2_000)
def _divided(text: str) -> str:
    """Most of what a notice says, all notices say."""
    return wrappable(_drawn(text))


@lru_cache(maxsize=2_000)
def _drawn(text: str) -> str:
    return visible(visible(text, SERIF), SANS)
