"""What the registers must hold by the rule-set: kinds of objects, coverage, inspectors for every item, labels."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest

from inspection.authority.found import found_authority
from inspection.kernel.catalogue import LANGUAGES
from inspection.kernel.command import Command
from inspection.policy.model import RuleSet
from inspection.registry.inspectors.dispatch import dispatch_rule
from inspection.registry.inspectors.labels import missing_labels
from inspection.registry.inspectors.standing import ItemCover, standing_of
from inspection.registry.inspectors.terms import InspectorRole
from inspection.registry.intake.remarks import Oddity
from inspection.registry.intake.rows import Good, body_of
from inspection.registry.intake.sheet import take
from inspection.registry.objects.columns import OBJECT_COLUMNS
from inspection.registry.objects.coverage import coverage, judgements_of
from inspection.registry.objects.import_objects import import_objects
from inspection.registry.objects.kinds import ObjectWords, admissible, foreign_kinds, read_admissible
from inspection.registry.objects.rows import ObjectKind
from inspection.registry.objects.store import object_by_code
from tests.inspection.registry.files import csv_of, firms
from tests.inspection.registry.inspectors.people import certificate, person
from tests.support.rulesets import BY_CODE, each_rule_set, odd, odd_in_force

HEADER = ("统一社会信用代码", "检查对象名称", "检查对象类型")
DAY = date(2026, 3, 2)
KINDS = {
    "anyue-joint": set(ObjectKind),
    "jinfeng-commerce": set(ObjectKind) - {ObjectKind.PRODUCT, ObjectKind.CONDUCT},
    "weihai-jingkai-commerce": set(ObjectKind),
    "xinglongtai-market": {
        ObjectKind.ENTERPRISE,
        ObjectKind.INDIVIDUAL,
        ObjectKind.COOPERATIVE,
        ObjectKind.REPRESENTATIVE_OFFICE,
    },
    "quanzhou-economy": {
        ObjectKind.ENTERPRISE,
        ObjectKind.INDIVIDUAL,
        ObjectKind.COOPERATIVE,
        ObjectKind.REPRESENTATIVE_OFFICE,
        ObjectKind.OTHER,
    },
    odd().code: {ObjectKind.PROJECT, ObjectKind.CONDUCT, ObjectKind.ENTERPRISE},
}


@each_rule_set
def test_only_the_kinds_that_the_rule_set_names_are_objects(rules: RuleSet):
    assert {kind for kind in ObjectKind if admissible(kind, rules)} == KINDS[rules.code]
    assert foreign_kinds(rules) == {kind.value for kind in set(ObjectKind) - KINDS[rules.code]}


@each_rule_set
async def test_an_object_of_a_foreign_kind_goes_in_with_a_warning_and_is_told_of(
    rules: RuleSet, cmd: Command, db: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    item = SimpleNamespace(id=UUID(int=1), code="S1", name="事项", object_kinds=())

    async def everything(authority: UUID) -> list[SimpleNamespace]:
        return [item]

    monkeypatch.setattr("inspection.registry.objects.coverage.items_store.published_items", everything)
    with odd_in_force(tmp_path):
        office = await found_authority(cmd, code="x", name="某局", short_name="局", rule_set=rules.code)
        rows = [("P:1", "某产品", "产品"), (firms(1)[0][1], "某公司", "企业")]
        report = await import_objects(cmd, csv_of(rows, HEADER), authority=office.id)
        foreign = ObjectKind.PRODUCT not in KINDS[rules.code]
        assert (report.counts.added, report.counts.rejected, report.counts.warned) == (2, 0, int(foreign))
        assert (await object_by_code(office.id, "P:1")) is not None
        found = await coverage(office.id, DAY)
        again = await import_objects(cmd, csv_of(rows, HEADER), authority=office.id)
    assert (found.foreign, found.first_foreign) == ((1, (("P:1", "某产品"),)) if foreign else (0, ()))
    assert [one.breach for one in found.judgements] == [False] * foreign
    assert found.objects == 2
    assert again.counts.unchanged == 2


async def test_the_warning_of_a_foreign_kind_names_kind_and_article_in_both_languages(cmd: Command, db: object):
    office = await found_authority(cmd, code="x", name="某局", short_name="局", rule_set="xinglongtai-market")
    report = await import_objects(cmd, csv_of([("P:1", "某产品", "产品")], HEADER), authority=office.id)
    [noted] = report.warned
    [told] = noted.remarks
    article = BY_CODE["xinglongtai-market"].registers.article
    assert told.key is Oddity.KIND_FOREIGN
    assert told.text("zh_CN") == f"“产品”不在{article}所列检查对象类型之内，已予保留，请核对。"
    assert article in told.text("en")
    assert "“" not in told.text("en")


def test_what_a_rule_set_thinks_of_a_kind_is_no_fact_of_the_object():
    data = csv_of([("P:1", "某产品", "产品")], HEADER)
    read = [
        next(
            body_of(take(data).rows(), OBJECT_COLUMNS).results(
                lambda columns, row, foreign=foreign: read_admissible(columns, row, ObjectWords({}, foreign, "一"))
            )
        )
        for foreign in (frozenset[str](), frozenset({"product"}))
    ]
    plain, warned = read
    assert isinstance(plain, Good)
    assert isinstance(warned, Good)
    assert (plain.draft, plain.digest) == (warned.draft, warned.digest)
    assert len(warned.warnings) == len(plain.warnings) + 1


@each_rule_set
def test_an_object_without_an_item_is_a_breach_only_where_the_register_covers_all(rules: RuleSet):
    duty = rules.code in {"weihai-jingkai-commerce", odd().code}
    [found] = judgements_of(0, 3, 0, rules)
    assert found.breach is duty
    assert found.article == (rules.registers.article if duty else None)
    for lang in LANGUAGES:
        assert "3" in found.text(lang)
        assert (rules.registers.article in found.text(lang)) is duty
    assert judgements_of(0, 0, 0, rules) == ()
    assert [one.breach for one in judgements_of(2, 0, 1, rules)] == [False, False]


@each_rule_set
def test_an_item_without_inspectors_is_a_breach_only_where_every_item_has_some(rules: RuleSet):
    duty = rules.code in {"quanzhou-economy", odd().code}
    assert rules.registers.every_item_has_inspectors is duty
    article = rules.registers.article if duty else None
    short = ItemCover(UUID(int=1), "S1", "某事项", None, 2, (UUID(int=5),), article)
    assert short.judgement is not None
    assert short.judgement.breach is duty
    for lang in LANGUAGES:
        assert "某事项" in short.judgement.text(lang)
        assert (rules.registers.article in short.judgement.text(lang)) is duty
    assert replace(short, wanted=1).judgement is None


LABELS = {
    "anyue-joint": 2,
    "weihai-jingkai-commerce": 2,
    "quanzhou-economy": 1,
    odd().code: 1,
    "jinfeng-commerce": 0,
    "xinglongtai-market": 0,
}


@each_rule_set
def test_each_label_that_the_rule_set_wants_is_missed_on_an_inspector(rules: RuleSet):
    bare = person(certificate(), qualifications=(), expertise=())
    missing = missing_labels(bare, rules)
    assert len(missing) == LABELS[rules.code]
    for lang in LANGUAGES:
        assert all(bare.name in one.text(lang) and rules.registers.article in one.text(lang) for one in missing)
    [stands] = standing_of([bare], (DAY, DAY), dispatch_rule(rules), rules)
    assert stands.unlabelled == missing
    labelled = replace(bare, qualifications=("商务执法",), expertise=("成品油",))
    assert missing_labels(labelled, rules) == ()
    assert missing_labels(replace(bare, role=InspectorRole.EXPERT), rules) == ()
