"""Whom a row means, and what several rows say of one person. Pure."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.registry.inspectors.identity import Found, KnownPerson, Register
from inspection.registry.inspectors.people import people_of
from inspection.registry.inspectors.rows import InspectorDraft
from inspection.registry.intake.remarks import Oddity, Reason, Remark
from inspection.registry.intake.rows import Good
from tests.inspection.registry.inspectors.people import draft_of, file_of, read_all

HEADER = "工号,姓名,工作单位,执法证号,发证机关,有效期起,有效期止"
DAYS = ("2025-01-01", "2027-12-31")
ONE, TWO = UUID(int=1), UUID(int=2)


def row(number: str, name: str, certificate: str = "", unit: str = "商贸科") -> InspectorDraft:
    return draft_of(HEADER, number, name, unit, certificate, *(("某厅", *DAYS) if certificate else ("", "", "")))


def entered(who: UUID, number: str, name: str, *certificates: str, unit: str = "商贸科") -> KnownPerson:
    return KnownPerson(who, number, name, unit, frozenset(("某厅", one) for one in certificates))


def meant(register: Register, draft: InspectorDraft) -> tuple[UUID | None, Oddity | Reason | None]:
    found = register.find(draft)
    if isinstance(found, Remark):
        return None, found.key
    return found.person.id if found.person else None, found.warning.key if found.warning else None


def test_the_staff_number_comes_first():
    register = Register([entered(ONE, "S1", "王一", "A-0001")])
    assert meant(register, row("S1", "王一一", "A-0009")) == (ONE, None)
    assert meant(register, row("S2", "王一", "A-0009")) == (None, None)


def test_a_renewed_certificate_beside_the_old_one_is_the_same_person():
    register = Register([entered(ONE, "A-0001", "王一", "A-0001")])
    header = f"{HEADER},执法证号2,发证机关2,有效期起2,有效期止2"
    both = draft_of(header, "", "王一", "投资科", "A-0009", "某厅", *DAYS, "A-0001", "某厅", *DAYS)
    assert meant(register, both) == (ONE, None)


def test_any_earlier_certificate_tells_the_person_and_gives_way_to_a_first_staff_number():
    register = Register([entered(ONE, "A-0001", "王一", "A-0001", "A-0002")])
    assert meant(register, row("", "王一", "A-0002", unit="投资科")) == (ONE, None)
    assert meant(register, row("S1", "王一", "A-0001")) == (ONE, None)
    found = register.find(row("S1", "王一", "A-0001"))
    assert isinstance(found, Found)
    assert register.number_for(row("S1", "王一", "A-0001"), found.person) == "S1"


def test_only_name_and_unit_is_a_warning_and_two_of_one_name_are_not_guessed():
    register = Register([entered(ONE, "A-0001", "王一", "A-0001")])
    assert meant(register, row("", "王一", "A-0009")) == (ONE, Oddity.MATCHED_BY_NAME)
    assert meant(register, row("", "王一", "A-0009", unit="投资科")) == (None, None)
    register.put(entered(TWO, "S2", "王一", "A-0002"))
    assert meant(register, row("", "王一", "A-0009")) == (None, Reason.PERSON_AMBIGUOUS)


def test_a_certificate_of_somebody_else_is_refused():
    register = Register([entered(ONE, "S1", "王一", "A-0001"), entered(TWO, "S7", "赵七", "A-0007")])
    assert meant(register, row("S2", "李二", "A-0001")) == (None, Reason.CERTIFICATE_TAKEN)
    assert meant(register, row("", "李二", "A-0001")) == (None, Reason.CERTIFICATE_TAKEN)
    assert meant(register, row("S1", "王一", "A-0007")) == (None, Reason.CERTIFICATE_TAKEN)
    assert meant(register, row("S9", "王一", "A-0001")) == (None, Reason.CERTIFICATE_TAKEN)


def test_two_issuers_with_one_number_do_not_share_a_staff_number():
    register = Register([entered(ONE, "A-0001", "王一", "A-0001")])
    other = draft_of(HEADER, "", "李二", "投资科", "A-0001", "另一厅", *DAYS)
    assert meant(register, other) == (None, None)
    assert register.number_for(other, None) == "另一厅A-0001"


def test_rows_of_one_person_are_put_together():
    header = f"{HEADER},业务专长"
    data = file_of(
        header,
        ("S1", "王一", "商贸科", "A-0001", "某厅", *DAYS, "成品油"),
        ("S1", "王一", "商贸科", "A-0002", "省政府", *DAYS, "汽车"),
        ("", "李二", "商贸科", "B-0001", "某厅", *DAYS, ""),
        ("", "李二", "商贸科", "B-0002", "省政府", *DAYS, ""),
    )
    people, refused = people_of([one for one in read_all(data) if isinstance(one, Good)])
    assert refused == []
    assert [(one.draft.name, len(one.draft.certificates), len(one.rows)) for one in people] == [
        ("王一", 2, 2),
        ("李二", 2, 2),
    ]
    assert people[0].draft.expertise == ("成品油", "汽车")
    assert people[0].warnings == ()
    assert [(number, told.key) for number, told in people[1].warnings] == [(5, Oddity.ROWS_JOINED)]


def test_rows_that_contradict_each_other_warn_or_are_refused():
    data = file_of(
        HEADER,
        ("S1", "王一", "商贸科", "A-0001", "某厅", *DAYS),
        ("S1", "王一", "投资科", "A-0002", "某厅", *DAYS),
        ("S1", "李二", "商贸科", "A-0003", "某厅", *DAYS),
    )
    (one,), (refused,) = people_of([found for found in read_all(data) if isinstance(found, Good)])
    assert one.draft.unit == "商贸科"
    ((number, told),) = one.warnings
    assert (number, told.key, told.facts["columns"]) == (3, Oddity.ROWS_DIFFER, ["工作单位"])
    assert (refused.number, refused.reasons[0].key) == (4, Reason.PERSON_DIFFERS)


@pytest.mark.parametrize("number", ["S1", ""])
def test_the_same_row_twice_is_a_duplicate(number: str):
    one = (number, "王一", "商贸科", "A-0001", "某厅", *DAYS)
    _, second = read_all(file_of(HEADER, one, one))
    assert not isinstance(second, Good)
    assert second.reasons[0].key is Reason.DUPLICATE


people = st.lists(
    st.tuples(
        st.sampled_from(["S1", "S2", ""]),
        st.sampled_from(["王一", "李二"]),
        st.sampled_from(["A-01", "A-02", "A-03", ""]),
    ),
    max_size=6,
)


@given(rows=people)
def test_no_row_is_lost_and_no_certificate_has_two_holders(rows: list[tuple[str, str, str]]):
    data = file_of(HEADER, *((n, name, "科", c, *(("某厅", *DAYS) if c else ("", "", ""))) for n, name, c in rows))
    good = [one for one in read_all(data) if isinstance(one, Good)] if rows else []
    persons, refused = people_of(good)
    stand = [row.number for one in persons for row in one.rows]
    assert sorted(stand + [row.number for row in refused]) == [row.number for row in good]
    register = Register([])
    holders: dict[tuple[str, str], UUID] = {}
    for count, one in enumerate(persons, start=10):
        found = register.find(one.draft)
        if isinstance(found, Remark):
            continue
        who = found.person.id if found.person else UUID(int=count)
        for held in one.draft.certificates:
            assert holders.setdefault(held.identity, who) == who
        held_now = frozenset(held.identity for held in one.draft.certificates)
        kept = found.person.certificates if found.person else frozenset()
        number = register.number_for(one.draft, found.person)
        register.put(KnownPerson(who, number, one.draft.name, one.draft.unit, held_now | kept))
