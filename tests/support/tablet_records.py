"""Invented visits with the record that the server's fold makes of each: what the tablet's own fold must make, too.

`python -m tests.support.tablet_records > tests/golden/tablet_records.json`; read by tablet/test/record/golden.test.ts.
Two hundred visits by seed. An entry is written short: what is the same in all of them stands nowhere.
"""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final
from uuid import UUID

from inspection.visits.record import Authority, ItemClass, ItemRecord, ReturnedField, VisitRecord, fold, scheme_of
from inspection.visits.record.model import StatementState
from mobile_contract.checklist import Checklist, NumberAnswer, Text
from mobile_contract.envelope import ParsedEntry
from tests.inspection.visits.tablet import ANNE, BO, CHEN, FIRE, VISIT, Tablet, hashes, item, ref
from tests.inspection.visits.worlds import HEAD, OFFICE

SEEDS: Final = 200
COLD: Final = Checklist(
    code="cold",
    version=1,
    title=Text(zh="冷藏"),
    items=(
        item("t", number=NumberAnswer(unit="℃", decimals=1, least="-30", most="30", tolerance="0.5")),
        item("door", photo_required_on_no=True, note_required_on_no=True),
        # Word for word as in FIRE: one answer counts for both.
        item("f1"),
    ),
)
CHECKLISTS: Final = (FIRE, COLD)
RECORDING: Final = "e" * 64
PHOTO: Final = "a" * 64
POINTS: Final = [(one.code, where) for where in CHECKLISTS for one in where.items] + [("zz", FIRE)]
_VALUES: Final = {"t": ("3.5", "4", "4.1", "-0.5", "31", "3.55", "not_applicable", "yes")}
_CHOICES: Final = ("yes", "no", "no", "not_applicable", "perhaps")


@dataclass
class Scene:
    """One visit while it is being invented. `log`: who wrote; `written`: everything in the order of writing."""

    dice: Random
    tablets: list[Tablet]
    points: Sequence[tuple[str, Checklist]]
    written: list[ParsedEntry] = field(default_factory=list)

    def somebody(self) -> Tablet:
        weights = (6, 6, *([2] * (len(self.tablets) - 3)), 1)
        return self.dice.choices(self.tablets, weights=weights)[0]

    def point(self) -> tuple[str, Checklist]:
        """Mostly one of two: what is said should meet."""
        return self.dice.choice(self.points if self.dice.random() < 0.85 else POINTS)

    def fork(self) -> None:
        """The first tablet goes on twice from where it stands."""
        first = self.tablets[0]
        twin = Tablet(first.inspector, device=first.device)
        twin.seq, twin.prev = first.seq, first.prev
        self.tablets.insert(1, twin)

    def value(self, code: str) -> str:
        return self.dice.choice(_VALUES.get(code, _CHOICES))

    def some(self, kinds: Sequence[str], most: int = 3) -> list[ParsedEntry]:
        """A few earlier entries of these kinds, mostly the newest ones."""
        found = [one for one in self.written if not kinds or one.header.type in kinds][-8:]
        return self.dice.sample(found, min(len(found), self.dice.randint(0, most)))


def answer(scene: Scene, tablet: Tablet) -> ParsedEntry:
    code, where = scene.point()
    mine = [
        one
        for one in scene.written
        if one.header.ins == tablet.inspector and one.header.type == "answer.set" and (one.body or {})["item"] == code
    ]
    over = mine[-1:] if scene.dice.random() < 0.6 else scene.some(["answer.set"]) if scene.dice.random() < 0.1 else []
    body: dict[str, Any] = {"item": code, "value": scene.value(code)}
    if scene.dice.random() < 0.3:
        body["comment"] = "现场查看"
    if scene.dice.random() < 0.15:
        body["media"] = [PHOTO]
    ck = ref(where) if scene.dice.random() < 0.95 else None
    return tablet.write("answer.set", body, over=hashes(over), ck=ck)


def withdraw(scene: Scene, tablet: Tablet) -> ParsedEntry:
    code, where = scene.point()
    over = [one for one in scene.written if one.header.ins == tablet.inspector and one.header.type == "answer.set"]
    body = {"item": (over[-1].body or {})["item"] if over else code, "reason": "看错"}
    return tablet.write("answer.withdraw", body, over=hashes(over[-1:]), ck=ref(where))


def refuse(scene: Scene, tablet: Tablet) -> ParsedEntry:
    what = scene.dice.choice(("signature", "signature", "access", "answer", "document"))
    witness = scene.dice.choice((None, {"name": "王某"}, {"inspector": str(tablet.inspector)}))
    code = scene.point()[0] if what in ("answer", "document") else None
    media = [RECORDING] if scene.dice.random() < 0.2 else []
    return tablet.refuse(what, item_code=code, witness=witness, media=media)


def note(scene: Scene, tablet: Tablet) -> ParsedEntry:
    code, where = scene.point()
    return tablet.write("note.add", {"text": "备注", "item": code}, ck=ref(where))


def photo(scene: Scene, tablet: Tablet) -> ParsedEntry:
    code, where = scene.point()
    body = {"digest": PHOTO, "bytes": 100, "mime": "image/jpeg", "item": code}
    return tablet.write("photo.add", body, ck=ref(where))


def sign(scene: Scene, tablet: Tablet) -> ParsedEntry:
    others = [one for one in scene.tablets if one is not tablet]
    role = scene.dice.choice(("representative", "representative", "inspector"))
    over = hashes(scene.some(["refusal"], 1))
    return tablet.sign_all(*others, role=role, over=over) if scene.dice.random() < 0.8 else tablet.sign(role=role)


def attest(scene: Scene, tablet: Tablet) -> ParsedEntry:
    others = [one for one in scene.tablets if one is not tablet and scene.dice.random() < 0.9]
    return tablet.attest(*others, kind=scene.dice.choice(("attest", "submit")))


def retract(scene: Scene, tablet: Tablet) -> ParsedEntry:
    return tablet.write("withdraw", {"reason": "更正"}, over=hashes(scene.some(["submit", "attest"])))


def stance(scene: Scene, tablet: Tablet) -> ParsedEntry:
    found = scene.some(["answer.set", "refusal"]) or scene.written[-1:] or [note(scene, tablet)]
    return tablet.stance(scene.dice.choice(("concur", "dispute")), *found)


def resolve(scene: Scene, tablet: Tablet) -> ParsedEntry:
    tablet = tablet if scene.dice.random() < 0.4 else scene.tablets[-1]
    over = scene.some(["answer.set", "dispute", "resolve", "signature", "refusal"], 6)
    stated = [one for one in over if one.header.type == "answer.set"]
    code = str((stated[0].body or {})["item"]) if stated else scene.dice.choice((scene.point()[0], "signature"))
    match scene.dice.choice(("value", "value", "choose", "both-stand", "re-inspect")):
        case "value":
            value = scene.dice.choice(("signed", "refused")) if code == "signature" else scene.value(code)
            return tablet.resolve(code, *over, value=value)
        case "choose" if over:
            return tablet.resolve(code, *over, how="choose", choose=over[0].text_hash)
        case how:
            return tablet.resolve(code, *over, how="both-stand" if how == "choose" else how)


def quarrel(scene: Scene, tablet: Tablet) -> ParsedEntry:
    """Leader and office decide one point at one time, not always alike."""
    over = scene.some(["answer.set"], 6) or [answer(scene, tablet)]
    code = str((over[-1].body or {})["item"])
    first = scene.tablets[0].resolve(code, *over, value=scene.value(code))
    seen = [first] if scene.dice.random() < 0.2 else []
    return scene.tablets[-1].resolve(code, *over, *seen, value=scene.value(code))


def admit(scene: Scene, tablet: Tablet) -> ParsedEntry:
    tablet = tablet if scene.dice.random() < 0.3 else scene.tablets[-1]
    targets = scene.some([]) or [note(scene, tablet)]
    over = scene.some(["admit", "exclude"], 1)
    return tablet.decide(scene.dice.choice(("admit", "exclude")), *targets, over=over)


def erase(scene: Scene, tablet: Tablet) -> ParsedEntry:
    tablet = tablet if scene.dice.random() < 0.2 else scene.tablets[-1]
    targets = scene.some([]) or [note(scene, tablet)]
    return tablet.write("erase.body", {"targets": hashes(targets), "ground": "依法"})


def certify(scene: Scene, tablet: Tablet) -> ParsedEntry:
    return scene.tablets[-1].certify(tablet, max(1, tablet.seq - 1), tablet.seq + 1)


DEEDS: Final[Sequence[tuple[int, Callable[[Scene, Tablet], ParsedEntry]]]] = (
    (36, answer),
    (3, withdraw),
    (3, refuse),
    (2, note),
    (2, photo),
    (4, sign),
    (6, attest),
    (1, retract),
    (4, stance),
    (7, resolve),
    (2, quarrel),
    (4, admit),
    (1, erase),
    (1, certify),
    (1, lambda _, tablet: tablet.attach(RECORDING, "video/mp4")),
    (1, lambda _, tablet: tablet.write("arrive", {"no_fix": "室内"})),
    (1, lambda _, tablet: tablet.write("answer.set", {"item": "f1"})),
)


def invented(seed: int) -> tuple[list[ParsedEntry], Authority, list[dict[str, Any]]]:
    """The entries of a visit, in the order in which the server numbered them, who counts, and what was sent back."""
    dice = Random(seed)
    tablets = [Tablet(ANNE), Tablet(BO), Tablet(CHEN), Tablet(ANNE, device=UUID(int=77)), Tablet(HEAD, device=OFFICE)]
    scene = Scene(dice, tablets, dice.sample(POINTS, 2))
    for _ in range(dice.randint(2, 12)):
        if dice.random() < 0.02:
            scene.fork()
        deed = dice.choices([one for _, one in DEEDS], weights=[weight for weight, _ in DEEDS])[0]
        deed(scene, scene.somebody())
        scene.written = [one for tablet in tablets for one in tablet.entries]
    entries = [one for tablet in tablets for one in tablet.entries]
    if dice.random() < 0.15:
        entries.remove(dice.choice(entries))
    dice.shuffle(entries)
    uncounted = {one.text_hash: ("certificate-expired",) for one in entries if dice.random() < 0.03}
    returned: list[dict[str, Any]] = []
    if dice.random() < 0.25:
        code, where = scene.point()
        returned.append({"checklist": where.code, "item": code, "through": dice.randint(0, len(entries))})
    authority = Authority(
        team=frozenset({str(ANNE), str(BO)}),
        deciders=frozenset({str(ANNE)}),
        former={str(CHEN): "recused"} if dice.random() < 0.5 else {},
        uncounted=uncounted,
        quorum=2,
        refusal_vouchers=dice.choice((1, 2)),
        witness=dice.choice(("required", "when_necessary", "never")),
        office=frozenset({str(OFFICE)}),
        returned=tuple(
            ReturnedField(one["checklist"], one["item"], frozenset(hashes(entries[: one["through"]])))
            for one in returned
        ),
    )
    return entries, authority, returned


def case(seed: int) -> dict[str, Any]:
    """One visit and what the server makes of it."""
    entries, authority, returned = invented(seed)
    record = fold(VISIT, entries, authority, scheme_of(CHECKLISTS))
    at = {one.text_hash: place for place, one in enumerate(entries)}
    return {
        "former": dict(authority.former),
        "vouchers": authority.refusal_vouchers,
        "witness": authority.witness,
        "returned": returned,
        "entries": [_short(one, at, authority.uncounted.get(one.text_hash, ())) for one in entries],
        "folds_to": _folded(record, at),
    }


def _short(one: ParsedEntry, at: dict[str, int], uncounted: Sequence[str]) -> list[Any]:
    """`[hash, device, inspector, seq, prev, type, ck, over, body, uncounted]`; `#3`: the hash of the entry at place 3.

    `@1`: a person or device, `%a`: the digest of a file; a head is `[device, seq, hash]`.
    """
    header = one.header
    members: dict[str, Any] = dict(one.body or {})
    body = {name: value for name, value in members.items() if name not in _SAME and value is not None}
    if "heads" in body:
        body["heads"] = [[head["dev"], head["seq"], head["hash"]] for head in body["heads"]]
    body = json.loads(_placed(json.dumps(body, ensure_ascii=False), at))
    return [
        one.text_hash,
        _PEOPLE.index(header.dev),
        _PEOPLE.index(header.ins),
        header.seq,
        f"#{at[header.prev]}" if header.prev in at else header.prev,
        header.type,
        header.ck[0] if header.ck else None,
        [f"#{at[hash_]}" if hash_ in at else hash_ for hash_ in header.over],
        body,
        list(uncounted),
    ]


_SAME: Final = ("salt", "ink", "reason")
_PEOPLE: Final = [ANNE, BO, CHEN, *(Tablet(one).device for one in (ANNE, BO, CHEN)), UUID(int=77), HEAD, OFFICE]


def _placed(text: str, at: dict[str, int]) -> str:
    for hash_, place in at.items():
        text = text.replace(f'"{hash_}"', f'"#{place}"')
    for place, person in enumerate(_PEOPLE):
        text = text.replace(f'"{person}"', f'"@{place}"')
    for letter in "ade":
        text = text.replace(f'"{letter * 64}"', f'"%{letter}"')
    return text


def _folded(record: VisitRecord, at: dict[str, int]) -> dict[str, Any]:
    return {
        "points": {
            "/".join((*one.checklists, one.code)): _point(one, at)
            for one in record.items
            if one.statements or one.cls is not ItemClass.UNANSWERED
        },
        "signatures": {f"#{at[one.hash]}": one.state.value for one in record.signatures},
        "refusals": {f"#{at[one.hash]}": one.standing.value for one in record.refusals},
        "conflict": any(one.topic == "signature" for one in record.conflicts),
        "vouched": [_PEOPLE.index(UUID(one)) for one in record.quorum.inspectors],
        "signature_due": record.quorum.signature_due,
    }


def _point(one: ItemRecord, at: dict[str, int]) -> list[Any]:
    """`[class, value, what is missing, {statement: what became of it}]`."""
    states = {f"#{at[said.hash]}": _fate(said.state) for said in one.statements}
    missing = [remark for remark in one.remarks if remark.endswith("-missing")]
    return [one.cls.value, one.value, missing, states]


def _fate(state: StatementState) -> str:
    # What a ruling went against still stands on the tablet, with the ruling beside it.
    return "current" if state is StatementState.RESOLVED_AGAINST else state.value


def golden() -> str:
    """The whole file: one case a line."""
    cases = ",\n".join(json.dumps(case(seed), ensure_ascii=False, separators=(",", ":")) for seed in range(SEEDS))
    about = {
        "visit": str(VISIT),
        "people": [str(one) for one in _PEOPLE],
        "team": [str(ANNE), str(BO)],
        "deciders": [str(ANNE)],
        "office": str(OFFICE),
        "checklists": [{"digest": one.digest(), "checklist": one.model_dump(mode="json")} for one in CHECKLISTS],
    }
    head = json.dumps(about, ensure_ascii=False, separators=(",", ":"))
    return f'{head[:-1]},"cases":[\n{cases}\n]}}\n'


if __name__ == "__main__":
    sys.stdout.write(golden())
