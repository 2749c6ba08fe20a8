"""Days and instants as people read them: Chinese dates in Chinese, Beijing time everywhere."""

from datetime import date, datetime

from api.language import Language
from inspection.kernel.calendar.rules import BEIJING

_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


def day(value: date, lang: Language) -> str:
    """2026年3月2日, or 2 March 2026."""
    if lang == "en":
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime, lang: Language) -> str:
    """The instant in Beijing time, to the minute."""
    local = value.astimezone(BEIJING)
    told = f"{day(local.date(), lang)} {local:%H:%M}"
    return f"{told} (UTC+8)" if lang == "en" else told
