"""Which acts follow from a record and its journal: each once, in whatever portions they become known."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.archive.custody.acts import Act, EntryFact, JournalFact, Noted, acts_of_entry, acts_of_line, files_named
from inspection.archive.custody.rule import due_acts
from inspection.archive.entry_checks import referred

A, B, C = ("a" * 64, "b" * 64, "c" * 64)
NAMES = ("王五", "赵六", "1101")


def entry(n: int, kind: str, body: dict[str, Any] | None) -> EntryFact:
    header = {"type": kind, "dev": "d", "ep": 1, "seq": n, "ins": "i", "wall": 1_772_000_000_000 + n, "mono": n}
    return EntryFact(f"entry-{n}", {**header, "boot": "b"}, body)


def line(n: int, stream: str, name: str, /, **payload: Any) -> JournalFact:
    at = (datetime(2026, 3, 2, tzinfo=UTC) + timedelta(minutes=n)).isoformat()
    said = {"stream": stream, "seq": n, "kind": name, "at": at, "actor": {"id": "x", "role": "device"}}
    return JournalFact(f"line-{n}", {**said, "payload": payload})


ENTRIES = [
    entry(1, "photo.add", {"digest": A, "mime": "image/jpeg", "caption": "王五"}),
    entry(2, "document.add", {"digest": B}),
    entry(3, "answer.set", {"item": "f1", "value": "no", "media": [A, C]}),
    entry(4, "photo.annotate", {"of": A, "overlay": "e" * 64}),
    entry(5, "signature", {"role": "witness", "name": "王五", "id_tail": "1101", "method": "image", "image": "f" * 64}),
    entry(
        6, "refusal", {"what": "signature", "outcome": "absent", "by": {"name": "赵六", "role": "店长"}, "media": [C]}
    ),
    entry(7, "note.add", {"text": "110101"}),
    entry(8, "photo.add", None),
]
LINES = [
    line(1, f"media:{A}", "blob.stored", digest=A, length=3, mime="image/jpeg"),
    line(1, "upload:1", "upload.completed", digest=A),
    line(2, f"media:{A}", "blob.derived", probe={"findings": ["trailing-bytes"]}, derived={"thumb": B}),
    line(3, "upload:2", "upload.rejected", declared=B, found=C),
    line(4, "upload:3", "upload.completed", digest=A),
    line(5, f"media:{A}", "blob.public_copy_made", of=A, copy=C, boxes=[[0, 0, 9, 9]], ground="人脸"),
    line(6, f"media:{A}", "media.held", digest=A, ground="诉讼"),
    line(7, f"media:{A}", "media.released", digest=A),
    line(8, f"media:{A}", "blob.damaged", name=A, kind="altered", place="disk", found=C),
    line(9, "visit:v", "visit.entries_admitted", first=1, last=8, carrier="d"),
    line(10, "visit:v", "publication.published", number="n", version=1, sha256=A),
    line(11, "visit:v", "publication.corrected", number="n", version=2, sha256=B, replaces=A),
    line(12, "visit:v", "dossier.sealed", sha256=C, bytes=1),
    line(13, "visit:v", "visit.approved", media_certified=True, seen="s"),
    line(14, "visit:v", "visit.unsealed"),
]
STAMPS = [Noted(Act.TIMESTAMPED, "stamp:2026-03-02", None, {"size": 9, "covers": 2, "at": "x"})]


def told(acts: list[Noted]) -> list[tuple[str, str, str | None]]:
    return [(one.act.value, one.source, one.digest) for one in acts]


def test_every_act_of_a_record_and_its_journal_is_told_once_and_in_order() -> None:
    assert told(due_acts(ENTRIES, LINES, STAMPS, ())) == [
        ("captured", "entry-1", A),
        ("captured", "entry-2", B),
        ("captured", "entry-3", C),  # nobody brings it, so who names it first begins its story
        ("captured", "entry-4", "e" * 64),
        ("signed", "entry-5", None),
        ("captured", "entry-5", "f" * 64),
        ("refused", "entry-6", None),
        ("captured", "entry-6", C),
        ("received", "line-1", A),
        ("verified", "line-1", A),
        ("derived", "line-2", A),
        ("mismatched", "line-3", B),
        ("received", "line-4", A),  # another upload of the same file
        ("redacted", "line-5", A),
        ("held", "line-6", A),
        ("released", "line-7", A),
        ("lost", "line-8", A),
        ("received", "line-9", None),
        ("published", "line-10", None),
        ("withdrawn", "line-11", None),
        ("published", "line-11", None),
        ("sealed", "line-12", None),
        ("lost", "line-13", None),
        ("timestamped", "stamp:2026-03-02", None),
    ]


def test_no_name_of_a_person_stands_in_an_act() -> None:
    text = json.dumps([one.payload() for one in due_acts(ENTRIES, LINES, STAMPS, ())], ensure_ascii=False)
    assert not [name for name in NAMES if name in text]


def test_an_erased_entry_claims_nothing() -> None:
    assert acts_of_entry(ENTRIES[7]) == []


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_files_of_an_entry_are_those_that_its_body_names(entry: EntryFact) -> None:
    body = None if entry.body is None else json.dumps(entry.body).encode()
    assert files_named([entry]) == referred([body])


portions = st.lists(st.tuples(st.sets(st.integers(0, 7)), st.sets(st.integers(0, 14))), max_size=4)


@given(portions=portions, order=st.randoms())
def test_in_whatever_portions_it_becomes_known_everything_is_noted_and_nothing_twice(
    portions: list[tuple[set[int], set[int]]], order: Any
) -> None:
    chain: list[Noted] = []
    for some_entries, some_lines in [*portions, (set(range(8)), set(range(15)))]:
        shuffled = [LINES[n] for n in some_lines]
        order.shuffle(shuffled)
        noted = {one.key for one in chain}
        chain += due_acts([ENTRIES[n] for n in sorted(some_entries)], shuffled, STAMPS, noted)
    keys = [one.key for one in chain]
    assert len(set(keys)) == len(keys)
    assert {one.key for one in due_acts(ENTRIES, LINES, STAMPS, ())} <= set(keys)
    assert due_acts(ENTRIES, LINES, STAMPS, keys) == []


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.just(A),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = ("digest", "of", "overlay", "image", "media", "role", "what", "doc", "set", "taken_wall", "by", "position")
KINDS = ("photo.add", "document.add", "photo.annotate", "signature", "refusal", "answer.set", "other")


@settings(max_examples=40)
@given(kind=st.sampled_from(KINDS), body=st.dictionaries(st.sampled_from(MEMBERS), junk), wall=junk)
def test_a_held_entry_of_any_content_gives_acts_that_can_be_written_down(kind: str, body: Any, wall: Any) -> None:
    from inspection.archive.custody import evidence
    from inspection.kernel.canonical import canonical_json

    held = EntryFact("h", {"type": kind, "dev": "d", "ep": 1, "seq": 1, "ins": "i", "wall": wall}, body)
    for one in acts_of_entry(held):
        canonical_json(one.payload())
    canonical_json(evidence.manifest({}, [held], [], [], {}))


@settings(max_examples=40)
@given(kind=st.sampled_from(sorted({one.kind for one in LINES})), payload=st.dictionaries(st.text(max_size=4), junk))
def test_a_line_of_any_content_is_read_without_a_failure(kind: str, payload: Any) -> None:
    assert all(one.act in set(Act) for one in acts_of_line(line(1, f"media:{A}", kind, **payload)))


def test_the_key_of_an_act_tells_act_source_and_digest_apart() -> None:
    acts = [
        Noted(Act.VIEWED, "s", A),
        Noted(Act.EXPORTED, "s", A),
        Noted(Act.VIEWED, "t", A),
        Noted(Act.VIEWED, "s", B),
        Noted(Act.VIEWED, "s"),
    ]
    assert len({one.key for one in acts}) == 5
    assert Noted(Act.VIEWED, "s", A, {"more": 1}).key == acts[0].key
