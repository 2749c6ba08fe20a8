"""Checklists: the wire's model field by field, the files they come in, and their release on both engines."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from inspection.kernel.catalogue import LANGUAGES
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.journal import EventKind, read
from inspection.registry import find
from inspection.registry.items.checklist_files import parse_checklist
from inspection.registry.items.import_items import import_items
from inspection.registry.items.release_checklists import release_checklists
from inspection.registry.items.seed_list import seed_checklists, seed_items
from mobile_contract.base import canonical_bytes
from mobile_contract.checklist import Answer, Checklist, ChecklistItem, NumberAnswer, Text
from mobile_contract.problems import ProblemCode

# The digests of the seed as they were before numbers, tenths and photos on no were known: visits pin them for ever.
DIGESTS = {
    "SW01-YD": "3H2XQB9PP3rz0QIV7nai-vyEHJtAVP7ZFNbaslTKZ68",
    "SW02-YD": "VOL-7pGvWGL_4iLWEDPN3PVgfy-OxE7z18ty5vSsEUk",
    "SW03-YD": "pzSCkbvToxvXBclaNHnGLUBmM6CkqGm4I0_sHOVU3oc",
    "SW04-YD": "bzHp88G9GIiIvT_M6wAWiqaPn5i7OmAkIie6PTPBJLE",
    "SW05-YD": "guBsDTs6ZIvddMorN1XCY_ASQ-iuF8SlETW5Ob44SZ4",
}
POINT: dict[str, Any] = {"code": "1.1", "text": {"zh": "证照是否有效"}}
WHOLE: dict[str, Any] = {"code": "A", "version": 1, "title": {"zh": "要点表"}, "items": [POINT]}


def of(**members: Any) -> ChecklistItem:
    return ChecklistItem(code="1.1", text=Text(zh="证照是否有效"), **members)


def test_members_that_came_later_change_no_digest_where_they_say_nothing() -> None:
    assert {one.code: one.digest() for one in seed_checklists()} == DIGESTS
    assert canonical_bytes(of()) == canonical_bytes(of(tenths=0, photo_required_on_no=False, number=None))
    assert b"tenths" not in canonical_bytes(of())


@pytest.mark.parametrize("members", [{"tenths": 5}, {"photo_required_on_no": True}, {"number": NumberAnswer()}])
def test_a_later_member_that_says_something_is_part_of_the_digest(members: dict[str, Any]) -> None:
    plain, other = (Checklist(code="A", version=1, title=Text(zh="表"), items=(of(**more),)) for more in ({}, members))
    assert plain.digest() != other.digest()
    assert Checklist.model_validate_json(canonical_bytes(other)) == other


def test_half_points_are_exact() -> None:
    assert [str(of(score=score, tenths=tenths).points) for score, tenths in ((0, 5), (1, 5), (3, 0))] == [
        "0.5",
        "1.5",
        "3",
    ]


@pytest.mark.parametrize(
    "members",
    [
        {"score": 1001},
        {"score": -1},
        {"tenths": 10},
        {"tenths": -1},
        {"answers": (Answer.YES,)},
        {"answers": (Answer.YES, Answer.YES)},
        {"photo_required": True, "photo_required_on_no": True},
        {"number": NumberAnswer(), "score": 1},
        {"number": NumberAnswer(), "tenths": 5},
        {"number": NumberAnswer(), "is_veto": True},
        {"number": NumberAnswer(), "note_required_on_no": True},
        {"number": NumberAnswer(), "photo_required_on_no": True},
    ],
)
def test_a_point_whose_members_do_not_fit_together_is_refused(members: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        of(**members)


@pytest.mark.parametrize(
    "members",
    [
        {"unit": ""},
        {"unit": "单" * 41},
        {"decimals": -1},
        {"decimals": 7},
        {"least": "1.50e3"},
        {"least": "007"},
        {"most": "+3"},
        {"most": "三"},
        {"tolerance": "-1"},
        {"tolerance": ""},
        {"least": "3", "most": "2"},
    ],
)
def test_limits_that_are_no_decimal_texts_or_out_of_order_are_refused(members: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NumberAnswer(**members)


def test_a_choice_point_accepts_its_answers_and_agreement_is_equality() -> None:
    point = of(answers=(Answer.YES, Answer.NO))
    assert [point.accepts(value) for value in ("yes", "no", "not_applicable", "是", "")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert (point.agree(["yes", "yes"]), point.agree(["yes", "no"]), point.agree([])) == (True, False, True)


def test_a_number_point_accepts_numbers_within_limits_and_agrees_within_the_tolerance() -> None:
    point = of(number=NumberAnswer(unit="℃", decimals=1, least="-30", most="10", tolerance="0.5"))
    told = {
        value: point.accepts(value) for value in ("-30", "3.5", "10", "10.1", "-30.1", "3.55", "x", "yes", "1e1", "")
    }
    assert [value for value, taken in told.items() if taken] == ["-30", "3.5", "10"]
    assert point.accepts("not_applicable")
    assert point.agree(["3.0", "3.5"])
    assert not point.agree(["3.0", "3.6"])
    assert not point.agree(["3.0", "not_applicable"])
    assert not of(number=NumberAnswer(), answers=(Answer.YES, Answer.NO)).accepts("not_applicable")


@given(values=st.lists(st.integers(-10_000, 10_000), max_size=5), tolerance=st.integers(0, 500))
def test_agreement_does_not_depend_on_order_and_means_the_widest_difference(values: list[int], tolerance: int) -> None:
    point = of(number=NumberAnswer(decimals=2, tolerance=f"{tolerance // 100}.{tolerance % 100:02d}"))
    texts = [f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}" for value in values]
    agreed = not values or max(values) - min(values) <= tolerance
    assert point.agree(texts) == point.agree(texts[::-1]) == agreed


@given(text=st.text(max_size=30))
def test_no_text_whatever_breaks_a_number_point(text: str) -> None:
    assert of(number=NumberAnswer(decimals=6)).accepts(text) in (True, False)


def test_a_toml_file_may_score_in_half_points() -> None:
    data = 'code = "A"\nversion = 1\ntitle = { zh = "表" }\n[[items]]\ncode = "1"\ntext = { zh = "问" }\nscore = 1.5\n'
    item = parse_checklist("a.toml", data.encode()).items[0]
    assert (item.score, item.tenths) == (1, 5)
    with pytest.raises(Invalid):
        parse_checklist("a.toml", data.replace("1.5", "1.25").encode())


BAD: list[tuple[str, dict[str, Any]]] = [
    ("code", WHOLE | {"code": ""}),
    ("code", WHOLE | {"code": "码" * 101}),
    ("version", WHOLE | {"version": 0}),
    ("version", WHOLE | {"version": "1"}),
    ("title", WHOLE | {"title": {}}),
    ("title.zh", WHOLE | {"title": {"zh": "题" * 2001}}),
    ("source", WHOLE | {"source": "源" * 10_001}),
    ("items", WHOLE | {"items": []}),
    ("items", {name: value for name, value in WHOLE.items() if name != "items"}),
    ("colour", WHOLE | {"colour": "red"}),
    ("items.0.code", WHOLE | {"items": [POINT | {"code": "码" * 101}]}),
    ("items.0.text", WHOLE | {"items": [{"code": "1"}]}),
    ("items.0.group", WHOLE | {"items": [POINT | {"group": "证照"}]}),
    ("items.0.guidance", WHOLE | {"items": [POINT | {"guidance": "导" * 10_001}]}),
    ("items.0.answers.0", WHOLE | {"items": [POINT | {"answers": ["maybe", "no"]}]}),
    ("items.0.score", WHOLE | {"items": [POINT | {"score": 1001}]}),
    ("items.0.is_key", WHOLE | {"items": [POINT | {"is_key": "yes"}]}),
    ("items.0.is_veto", WHOLE | {"items": [POINT | {"is_veto": 1}]}),
    ("items.0.note_required_on_no", WHOLE | {"items": [POINT | {"note_required_on_no": None}]}),
    ("items.0.photo_required", WHOLE | {"items": [POINT | {"photo_required": "on_no"}]}),
    ("items.0.photo_required_on_no", WHOLE | {"items": [POINT | {"photo_required_on_no": 2}]}),
    ("items.0.policy", WHOLE | {"items": [POINT | {"policy": "both"}]}),
    ("items.0.tenths", WHOLE | {"items": [POINT | {"tenths": 10}]}),
    ("items.0.number.unit", WHOLE | {"items": [POINT | {"number": {"unit": ""}}]}),
    ("items.0.number.tolerance", WHOLE | {"items": [POINT | {"number": {"tolerance": "about"}}]}),
]


@pytest.mark.parametrize(("place", "facts"), BAD, ids=[f"{place}-{number}" for number, (place, _) in enumerate(BAD)])
def test_every_field_of_a_checklist_file_is_refused_by_its_place_in_both_languages(
    place: str, facts: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_checklist("a.json", json.dumps(facts).encode())
    assert (refusal.value.code, refusal.value.message_key) == (
        ProblemCode.IMPORT_UNREADABLE,
        "registry.checklist_unreadable",
    )
    problems = refusal.value.facts["problems"]
    assert isinstance(problems, dict)
    assert set(problems) == set(LANGUAGES)
    assert all(f"{place}" in problems[lang] for lang in LANGUAGES)
    assert problems["zh_CN"] != problems["en"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.toml", b"code = "),
        ("a.toml", b'code = "A"\nversion = 1'),
        ("a.toml", b"\xff"),
        ("a.json", b'{"code": "A", "code": "B"}'),
        ("a.json", b"[" * 100_000),
        ("a.toml", b'code = "A"\nversion = 2026-01-01'),
        ("a.toml", b"items = 3"),
        ("a.toml", b"items = [1, 2]"),
        ("a.toml", b"version = " + b"9" * 5_000),
        ("a.toml", b"version = 0x" + b"f" * 5_000),
        ("a.toml", b"version = " + b"[" * 100_000),
        ("a.toml", b"[[items]]\ntext." + b"a." * 1_000_000 + b"a = 1"),
        ("a.toml", b'x = {"a"' + b' . "a"' * 1_000 + b" = 1}"),
    ],
)
def test_an_unreadable_checklist_file_is_refused_with_its_problems(name: str, data: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_checklist(name, data)
    assert refusal.value.facts["problems"]


def test_a_checklist_file_may_be_json() -> None:
    assert parse_checklist("a.json", json.dumps(WHOLE).encode()).items[0].text.zh == "证照是否有效"


async def test_a_checklist_is_released_once_and_told_to_the_journal_once(cmd: Command, authority: UUID) -> None:
    one, two = seed_checklists()[:2]
    for _ in range(2):
        released = await release_checklists(cmd, authority=authority, checklists=[one, two])
        assert [facts.digest for facts in released] == [one.digest(), two.digest()]
    kinds = [entry.kind for entry in await read(f"registry:{authority}")]
    assert kinds.count(EventKind.CHECKLIST_RELEASED) == 2
    assert [facts.code for facts in await find.released_checklists(authority)] == [one.code, two.code]


async def test_of_several_checklists_all_are_released_or_none(cmd: Command, authority: UUID) -> None:
    one, two = seed_checklists()[:2]
    await release_checklists(cmd, authority=authority, checklists=[one])
    changed = one.model_copy(update={"source": "另一来源"})
    with pytest.raises(Conflict):
        await release_checklists(cmd, authority=authority, checklists=[two, changed])
    assert await find.checklist_version(authority, two.code, 1) is None


async def test_a_released_checklist_never_changes(cmd: Command, authority: UUID) -> None:
    await import_items(cmd, seed_items(), authority=authority, checklists=seed_checklists())
    other = seed_checklists()[0].model_copy(update={"source": "另一来源"})
    with pytest.raises(Conflict) as refusal:
        await import_items(cmd, seed_items(), authority=authority, checklists=[other])
    assert refusal.value.code is ProblemCode.CHECKLIST_IMMUTABLE
    newer = other.model_copy(update={"version": 2})
    await import_items(cmd, seed_items(), authority=authority, checklists=[newer])
    item = (await find.items(authority))[0]
    assert (await find.checklist_for(item.id)).version == 2
    first = await find.checklist_version(authority, "SW01-YD", 1)
    assert first is not None
    assert first.checklist == seed_checklists()[0]
