"""What a team does at one door, without a network: arrive and serve the notice, answer, photograph, have it signed or
refused, attest.

Each inspector answers on the own tablet; before the party signs, the tablets show each other what they hold, so that
each inspector vouches for the whole record.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from api.simulation.photo import SIZE, photograph
from api.simulation.recording import MIME as RECORDED_AS
from api.simulation.recording import record
from api.simulation.tablet import SimulatedTablet
from mobile_contract.base import canonical_bytes
from mobile_contract.checklist import Answer, ChecklistItem
from mobile_contract.client.device import Device
from mobile_contract.client.numbers import next_number, numbers_left
from mobile_contract.entries import EntryType
from mobile_contract.envelope import AssignmentRef, ChecklistRef, entry_set_digest
from mobile_contract.visit_card import TaskCard, VisitCard

FOUND_WANTING = 0.015
NOT_APPLICABLE = 0.05
DISAGREES = 0.004
REFUSES = 0.12
RECORDED = 0.5
_WHY_NOT = {
    "refused": "当事人对检查结果有不同意见，拒绝在检查记录上签字。",
    "unable": "现场负责人手部受伤，无法签字，已当面宣读记录并确认无异议。",
    "absent": "负责人临时离开，现场没有可以签字的人员。",
}
NO_FIX = 0.1
MIME = "image/jpeg"


@dataclass(frozen=True, slots=True)
class Point:
    """One check point as a tablet shows it, with what an entry about it must name."""

    item: ChecklistItem
    task: TaskCard
    checklist: ChecklistRef

    @property
    def context(self) -> dict[str, Any]:
        assignment: AssignmentRef = (self.task.assignment, self.task.assignment_version)
        return {"tasks": (self.task.id,), "asg": assignment, "ck": self.checklist}


@dataclass(frozen=True, slots=True)
class Manner:
    """How one visit goes, where a story asks for it; None leaves it to the dice.

    `wanting`: so many check points are found wanting, the first ones; `disputed`: the second inspector states one point
    otherwise than the leader; `outcome`: who signs (`signed`), or why nobody does (`refused`, `unable`, `absent`);
    `witnessed`: a witness sees that, not a recording.
    """

    wanting: int | None = None
    disputed: bool | None = None
    outcome: str | None = None
    witnessed: bool | None = None


AS_IT_COMES = Manner()


def carry_out(card: VisitCard, team: Sequence[SimulatedTablet], random: Random, manner: Manner = AS_IT_COMES) -> None:
    """The whole visit; `team` begins with the leader."""
    leader = team[0]
    leader.device.capture(
        EntryType.VISIT_OPEN,
        {"object": str(card.object.id), "tasks": [str(task.id) for task in card.tasks]},
        visit=card.id,
        tasks=tuple(task.id for task in card.tasks),
    )
    truth = _truth(points(card, leader.device), random, manner)
    for tablet in team:
        tablet.device.capture(EntryType.ARRIVE, _where(random), visit=card.id)
        if tablet is leader:
            _serve_notice(card, leader)
        for number, point in enumerate(points(card, tablet.device)):
            value = truth[point.item.code]
            if tablet is not leader and _disagrees(number, random, manner):
                value = next(answer for answer in point.item.answers if answer != value)
            answer(tablet, card, point, value, random, with_photo=tablet is leader)
    _sign(card, leader, team, random, manner)
    for tablet in team:
        tablet.device.capture(EntryType.LEAVE, _where(random), visit=card.id)
    attest(card, team)


def _serve_notice(card: VisitCard, leader: SimulatedTablet) -> None:
    """With the next number that the tablet has, in one step with its entry; without any the office serves it."""
    store = leader.device.store
    with store.step():
        if numbers_left(store):
            body = {"number": next_number(store), "how": "handed_over", "receiver": {"name": "现场负责人"}}
            leader.device.capture(EntryType.NOTICE_SERVE, body, visit=card.id)


def points(card: VisitCard, device: Device) -> list[Point]:
    """Every check point of the visit, each task's own checklist in its order, as the tablet was told it."""
    told = {(one.checklist.code, one.checklist.version): one for one in device.checklists(card)}
    found: list[Point] = []
    for task in card.tasks:
        one = told[task.checklist]
        ref: ChecklistRef = (one.checklist.code, one.checklist.version, one.digest)
        found += [Point(item, task, ref) for item in one.checklist.items]
    return found


def answer(
    tablet: SimulatedTablet,
    card: VisitCard,
    point: Point,
    value: Answer,
    random: Random,
    *,
    with_photo: bool = False,
    over: Sequence[str] = (),
) -> None:
    """State one point, with the remark and the photo that the checklist wants."""
    wanting = value is Answer.NO
    media: list[str] = []
    if with_photo and (point.item.photo_required or wanting):
        media.append(_photograph(tablet, card, point, random))
    body: dict[str, Any] = {"item": point.item.code, "value": value.value, "media": media}
    if wanting:
        body["comment"] = f"现场检查发现“{point.item.text.zh}”不符合要求，已当场告知。"
    tablet.device.capture(EntryType.ANSWER_SET, body, visit=card.id, over=tuple(over), **point.context)


def attest(card: VisitCard, team: Sequence[SimulatedTablet], over: dict[str, str] | None = None) -> None:
    """Every inspector vouches for all entries that the team's tablets hold now, and ends the own part.

    `over` maps a tablet's name to the earlier attestation that this one replaces.
    """
    shown = _shown(card, team)
    for tablet in team:
        before = (over or {}).get(tablet.name)
        tablet.device.capture(EntryType.SUBMIT, shown, visit=card.id, over=(before,) if before else ())


def _shown(card: VisitCard, team: Sequence[SimulatedTablet]) -> dict[str, Any]:
    entries = [(tablet, entry) for tablet in team for entry in tablet.device.entries_of(card.id)]
    heads = []
    for tablet in team:
        epochs = {entry.ep for entry in tablet.device.entries_of(card.id)}
        for epoch in sorted(epochs):
            newest = tablet.device.store.newest(epoch)
            if newest is not None:
                heads.append({"dev": str(tablet.device.id), "ep": epoch, "seq": newest.seq, "hash": newest.hash})
    return {"set": entry_set_digest(entry.hash for _, entry in entries), "heads": heads, "count": len(entries)}


def _photograph(tablet: SimulatedTablet, card: VisitCard, point: Point, random: Random) -> str:
    picture = photograph(random, f"{card.object.code or card.object.id} {point.item.code}")
    digest = tablet.device.attach(picture, MIME)
    tablet.device.capture(
        EntryType.PHOTO_ADD,
        {
            "digest": digest,
            "bytes": len(picture),
            "mime": MIME,
            "width": SIZE[0],
            "height": SIZE[1],
            "item": point.item.code,
        },
        visit=card.id,
        **point.context,
    )
    return digest


def _sign(
    card: VisitCard, leader: SimulatedTablet, team: Sequence[SimulatedTablet], random: Random, manner: Manner
) -> None:
    shown = _shown(card, team)
    if manner.outcome != "signed" if manner.outcome else random.random() < REFUSES:
        _note_why_not(card, leader, shown, random, manner)
        return
    leader.device.capture(
        EntryType.SIGNATURE,
        {
            "role": "representative",
            "name": f"负责人{random.randrange(100):02d}",
            "position": "现场负责人",
            "method": "drawn",
            "ink": _ink(random),
            "doc": hashlib.sha256(canonical_bytes(card)).hexdigest(),
            "set": shown["set"],
            "heads": shown["heads"],
        },
        visit=card.id,
    )


def _note_why_not(
    card: VisitCard, leader: SimulatedTablet, shown: Mapping[str, Any], random: Random, manner: Manner
) -> None:
    """No signature: refused, impossible, or nobody there; before a witness, or with a recording instead."""
    outcome = manner.outcome or random.choice(list(_WHY_NOT))
    seen: dict[str, Any] = {"witness": {"name": f"见证人{random.randrange(100):02d}", "contact": "所在社区居民委员会"}}
    if not manner.witnessed if manner.witnessed is not None else random.random() < RECORDED:
        recording = record(random)
        digest = leader.device.attach(recording, RECORDED_AS)
        told = {"digest": digest, "bytes": len(recording), "mime": RECORDED_AS, "caption": "全程录音"}
        leader.device.capture(EntryType.DOCUMENT_ADD, told, visit=card.id)
        seen = {"media": [digest]}
    leader.device.capture(
        EntryType.REFUSAL,
        {
            "what": "signature",
            "outcome": outcome,
            "reason_code": outcome,
            "text": _WHY_NOT[outcome],
            "by": {"name": f"负责人{random.randrange(100):02d}", "role": "现场负责人"},
            "set": shown["set"],
            "heads": shown["heads"],
            **seen,
        },
        visit=card.id,
    )


def _truth(asked: Sequence[Point], random: Random, manner: Manner) -> dict[str, Answer]:
    """What every check point is like, by its code."""
    if manner.wanting is None:
        return {point.item.code: _finding(point.item, random) for point in asked}
    bad = {point.item.code for point in asked[: manner.wanting]}
    return {point.item.code: Answer.NO if point.item.code in bad else Answer.YES for point in asked}


def _disagrees(number: int, random: Random, manner: Manner) -> bool:
    return random.random() < DISAGREES if manner.disputed is None else manner.disputed and number == 0


def _finding(item: ChecklistItem, random: Random) -> Answer:
    dice = random.random()
    if dice < FOUND_WANTING and Answer.NO in item.answers:
        return Answer.NO
    if dice < FOUND_WANTING + NOT_APPLICABLE and Answer.NOT_APPLICABLE in item.answers:
        return Answer.NOT_APPLICABLE
    return Answer.YES


def _where(random: Random) -> dict[str, Any]:
    if random.random() < NO_FIX:
        return {"no_fix": "室内无卫星信号"}
    position = {
        "lat_e7": 374_000_000 + random.randrange(2_000_000),
        "lon_e7": 1_221_000_000 + random.randrange(2_000_000),
        "acc_dm": random.randrange(30, 400),
        "source": "gnss",
        "fix_age_ms": random.randrange(5_000),
    }
    return {"position": position}


def _ink(random: Random) -> dict[str, Any]:
    strokes = []
    for stroke in range(random.randrange(2, 6)):
        left, height = 300 + 900 * stroke, random.randrange(400, 1200)
        strokes.append(
            [
                [left + 40 * n, 1000 + int(height * math.sin(n / 3 + stroke)), 12 if n else 0, 90 + n * 5]
                for n in range(20)
            ]
        )
    return {"width": 600, "height": 240, "dpr_percent": 200, "pointer": "pen", "pressure": True, "strokes": strokes}
