"""Which browser somebody sits at, in two words: enough to know one's own sessions apart. Pure."""

from collections.abc import Sequence
from typing import Final

_FAMILIES: Final = (
    ("MicroMessenger/", "WeChat"),
    ("DingTalk/", "DingTalk"),
    ("QQBrowser/", "QQ Browser"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
UNKNOWN: Final = "?"


def browser_name(user_agent: str) -> str:
    """`<family>, <system>` of a User-Agent; `?` for what is not known. Nothing of what was sent is kept."""
    return f"{_first(_FAMILIES, user_agent)}, {_first(_SYSTEMS, user_agent)}"


def _first(known: Sequence[tuple[str, str]], told: str) -> str:
    return next((name for mark, name in known if mark in told), UNKNOWN)
