"""A shortage of inspectors as people are told of it: counts and requirements in words, never a name."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import LANGUAGES, text

if TYPE_CHECKING:
    from inspection.draw.teams.shortage import Bottleneck, Need, Shortage

MOST = 6
"""So many names of qualifications or areas are told one by one."""
_END, _NEXT = {"zh_CN": "", "en": " "}, {"zh_CN": "；", "en": "; "}


def lack_of(shortage: "Shortage | None") -> dict[str, JSON]:
    """The facts of a refusal: all bottlenecks in counts, what would help, and the same in words (`explained`)."""
    if shortage is None:
        return {"bottlenecks": [], "cap_needed": None, "fits": None, "explained": dict.fromkeys(LANGUAGES, "")}
    return {
        "bottlenecks": [asdict(one) for one in shortage.bottlenecks],
        "cap_needed": shortage.cap_needed,
        "fits": shortage.fits,
        "explained": explained(shortage),
    }


def explained(shortage: "Shortage") -> dict[str, JSON]:
    """One sentence for each bottleneck, in every language."""
    return {lang: _END[lang].join(_sentence(shortage, one, lang) for one in shortage.bottlenecks) for lang in LANGUAGES}


def _sentence(shortage: "Shortage", one: "Bottleneck", lang: str) -> str:
    return text(
        "draw.lack_teams" if shortage.teams else "draw.lack_people",
        lang,
        objects=one.objects,
        needs=_needs(one.needs, lang),
        places=one.places,
        people=one.people,
        capacity=one.capacity,
        short=one.short,
        fixes=_NEXT[lang].join(_fixes(shortage, one, lang)),
    )


def _needs(needs: Sequence["Need"], lang: str) -> str:
    told: list[tuple[str, list[str | None]]] = [
        ("draw.lack_area", [need.area for need in needs]),
        ("draw.lack_unit", [need.unit for need in needs]),
        ("draw.lack_required", [word for need in needs for word in need.required]),
        ("draw.lack_expertise", [need.expertise for need in needs]),
    ]
    words = [text(key, lang, names=_some(found, lang)) for key, named in told if (found := _distinct(named))]
    return _NEXT[lang].join(words) or text("draw.lack_anybody", lang)


def _distinct(names: Sequence[str | None]) -> list[str]:
    return sorted({name for name in names if name})


def _some(names: Sequence[str], lang: str) -> JSON:
    if len(names) <= MOST:
        return list(names)
    return text("draw.lack_more", lang, names=list(names[:MOST]), count=len(names))


def _fixes(shortage: "Shortage", one: "Bottleneck", lang: str) -> Iterator[str]:
    """What would help, each alone: the smallest step of its kind."""
    if one.cap is not None:
        yield text("draw.fix_cap", lang, cap=one.cap)
    if one.add is not None:
        yield text("draw.fix_teams" if shortage.teams else "draw.fix_people", lang, add=one.add)
    elsewhere = max((need.elsewhere for need in one.needs), default=0)
    if elsewhere and not shortage.teams:
        yield text("draw.fix_area", lang, elsewhere=elsewhere)
    if shortage.fits:
        yield text("draw.fix_size", lang, doors=shortage.doors, fits=shortage.fits)
    if one.batches is not None:
        yield text("draw.fix_batches", lang, batches=one.batches)
