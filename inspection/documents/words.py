"""The words of papers in one language: sentences from the catalogue, days and times as people write them."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date, format_datetime

from inspection.documents.views import Told
from inspection.kernel.calendar.rules import BEIJING
from inspection.kernel.canonical import JSON
from inspection.kernel.catalogue import DEFAULT_LANGUAGE, text

_LOCALES = {"zh_CN": "zh_CN", "en": "en_GB"}
_MOMENT = {"zh_CN": "y年M月d日 HH:mm", "en": "d MMMM y, HH:mm"}


@dataclass(frozen=True, slots=True)
class Words:
    """Says the words of one paper and those that all papers share. `prefix`: of its keys, e.g. `documents.record.`."""

    prefix: str
    lang: str = DEFAULT_LANGUAGE

    def __call__(self, key: str, /, **facts: JSON) -> str:
        """A sentence of this paper."""
        return text(f"{self.prefix}{key}", self.lang, **facts)

    def shared(self, key: str, /, **facts: JSON) -> str:
        """A sentence of every paper."""
        return text(f"documents.{key}", self.lang, **facts)

    def day(self, day: date | None) -> str:
        """2026年3月2日; the line to fill in by hand without one."""
        if day is None:
            return self.shared("date_line")
        return _long(day, _LOCALES[self.lang])

    def moment(self, at: datetime | None) -> str:
        """2026年3月2日 09:30, Beijing time; nothing without one."""
        if at is None:
            return ""
        return str(format_datetime(at, _MOMENT[self.lang], tzinfo=BEIJING, locale=_LOCALES[self.lang]))

    def told(self, told: Told | None) -> str:
        """The instant as a tablet told it; where that is proven wrong, both what it said and what is proven."""
        if told is None or told.not_after is None:
            return self.moment(told.claimed) if told is not None else ""
        since, until = self.moment(told.not_before), self.moment(told.not_after)
        proven = self.shared("between_times", first=since, last=until) if since else self.shared("by_time", last=until)
        return self.shared("clock_wrong", claimed=self.moment(told.claimed), proven=proven)

    def days(self, first: date, last: date) -> str:
        """From the first to the last day, both included."""
        return self.day(first) if first == last else self.shared("days", first=self.day(first), last=self.day(last))

    def none(self, said: str | None) -> str:
        """What was said, or that there is nothing."""
        return said or self.shared("none")


@lru_cache(maxsize=2_000)
def _long(day: date, locale: str) -> str:
    """Reading a locale's patterns takes a millisecond, and a batch of papers names the same few days."""
    return str(format_date(day, "long", locale=locale))
