"""A version that a record names never changes its content."""

import json
from pathlib import Path

import pytest

from inspection.kernel.errors import Conflict
from inspection.kernel.journal import EventKind, read
from inspection.kernel.unit_of_work import unit_of_work
from inspection.policy import store
from inspection.policy.keep_rules import check_kept, keep_rules
from inspection.policy.load import canonical, digest
from inspection.policy.model import RuleSet
from tests.support.rulesets import each_rule_set, five, odd, odd_in_force

FIRST = five()[0]


@each_rule_set
def test_what_is_kept_reads_as_the_same_rule_set_again(rules: RuleSet):
    again = RuleSet.model_validate(json.loads(canonical(rules)))
    assert again == rules
    assert digest(again) == digest(rules)


async def test_a_rule_set_is_kept_once_with_its_digest_and_a_line_in_the_journal(db, cmd):
    assert await keep_rules(cmd, FIRST) == digest(FIRST)
    async with unit_of_work():
        assert await keep_rules(cmd, FIRST) == digest(FIRST)
    (held,) = await store.all_kept()
    assert (held.name, held.digest, held.first_used_at) == (FIRST.name, digest(FIRST), cmd.now)
    assert held.body.encode() == canonical(FIRST)
    (line,) = await read(f"rule-set:{FIRST.name}")
    assert line.kind is EventKind.RULE_SET_KEPT
    assert line.payload["digest"] == digest(FIRST)


async def test_another_content_under_a_kept_name_is_refused_with_what_changed(db, cmd):
    await keep_rules(cmd, FIRST)
    changed = FIRST.model_copy(
        update={"team": FIRST.team.model_copy(update={"minimum_size": 9}), "effective_note": "Another note."}
    )
    with pytest.raises(Conflict) as refusal:
        await keep_rules(cmd, changed)
    assert refusal.value.message_key == "policy.changed"
    assert refusal.value.facts["places"] == ["effective_note", "team.minimum_size"]
    assert (refusal.value.facts["kept"], refusal.value.facts["found"]) == (digest(FIRST), digest(changed))
    assert [held.digest for held in await store.all_kept()] == [digest(FIRST)]


async def test_files_as_they_were_pass_the_check(db, cmd):
    await check_kept()
    for rules in five():
        await keep_rules(cmd, rules)
    await check_kept()


async def test_a_kept_rule_set_whose_file_is_gone_is_refused_until_it_is_restored(db, cmd, tmp_path: Path):
    with odd_in_force(tmp_path):
        await keep_rules(cmd, odd())
        await check_kept()
    with pytest.raises(Conflict) as refusal:
        await check_kept()
    assert (refusal.value.message_key, refusal.value.facts["rule_set"]) == ("policy.gone", odd().name)
    with odd_in_force(tmp_path):
        await check_kept()


async def test_a_kept_body_that_this_version_cannot_read_is_still_held_to_its_digest(db, cmd):
    async with unit_of_work():
        await store.keep(store.KeptRow(FIRST.name, "0" * 64, '{"of another product":1}', cmd.now))
    with pytest.raises(Conflict) as refusal:
        await check_kept()
    assert refusal.value.facts["places"] == ["-"]


async def test_what_is_kept_cannot_be_changed_in_the_database(db, cmd):
    await keep_rules(cmd, FIRST)
    with pytest.raises(Exception, match="append-only"):
        async with unit_of_work():
            await store.RuleSetKept.update(digest="0" * 64).where(store.RuleSetKept.name == FIRST.name)
