"""What is written under a picture that is shown with its time and place. Pure (media.md §2.2, §3.1).

The words come from the signed entry and from what the log proves about it, never from the picture's own metadata.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from inspection.kernel.catalogue import text

TAIL: Final = 12
"""So many characters of the digest: enough to find the file by, short enough to read out."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A position of a signed entry: WGS 84 in 10⁻⁷ degree, radius in decimetres; `mock`: the platform says made up."""

    lat_e7: int
    lon_e7: int
    acc_dm: int
    mock: bool = False


@dataclass(frozen=True, slots=True)
class StampFacts:
    """What is known of a picture. `claimed`: by the tablet's clock; the other two: what is proven, as far as it is."""

    digest: str
    claimed: datetime | None
    not_before: datetime | None
    not_after: datetime | None
    spot: Spot | None
    inspectors: tuple[str, ...]
    authority: str


def stamp_words(facts: StampFacts, zone: tzinfo, lang: str) -> tuple[str, ...]:
    """The lines of the band, in the local time of `zone`."""
    return (
        _time(facts, zone, lang),
        _place(facts.spot, lang),
        text("media.stamp_by", lang, inspectors=list(facts.inspectors), authority=facts.authority),
        text("media.stamp_file", lang, tail=facts.digest[-TAIL:]),
    )


def _time(facts: StampFacts, zone: tzinfo, lang: str) -> str:
    if facts.not_before is not None and facts.not_after is not None:
        first, last = _local(facts.not_before, zone), _local(facts.not_after, zone)
        return text("media.stamp_time_proven", lang, first=first, last=last, zone=_zone(facts.not_before, zone))
    if facts.claimed is None:
        return text("media.stamp_time_unknown", lang)
    return text("media.stamp_time_claimed", lang, at=_local(facts.claimed, zone), zone=_zone(facts.claimed, zone))


def _local(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _zone(at: datetime, zone: tzinfo) -> str:
    offset = at.astimezone(zone).strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:5]}"


def _place(spot: Spot | None, lang: str) -> str:
    if spot is None:
        return text("media.stamp_place_unknown", lang)
    key = "media.stamp_place_mock" if spot.mock else "media.stamp_place"
    lat, lon = _degrees(spot.lat_e7, "NS"), _degrees(spot.lon_e7, "EW")
    return text(key, lang, lat=lat, lon=lon, accuracy=f"{spot.acc_dm // 10}.{spot.acc_dm % 10}")


def _degrees(e7: int, sides: str) -> str:
    # To 10⁻⁵ degree, about a metre: no fix of a tablet is better, and a person can read it.
    e5 = (abs(e7) + 50) // 100
    return f"{e5 // 10**5}.{e5 % 10**5:05}°{sides[e7 < 0]}"
