"""Random visits for the properties: two inspectors, one of them leading, a stranger, the office, any order of deeds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from inspection.visits.record import Authority
from mobile_contract.envelope import ParsedEntry
from tests.inspection.visits.tablet import ANNE, BO, CHEN, Tablet

OFFICE, HEAD = UUID(int=0x0FF1CE), UUID(int=0x4EAD)
TEAM = Authority(team=frozenset({str(ANNE), str(BO)}), deciders=frozenset({str(ANNE)}), office=frozenset({str(OFFICE)}))
VALUES = ("yes", "no", "not_applicable", "perhaps")
ITEMS = ("f1", "f2", "f3", "zz")


@dataclass(frozen=True)
class Deed:
    who: int
    verb: str
    item: str
    value: str
    at: tuple[int, ...]


deeds = st.builds(
    Deed,
    who=st.integers(0, 3),
    verb=st.deferred(lambda: st.sampled_from(sorted(DEEDS))) | st.just("correct"),
    item=st.sampled_from(ITEMS) | st.just("f1"),
    value=st.sampled_from(VALUES),
    at=st.lists(st.integers(0, 30), max_size=3).map(tuple),
)


def play(script: list[Deed]) -> list[ParsedEntry]:
    """The entries of a script. The fourth tablet is the leader's second one, the fifth log the office's own."""
    tablets = [Tablet(ANNE), Tablet(BO), Tablet(CHEN), Tablet(ANNE, device=UUID(int=77)), Tablet(HEAD, device=OFFICE)]
    written: list[ParsedEntry] = []
    for deed in script:
        named = [written[place] for place in deed.at if place < len(written)]
        written.append(do(tablets, tablets[deed.who], deed, named))
    return written


def do(tablets: list[Tablet], tablet: Tablet, deed: Deed, named: list[ParsedEntry]) -> ParsedEntry:
    return DEEDS[deed.verb](Scene(tablets, tablet, deed, named))


@dataclass(frozen=True)
class Scene:
    tablets: list[Tablet]
    tablet: Tablet
    deed: Deed
    named: list[ParsedEntry]

    @property
    def over(self) -> list[str]:
        return [entry.text_hash for entry in self.named]

    @property
    def targets(self) -> list[ParsedEntry]:
        written = [entry for tablet in self.tablets for entry in tablet.entries]
        return self.named or written[:1] or [self.tablet.write("note.add", {"text": "开始"})]

    @property
    def office(self) -> Tablet:
        return self.tablets[-1]

    @property
    def erasure(self) -> dict[str, Any]:
        return {"targets": [entry.text_hash for entry in self.targets], "ground": "依法"}

    @property
    def others(self) -> list[Tablet]:
        return [other for other in self.tablets if other is not self.tablet]


NO_FIX: dict[str, Any] = {"no_fix": "室内"}
DEEDS: dict[str, Callable[[Scene], ParsedEntry]] = {
    "answer": lambda s: s.tablet.answer(s.deed.item, s.deed.value),
    "correct": lambda s: s.tablet.answer(s.deed.item, s.deed.value, *s.named),
    "withdraw": lambda s: s.tablet.withdraw_answer(s.deed.item, *s.named),
    "photo": lambda s: s.tablet.photo("a" * 64, s.deed.item),
    "note": lambda s: s.tablet.write("note.add", {"text": "备注", "item": s.deed.item}),
    "sign": lambda s: s.tablet.sign(*s.named, over=s.over),
    "refuse": lambda s: s.tablet.refuse("signature", witness={"name": "王某"}),
    "concur": lambda s: s.tablet.stance("concur", *s.targets),
    "dispute": lambda s: s.tablet.stance("dispute", *s.targets),
    "attest": lambda s: s.tablet.attest(*s.others),
    "submit": lambda s: s.tablet.submit(*s.others),
    "retract": lambda s: s.tablet.write("withdraw", {"reason": "更正"}, over=s.over),
    "resolve": lambda s: s.tablet.resolve(s.deed.item, *s.named, value=s.deed.value),
    "both": lambda s: s.tablet.resolve(s.deed.item, *s.named, how="both-stand"),
    "again": lambda s: s.tablet.resolve(s.deed.item, *s.named, how="re-inspect"),
    "admit": lambda s: s.tablet.decide("admit", *s.targets),
    "exclude": lambda s: s.tablet.decide("exclude", *s.targets),
    "rule": lambda s: s.office.resolve(s.deed.item, *s.named, value=s.deed.value),
    "erase": lambda s: s.office.write("erase.body", s.erasure),
    "pretend": lambda s: s.tablet.write("erase.body", s.erasure),
    "certify": lambda s: s.office.certify(s.tablet, 1, 2),
    "arrive": lambda s: s.tablet.write("arrive", NO_FIX),
    "leave": lambda s: s.tablet.write("leave", NO_FIX),
}

scripts = st.lists(deeds, max_size=25)
worlds = scripts.map(play)
