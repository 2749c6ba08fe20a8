"""What a camera wrote into its photo: claims about time, place and device (media.md §2.2, EXIF 3.0).

Corroboration only: browsers and chat programs strip it, everybody can write it. Runs in the worker; what it answers is
checked again by whoever asked. Sizes are integers: nothing that is kept depends on how a float is printed.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Self

from inspection.kernel.canonical import JSON

if TYPE_CHECKING:
    from PIL import Image

MAX_BLOCK: Final = 1024 * 1024
"""A larger block of metadata is not read. JPEG allows 64 KiB; some phones chain several."""

MAX_WORDS: Final = 64
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_MAKE, _MODEL, _SOFTWARE = 0x010F, 0x0110, 0x0131
_TAKEN, _OFFSET, _PART = 0x9003, 0x9011, 0x9291
_LAT_REF, _LAT, _LON_REF, _LON, _ALT_REF, _ALT, _GPS_TIME, _GPS_DATE, _ERROR = 1, 2, 3, 4, 5, 6, 7, 29, 31

_OFFSET_FORM = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d")
_LIMITS: Final[Mapping[str, int]] = {
    "lat_e7": 90 * 10**7,
    "lon_e7": 180 * 10**7,
    "alt_mm": 10**8,
    "acc_mm": 10**9,
}


@dataclass(frozen=True, slots=True)
class Claims:
    """`taken`: wall clock as `YYYY-MM-DDTHH:MM:SS[.mmm]`, with `offset` (`+08:00`) where the camera told one.

    Place: WGS 84 by the standard, in 10⁻⁷ degree and millimetres (`acc_mm`: radius). `gps_at`: satellites' time, UTC.
    """

    taken: str | None = None
    offset: str | None = None
    lat_e7: int | None = None
    lon_e7: int | None = None
    alt_mm: int | None = None
    acc_mm: int | None = None
    gps_at: str | None = None
    make: str | None = None
    model: str | None = None
    software: str | None = None

    def facts(self) -> dict[str, JSON]:
        """What is claimed, without what is not."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in told.items() if value is not None}

    @classmethod
    def from_facts(cls, told: Any) -> Self:
        """The claims that `facts()` describes.

        Raises:
            ValueError, TypeError: they do not come from an honest worker.
        """
        if not isinstance(told, dict):
            raise TypeError("not a set of claims")
        for name, value in told.items():
            limit = _LIMITS.get(name)
            if limit is not None:
                honest = type(value) is int and abs(value) <= limit
            else:
                honest = type(value) is str and value != "" and value == cleaned(value)
            if not honest:
                raise ValueError(f"not a claim: {name}")
        return cls(**told)


def claims(image: "Image.Image") -> Claims:
    """What the metadata of an opened image claims; what is missing, broken or impossible is left out."""
    exif = _part(image.getexif)
    if not exif:
        return Claims()
    camera, place = _part(lambda: exif.get_ifd(_EXIF_IFD)), _part(lambda: exif.get_ifd(_GPS_IFD))
    offset = words(camera.get(_OFFSET))
    lat, lon = (
        _degrees(place.get(_LAT), place.get(_LAT_REF), "NS", 90),
        _degrees(place.get(_LON), place.get(_LON_REF), "EW", 180),
    )
    placed = lat is not None and lon is not None
    below = place.get(_ALT_REF) in {1, b"\x01"}
    altitude = _scaled(place.get(_ALT), 1000, _LIMITS["alt_mm"])
    return Claims(
        taken=_taken(camera),
        offset=offset if offset and _OFFSET_FORM.fullmatch(offset) else None,
        lat_e7=lat if placed else None,
        lon_e7=lon if placed else None,
        alt_mm=-altitude if altitude is not None and below else altitude,
        acc_mm=_scaled(place.get(_ERROR), 1000, _LIMITS["acc_mm"]),
        gps_at=_gps_time(place),
        make=words(exif.get(_MAKE)) or None,
        model=words(exif.get(_MODEL)) or None,
        software=words(exif.get(_SOFTWARE)) or None,
    )


def words(told: object) -> str:
    """A text of metadata, read as what makers write, as `cleaned` makes it; `""` for anything else."""
    if isinstance(told, bytes):
        told = told.decode("latin-1")
    if not isinstance(told, str):
        return ""
    with suppress(UnicodeError):  # the standard says ASCII; Chinese makers write UTF-8, which arrives byte by byte
        told = told.encode("latin-1").decode("utf-8")
    return cleaned(told)


def cleaned(told: str) -> str:
    """One short line: no control, format, private or unassigned character, at most 64 characters."""
    plain = (" " if unicodedata.category(char)[0] in "CZ" else char for char in told[: 16 * MAX_WORDS])
    return " ".join("".join(plain).split())[:MAX_WORDS].rstrip()


def _part(read: Callable[[], Any]) -> Any:
    """A directory of the metadata; an empty one when it is broken: it says nothing about the picture."""
    try:
        return read()
    except Exception:  # noqa: BLE001  struct.error, KeyError, TypeError, ValueError, SyntaxError …
        return {}


def _taken(camera: Mapping[int, Any]) -> str | None:
    at = _instant(words(camera.get(_TAKEN)), "%Y:%m:%d %H:%M:%S")
    if at is None:
        return None
    part = words(camera.get(_PART))
    return at.isoformat() + (f".{part[:3]:0<3}" if re.fullmatch(r"[0-9]{1,9}", part) else "")


def _gps_time(place: Mapping[int, Any]) -> str | None:
    day, told = _instant(words(place.get(_GPS_DATE)), "%Y:%m:%d"), place.get(_GPS_TIME)
    if day is None or not isinstance(told, tuple) or len(told) != 3:  # noqa: PLR2004  hours, minutes, seconds
        return None
    parts = [_scaled(value, 1, limit) for value, limit in zip(told, (23, 59, 60), strict=True)]
    known = [part for part in parts if part is not None]
    if len(known) != len(parts):
        return None
    return f"{day.date().isoformat()}T{':'.join(f'{part:02}' for part in known)}Z"


def _instant(told: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(told, form)  # noqa: DTZ007  a wall clock: its offset is told apart, or not at all
    except ValueError:
        return None


def _degrees(told: object, ref: object, sides: str, limit: int) -> int | None:
    side = words(ref)
    if not isinstance(told, tuple) or len(told) != 3 or side not in set(sides):  # noqa: PLR2004
        return None
    parts = [part for value in told if (part := _fraction(value)) is not None]
    whole = sum((part / 60**place for place, part in enumerate(parts)), Fraction())
    if len(parts) != len(told) or not 0 <= whole <= limit:
        return None
    return round(whole * 10**7) * (-1 if side == sides[1] else 1)


def _scaled(value: object, factor: int, limit: int) -> int | None:
    told = _fraction(value)
    if told is None:
        return None
    scaled = int(told * factor)
    return scaled if 0 <= scaled <= limit else None


def _fraction(value: object) -> Fraction | None:
    """A rational of EXIF; `None` for 0/0 (unknown), an infinite one, and whatever is no number."""
    try:
        return Fraction(value.numerator, value.denominator)  # type: ignore[attr-defined]
    except (AttributeError, ArithmeticError, ValueError, TypeError):
        return None
