"""What keeps an item from being published, and what the statistics of a list warn of. Pure rules."""

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.catalogue import LANGUAGES
from inspection.policy.load import rule_set
from inspection.policy.model import RuleSet
from inspection.policy.terms import ItemClass, ItemField, Method
from inspection.registry.items.facts import ItemFacts
from inspection.registry.items.frequencies import read_frequency_bound
from inspection.registry.items.history import changes, history_of, in_force, list_changes, list_on
from inspection.registry.items.publishing import Fault, findings
from inspection.registry.items.ratios import read_ratio_bound
from inspection.registry.items.statistics import Concern, item_statistics

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
JOINT = rule_set("anyue-joint", DAY)  # wants the class stated, and a cap of general items
COMMERCE = rule_set("weihai-jingkai-commerce", DAY)  # wants ratio and frequency, and has minima of its own
NAMED = rule_set("jinfeng-commerce", DAY)  # wants the channel


def item(code: str = "A1", ratio: str = "不超过10%", cls: str | None = "一般检查事项", version: int = 1) -> ItemFacts:
    bound, frequency = read_ratio_bound(ratio), read_frequency_bound("每年1次")
    return ItemFacts(
        id=uuid5(UUID(int=0), f"{code}/{version}"),
        authority=UUID(int=1),
        code=code,
        version=version,
        name=f"事项{code}",
        basis="某法",
        subject="某局",
        object_kinds=(),
        object_text="各类企业",
        content="某行为",
        methods=(Method.ON_SITE,),
        method_text="现场检查",
        ratio_text=ratio,
        ratio=bound.least,
        frequency_text="每年1次",
        frequency=frequency.least_per_year,
        item_class=ItemClass.KEY if cls and "重点" in cls else ItemClass.GENERAL,
        qualification=None,
        channel="网站",
        joint_eligible=False,
        checklist_code=None,
        published_at=None,
        class_text=cls,
        ratio_bound=bound,
        frequency_bound=frequency,
    )


def faults(one: ItemFacts, rules: RuleSet = JOINT) -> list[Fault]:
    return [found.fault for found in findings([one], rules)]


@pytest.mark.parametrize("ratio", ["不低于3%", "根据实际情况确定", "", "60-70家"])
def test_a_general_item_needs_an_upper_ratio_bound(ratio: str) -> None:
    assert faults(item(ratio=ratio)) == [Fault.CAP_MISSING]


@pytest.mark.parametrize("ratio", ["≤10%", "10-20%", "5%", "不低于3%，不超过8%"])
def test_a_general_item_with_an_upper_ratio_bound_may_be_published(ratio: str) -> None:
    assert faults(item(ratio=ratio)) == []


@pytest.mark.parametrize(("ratio", "capped"), [("≤10%", True), ("10-20%", True), ("不低于30%", False), ("100%", False)])
def test_a_key_item_has_no_upper_ratio_bound(ratio: str, capped: bool) -> None:
    assert faults(item(ratio=ratio, cls="重点检查事项")) == ([Fault.KEY_CAPPED] if capped else [])


def test_a_general_item_stays_below_the_cap_that_the_authority_has_set() -> None:
    capped = JOINT.model_copy(update={"items": JOINT.items.model_copy(update={"general_ratio_cap": Fraction(1, 10)})})
    assert faults(item(ratio="≤10%"), capped) == []
    assert faults(item(ratio="≤11%"), capped) == [Fault.CAP_TOO_HIGH]


def test_where_the_rule_set_knows_no_classes_nothing_is_capped() -> None:
    assert faults(item(ratio="不低于3%"), COMMERCE) == []


BLANKS: dict[ItemField, dict[str, object]] = {
    ItemField.NAME: {"name": ""},
    ItemField.BASIS: {"basis": ""},
    ItemField.SUBJECT: {"subject": ""},
    ItemField.OBJECT: {"object_text": ""},
    ItemField.CONTENT: {"content": ""},
    ItemField.METHOD: {"method_text": ""},
    ItemField.RATIO: {"ratio_text": "", "ratio_bound": read_ratio_bound("")},
    ItemField.FREQUENCY: {"frequency_text": "", "frequency_bound": read_frequency_bound("")},
    ItemField.CLASS: {"class_text": None},
    ItemField.CHANNEL: {"channel": ""},
}


@pytest.mark.parametrize("wanted", list(ItemField))
def test_each_field_that_the_rule_set_wants_must_be_stated(wanted: ItemField) -> None:
    rules = NAMED.model_copy(update={"items": NAMED.items.model_copy(update={"fields": tuple(ItemField)})})
    assert faults(item(), rules) == []
    found = findings([replace(item(), **BLANKS[wanted])], rules)  # type: ignore[arg-type]
    assert [one.fault for one in found] == [Fault.FIELD_MISSING]
    assert len({found[0].text(lang) for lang in LANGUAGES}) == 2
    assert found[0].article in found[0].text("zh_CN")


@pytest.mark.parametrize("rules", [JOINT, COMMERCE, NAMED], ids=lambda rules: rules.code)
def test_only_what_this_rule_set_wants_is_asked_for(rules: RuleSet) -> None:
    blank = item()
    for change in BLANKS.values():
        blank = replace(blank, **change)  # type: ignore[arg-type]
    missing = {one.facts.get("column") for one in findings([blank], rules) if one.fault is Fault.FIELD_MISSING}
    filled = {ItemField.RATIO, ItemField.FREQUENCY} if rules is COMMERCE else set()
    assert len(missing) == len(set(rules.items.fields) - filled)


def test_the_minimum_of_the_rule_set_stands_in_for_a_ratio_that_no_law_sets() -> None:
    assert faults(replace(item(), ratio_text="", frequency_text="", ratio_bound=read_ratio_bound("")), COMMERCE) == []


def test_every_finding_of_every_item_is_told_at_once() -> None:
    bad = [replace(item("A1", "不低于3%"), basis="", subject=""), item("A2"), replace(item("A3"), content="")]
    assert [(one.item, one.fault) for one in findings(bad, JOINT)] == [
        ("A1", Fault.FIELD_MISSING),
        ("A1", Fault.FIELD_MISSING),
        ("A1", Fault.CAP_MISSING),
        ("A3", Fault.FIELD_MISSING),
    ]


def test_statistics_count_key_items_and_name_the_highest_general_ratios() -> None:
    items = [item("A1", "≤10%"), item("A2", "100%"), item("A3", "不低于20%"), item("K1", "100%", "重点检查事项")]
    told = item_statistics(items, JOINT)
    assert (told.total, told.key, told.general, told.key_share) == (4, 1, 3, Fraction(1, 4))
    assert [(one.code, one.ratio) for one in told.highest] == [
        ("A2", Fraction(1)),
        ("A3", Fraction(1, 5)),
        ("A1", Fraction(1, 10)),
    ]
    assert {one.concern: one.items for one in told.cautions} == {
        Concern.GENERAL_UNCAPPED: ("A3",),
        Concern.GENERAL_ALL: ("A2",),
    }


def test_statistics_warn_when_most_items_are_key_items_or_have_no_class() -> None:
    items = [item("K1", cls="重点"), item("K2", cls="重点"), item("A1", cls=None)]
    told = item_statistics(items, JOINT)
    assert {one.concern for one in told.cautions} == {Concern.KEY_MAJORITY, Concern.CLASS_UNSTATED}
    assert {len({one.text(lang) for lang in LANGUAGES}) for one in told.cautions} == {2}


def test_statistics_warn_of_general_items_above_the_cap() -> None:
    capped = JOINT.model_copy(update={"items": JOINT.items.model_copy(update={"general_ratio_cap": Fraction(1, 10)})})
    told = item_statistics([item("A1", "≤20%"), item("A2", "≤10%")], capped)
    assert [(one.concern, one.items) for one in told.cautions] == [(Concern.GENERAL_ABOVE_CAP, ("A1",))]
    assert told.as_json("zh_CN")["highest"] == [
        {"code": "A1", "name": "事项A1", "ratio": "20%"},
        {"code": "A2", "name": "事项A2", "ratio": "10%"},
    ]


def test_an_empty_list_has_statistics_too() -> None:
    assert item_statistics([], JOINT).as_json("en") == {
        "total": 0,
        "key": 0,
        "general": 0,
        "key_share": "0%",
        "highest": [],
        "cautions": [],
    }


def public(code: str, version: int, day: date, withdrawn: date | None = None, ratio: str = "5%") -> ItemFacts:
    one = item(code, ratio, version=version)
    return replace(one, published_at=NOON, effective_from=day, withdrawn_on=withdrawn)


def day(number: int) -> date:
    return date(2026, 1, number)


def test_the_list_of_a_day_holds_the_versions_in_force_on_it() -> None:
    versions = [
        public("A", 1, day(1)),
        public("A", 2, day(10), ratio="6%"),
        public("B", 1, day(5), withdrawn=day(20)),
        item("C"),
    ]
    told = {
        number: [(one.code, one.version) for one in list_on(versions, day(number))] for number in (1, 5, 9, 10, 19, 20)
    }
    assert told == {
        1: [("A", 1)],
        5: [("A", 1), ("B", 1)],
        9: [("A", 1), ("B", 1)],
        10: [("A", 2), ("B", 1)],
        19: [("A", 2), ("B", 1)],
        20: [("A", 2)],
    }


def test_a_history_tells_each_versions_time_and_what_it_changed() -> None:
    one, two, three = history_of(
        [public("A", 1, day(1)), public("A", 2, day(10), withdrawn=day(20), ratio="6%"), item("A", "7%", version=3)]
    )
    assert (one.last_day, two.last_day, three.last_day) == (day(9), day(19), None)
    assert one.changes == ()
    assert [(c.field, c.before, c.after) for c in two.changes] == [("ratio_text", "5%", "6%")]
    assert [(c.field, c.before, c.after) for c in three.changes] == [("ratio_text", "6%", "7%")]


def test_a_withdrawn_item_stands_in_the_list_again_with_a_later_version() -> None:
    versions = [public("A", 1, day(1), withdrawn=day(5)), public("A", 2, day(8))]
    assert [in_force(versions, day(number)) is not None for number in (4, 5, 7, 8)] == [True, False, False, True]


def test_between_two_days_items_come_go_and_change() -> None:
    before, after = [item("A"), item("B")], [replace(item("B"), basis="新法"), item("C")]
    told = list_changes(before, after)
    assert [one.code for one in told.added] == ["C"]
    assert [one.code for one in told.withdrawn] == ["A"]
    assert [(one.code, [c.field for c in found]) for one, found in told.changed] == [("B", ["basis"])]


DAYS = st.integers(1, 28).map(day)
VERSIONS = st.lists(st.tuples(DAYS, st.none() | DAYS, st.booleans()), max_size=6).map(
    lambda facts: [
        public("A", number, begins, ends) if shown else item("A", version=number)
        for number, (begins, ends, shown) in enumerate(facts, start=1)
    ]
)


@given(versions=VERSIONS, on=DAYS)
def test_a_day_has_at_most_one_version_and_the_history_agrees_with_it(versions: list[ItemFacts], on: date) -> None:
    found = in_force(versions, on)
    told = [
        version.item
        for version in history_of(versions)
        if version.item.published_at
        and version.item.effective_from
        and version.item.effective_from <= on
        and (version.last_day is None or on <= version.last_day)
    ]
    assert told == ([found] if found else [])


@given(versions=VERSIONS)
def test_an_item_does_not_differ_from_itself(versions: list[ItemFacts]) -> None:
    assert all(changes(one, one) == () for one in versions)
