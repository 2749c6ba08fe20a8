"""封面 and 卷内目录 of a bundle, as PDF: what it is about and every file in it, for people who open a folder.

Set from the materials alone, so that the same record gives the same bytes; the manifest covers both like any file.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from inspection.archive.container import Member
from inspection.archive.contents import Bundle, Materials
from inspection.archive.reading import BASICS, COVER, EVIDENCE, INDEX, PAPERS
from inspection.documents.blocks import Paper
from inspection.documents.papers import make_paper
from inspection.documents.views import DossierView, FileLine, PaperKind, Party
from inspection.documents.words import Words
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.catalogue import DEFAULT_LANGUAGE, text
from inspection.publicity.settled import Settled

PARTS: Final = (BASICS, EVIDENCE, PAPERS)
"""In the order of the volume; what lies beside them stands first."""

SHOWN: Final = 12
"""Characters of a file's name that is its digest: the whole digest stands in the manifest."""
_DIGEST_LENGTH: Final = 64


def cover_page(materials: Materials, members: Sequence[Member]) -> Mapping[str, Paper]:
    """The cover of a sealed dossier, by its path; a bundle of evidence is no volume and has none. `members`: the files
    it is put before.
    """
    if materials.kind is not Bundle.SEALED:
        return {}
    return {COVER: make_paper(PaperKind.COVER, dossier_view(materials, members))}


def index_page(materials: Materials, members: Sequence[Member]) -> Mapping[str, Paper]:
    """The index, by its path: every file but itself, and but what is made of it (manifest and sums)."""
    return {INDEX: make_paper(PaperKind.INDEX, dossier_view(materials, members))}


def dossier_view(materials: Materials, members: Iterable[Member]) -> DossierView:
    """What cover and index say. The dossier's own number is given when it is sealed, after its bytes are made."""
    visit, words = materials.visit, Words("documents.cover.told.")
    between = words.shared("between")
    last = max(lines[-1].at for name, lines in materials.journal.items() if lines and name.startswith("visit:"))
    tasks = between.join(dict.fromkeys(task.task_name for task in materials.tasks))
    files = sorted(members, key=lambda one: (_place(one.path), one.path))
    return DossierView(
        authority=visit.authority_name,
        number="",
        party=Party(visit.object_name, visit.object_code),
        title=f"{visit.object_name}　{tasks}{_volume(materials, words)}",
        opened=local_day(visit.unsealed_at or last),
        closed=local_day(last),
        results=tuple(_results(materials.settled)),
        officers=tuple(one.name for one in materials.team if one.left_at is None),
        retention="",
        files=tuple(FileLine(_part(one.path, words), _shown(one.path), one.bytes, one.sha256) for one in files),
        at=last,
    )


def _volume(materials: Materials, words: Words) -> str:
    return words("volume", volume=materials.follows.volume + 1) if materials.follows else ""


def _results(settled: Settled) -> Iterable[str]:
    """The newest version of each result as it went out, then what was kept back and why."""
    newest = {document.publication: document for document in sorted(settled.documents, key=lambda one: one.version)}
    for document in sorted(newest.values(), key=lambda one: one.number):
        for line in json.loads(document.document).get("details", ()):
            yield f"{line['raninsItemName']}：{line['raninsCheckResName']}（{document.number}）"
    for held in settled.withheld:
        yield f"{held.item_name}：{text(f'publicity.ground_{held.ground.value}', DEFAULT_LANGUAGE)}"


def _place(path: str) -> int:
    part = path.split("/", maxsplit=1)[0]
    return PARTS.index(part) + 1 if part in PARTS else 0


def _part(path: str, words: Words) -> str:
    place = _place(path)
    return words(f"part_{place}", part=PARTS[place - 1] if place else "")


def _shown(path: str) -> str:
    """Without its part, and with no more of a long digest than an eye compares."""
    name = path.partition("/")[2] if _place(path) else path
    folder, slash, file = name.rpartition("/")
    stem, dot, ending = file.partition(".")
    short = f"{stem[:SHOWN]}…" if len(stem) == _DIGEST_LENGTH else stem
    return f"{folder}{slash}{short}{dot}{ending}"
