"""The invariants of sync.md §2.15 that the fold alone can keep."""

import dataclasses
import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.kernel.catalogue import LANGUAGES, text
from inspection.visits.record import (
    Authority,
    ItemClass,
    ItemRecord,
    VisitRecord,
    evidence,
    fold,
    record_json,
    scheme_of,
    state_digest,
)
from inspection.visits.record.grounds import GroundWord
from inspection.visits.record.model import StatementState
from mobile_contract.base import b64url
from mobile_contract.decisions import KNOWN_TYPES
from mobile_contract.entries import BODY_OF, EntryType
from mobile_contract.envelope import ParsedEntry
from tests.inspection.visits.tablet import ANNE, BO, FIRE, VISIT, Tablet
from tests.inspection.visits.worlds import OFFICE, TEAM, worlds

SCHEME = scheme_of([FIRE])
REPLACING = {"answer.set", "answer.withdraw", "refusal", "signature", "concur", "dispute"}
IN_CONFLICT = {ItemClass.CONFLICT, ItemClass.REOPENED, ItemClass.RESOLUTION_CONFLICT, ItemClass.REINSPECT}


def folded(entries: Iterable[ParsedEntry], authority: Authority = TEAM) -> VisitRecord:
    return fold(VISIT, entries, authority, SCHEME)


def said(record: VisitRecord) -> dict[str, StatementState]:
    return {
        one.hash: one.state
        for statements in (*(item.statements for item in record.items), record.unplaced)
        for one in statements
    }


@given(worlds, st.data())
@settings(max_examples=150)
def test_i6_any_order_and_any_repeats_give_the_same_digest(entries: list[ParsedEntry], data: st.DataObject) -> None:
    repeats = data.draw(st.lists(st.sampled_from(entries), max_size=10)) if entries else []
    shuffled = data.draw(st.permutations([*entries, *repeats]))
    assert folded(shuffled) == folded(entries)
    assert state_digest(folded(shuffled)) == state_digest(folded(entries))


@given(worlds)
@settings(max_examples=150)
def test_i8_no_statement_ever_disappears(entries: list[ParsedEntry]) -> None:
    record = folded(entries)
    elsewhere = {noted.hash for noted in (*record.held, *record.isolated, *record.erased)}
    told = {entry.text_hash for entry in entries if entry.header.type == EntryType.ANSWER_SET}
    assert told <= set(said(record)) | elsewhere
    for item in record.items:
        for one in item.statements:
            if one.state in (StatementState.SUPERSEDED, StatementState.RESOLVED_AGAINST, StatementState.EXCLUDED):
                assert one.by
            if one.state in (StatementState.UNCOUNTED, StatementState.INVALID):
                assert one.reasons


@given(worlds)
@settings(max_examples=150)
def test_i9_two_differing_survivors_are_a_conflict_unless_resolved(entries: list[ParsedEntry]) -> None:
    # Without admissions, erasures and papers of the party the naive reading needs no notion of who counts but the team.
    papers = ("admit", "exclude", "signature", "refusal", "erase.body")
    entries = [entry for entry in entries if entry.header.type not in papers]
    record = folded(entries)
    for item in record.items:
        values = naive_survivors(entries, item)
        differ = len(values) > 1 and len(set().union(*values.values())) > 1
        if differ and item.cls is not ItemClass.RESOLVED:
            assert item.cls in IN_CONFLICT
            assert item.code in {conflict.topic for conflict in record.conflicts}


def naive_survivors(entries: list[ParsedEntry], item: ItemRecord) -> dict[str, set[str]]:
    """Inspector → values of his answers that none of his own valid entries names in `over`."""
    team = [entry for entry in entries if str(entry.header.ins) in TEAM.team]
    valid = [entry for entry in team if entry.header.type in REPLACING and not is_invalid(entry)]
    gone = {(entry.header.ins, target) for entry in valid for target in entry.header.over}
    values: dict[str, set[str]] = {}
    for entry in valid:
        body = entry.body or {}
        about = entry.header.type == "answer.set" and body["item"] == item.code
        if about and (entry.header.ins, entry.text_hash) not in gone:
            values.setdefault(str(entry.header.ins), set()).add(str(body["value"]))
    return values


def is_invalid(entry: ParsedEntry) -> bool:
    body = entry.body or {}
    return entry.header.type == "answer.set" and (body["value"] == "perhaps" or body["item"] == "zz")


@given(worlds, st.data())
@settings(max_examples=150)
def test_i10_no_clock_changes_anything_but_the_times_shown(entries: list[ParsedEntry], data: st.DataObject) -> None:
    clock = st.integers(-(2**53) + 1, 2**53 - 1)
    moved = [
        dataclasses.replace(
            entry, header=entry.header.model_copy(update={"wall": data.draw(clock), "mono": abs(data.draw(clock))})
        )
        for entry in entries
    ]
    assert without_times(folded(moved)) == without_times(folded(entries))


def without_times(record: VisitRecord) -> dict[str, Any]:
    stays = [dataclasses.replace(stay, arrived_wall=None, left_wall=None) for stay in record.stays]
    return record_json(dataclasses.replace(record, stays=tuple(stays)))


@given(worlds, st.sampled_from(["f1", "f2", "f3"]))
@settings(max_examples=150)
def test_i19_an_unseen_differing_statement_never_leaves_an_item_resolved(entries: list[ParsedEntry], code: str) -> None:
    a, b = Tablet(ANNE, ep=9), Tablet(BO, ep=9)
    own = [a.answer(code, "yes"), b.answer(code, "no")]
    heads = [
        *own,
        *(e for e in entries if e.header.type in ("answer.set", "dispute", "resolve")),
    ]
    ruling = a.resolve(code, *heads, value="no")
    before = [*entries, *own, ruling]
    late = Tablet(BO, ep=10)
    after = [*before, late.answer(code, "not_applicable")]
    assert next(item for item in folded(after).items if item.code == code).cls is not ItemClass.RESOLVED
    agreeing = Tablet(BO, ep=11)
    decided = next(item for item in folded(before).items if item.code == code)
    same = next(item for item in folded([*before, agreeing.answer(code, "no")]).items if item.code == code)
    assert (same.cls, same.value) == (decided.cls, decided.value)


@given(worlds, st.sets(st.sampled_from(sorted(TEAM.team))), st.data())
@settings(max_examples=100)
def test_i24_authority_never_changes_which_entries_there_are(
    entries: list[ParsedEntry], team: set[str], data: st.DataObject
) -> None:
    hashes = [entry.text_hash for entry in entries]
    revoked = data.draw(st.lists(st.sampled_from(hashes))) if hashes else []
    uncounted = dict.fromkeys(revoked, ("device-revoked",))
    other = folded(entries, Authority(frozenset(team), uncounted=uncounted, office=TEAM.office))
    assert other.entries == folded(entries).entries
    assert set(said(other)) == set(said(folded(entries)))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = (
    "item",
    "value",
    "set",
    "heads",
    "count",
    "targets",
    "reason",
    "what",
    "text",
    "by",
    "how",
    "role",
    "ink",
    "digest",
)
BODIES = st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=6), JSON_VALUES, max_size=6)
HASHES = st.binary(min_size=32, max_size=32).map(b64url)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(KNOWN_TYPES)) | st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8})?", fullmatch=True),
            BODIES | st.none(),
            st.lists(HASHES, max_size=3),
            st.booleans(),
        ),
        max_size=12,
    ),
    worlds,
)
@settings(max_examples=80)
def test_i20_no_body_whatever_it_holds_makes_the_fold_fail(garbage: list[Any], entries: list[ParsedEntry]) -> None:
    tablet = Tablet(BO, ep=5)
    for kind, body, over, bare in garbage:
        salted = None if body is None or bare else {key: value for key, value in body.items() if key != "salt"}
        tablet.write(kind, salted, over=over)
    record = folded([*entries, *tablet.entries])
    assert len(record.entries) == len({entry.hash for entry in [*entries, *tablet.entries]})
    json.dumps(record_json(record))


@given(worlds)
@settings(max_examples=60)
def test_i20_forged_hashes_that_name_each_other_do_not_make_the_fold_fail(entries: list[ParsedEntry]) -> None:
    # Nobody can make these without breaking SHA-256; the fold must not depend on that.
    looped = [
        dataclasses.replace(entry, header=entry.header.model_copy(update={"over": all_hashes}))
        for all_hashes in [tuple(entry.text_hash for entry in entries)]
        for entry in entries
    ]
    assert len(folded(looped).entries) == len(entries)


def test_an_entry_that_breaks_a_projection_is_isolated_by_its_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = Tablet(ANNE), Tablet(BO)
    good = a.answer("f1", "yes")
    bad = b.write("note.add", {"text": "毒"})
    kept = b.write("note.add", {"text": "好"})
    real = evidence.NoteRecord

    def poisoned(hash_: str, *rest: Any) -> Any:
        if hash_ == bad.text_hash:
            raise RuntimeError("a projection that fails")
        return real(hash_, *rest)

    monkeypatch.setattr(evidence, "NoteRecord", poisoned)
    record = folded([*a.entries, *b.entries])
    assert [(noted.hash, noted.why) for noted in record.isolated] == [(bad.text_hash, "breaks-the-fold")]
    assert [note.hash for note in record.notes] == [kept.text_hash]
    assert good.text_hash in said(record)


def test_a_long_chain_of_corrections_leaves_one_survivor() -> None:
    tablet = Tablet(ANNE)
    last = tablet.answer("f1", "yes")
    for number in range(2_000):
        last = tablet.answer("f1", "no" if number % 2 else "yes", last)
    record = folded(tablet.entries)
    current = [hash_ for hash_, state in said(record).items() if state is StatementState.CURRENT]
    assert current == [last.text_hash]


@given(worlds)
@settings(max_examples=60)
def test_every_class_is_explained_by_entries_that_are_there(entries: list[ParsedEntry]) -> None:
    record = folded(entries)
    there = set(record.entries)
    for item in record.items:
        assert item.because
        for ground in item.because:
            assert set(ground.hashes) <= there
            assert ground.hashes or ground.word in (GroundWord.NOT_STATED, GroundWord.EACH_MUST_STATE)
            assert all(text(f"visits.ground.{ground.word}", language) for language in LANGUAGES)


@given(worlds)
@settings(max_examples=60)
def test_an_erasure_obeys_the_office_only_and_takes_nothing_but_what_was_said(entries: list[ParsedEntry]) -> None:
    record = folded(entries)
    ordered = {
        target
        for entry in entries
        if entry.header.type == "erase.body" and entry.header.dev == OFFICE
        for target in (entry.body or {})["targets"]
    }
    kinds = {entry.text_hash: entry.header.type for entry in entries}
    gone = {hash_ for hash_ in ordered if kinds.get(hash_) in BODY_OF}
    assert {one.hash for one in record.erased} == gone, "what was said there; no decision, and nothing unknown"
    bare = [dataclasses.replace(entry, body=None, b=None) if entry.text_hash in gone else entry for entry in entries]
    # Whether the bytes went or still lie here: what was erased is not read.
    assert state_digest(folded(bare)) == state_digest(record)


@given(worlds)
@settings(max_examples=60)
def test_i22_media_decide_missing_media_and_nothing_else(entries: list[ParsedEntry]) -> None:
    without = folded(entries)
    full = fold(VISIT, entries, TEAM, SCHEME, frozenset(without.missing_media))
    assert full.missing_media == ()
    assert state_digest(full) == state_digest(without)
