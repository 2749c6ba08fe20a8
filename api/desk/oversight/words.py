"""Words for what the journal and the clocks tell as codes. Pure."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from inspection.kernel.catalogue import catalogue, text
from inspection.oversight.clocks import Matter

_ROOM: Final = "desk_oversight"
GROUPS: Final[Mapping[Matter, str]] = MappingProxyType(
    {
        Matter.PLAN: "plan",
        Matter.APPROVAL: "task",
        Matter.JOINT_START: "task",
        Matter.LIST_FILING: "task",
        Matter.COMPLETION: "task",
        Matter.WINDOW: "task",
        Matter.FILING: "filing",
        Matter.PUBLICATION: "publication",
        Matter.WITHDRAWAL: "withdrawal",
        Matter.OBJECTION: "objection",
        Matter.CORRECTION: "correction",
        Matter.REFERRAL: "follow_up",
        Matter.RECTIFICATION: "follow_up",
        Matter.RECHECK: "follow_up",
        Matter.REPORT: "report",
    }
)
"""Matters whose next steps are named in one list of words."""


def events_in(lang: str) -> Callable[[str], str]:
    """What a kind of event is called; its code where it has no word yet."""
    known = catalogue(_ROOM, lang)
    return lambda kind: known.get(f"{_ROOM}.event_{kind}", str(kind))


def steps_in(lang: str) -> Callable[[Matter, str], str]:
    """What is to be done next about a matter."""
    return lambda matter, step: text(f"desk_oversight.do_{GROUPS[matter]}_{step}", lang)
