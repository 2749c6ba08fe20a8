"""What is written directly is what the models would write, byte for byte."""

import json
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.visits.entries.admission import UNCOUNTED
from inspection.visits.entries.store_given import StoredLine
from mobile_contract.base import b64url
from mobile_contract.checklist import PinnedChecklist
from mobile_contract.client.examples import VISIT, checklist, visit_card
from mobile_contract.envelope import EntryLine
from mobile_contract.pull import EntryBlock, FeedItem, FeedOp, GivenEntry, RemoveReason
from mobile_contract.push import Reason
from sync.pull import write_items

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
SIGNATURES = st.binary(min_size=64, max_size=64)


@st.composite
def stored(draw: st.DrawFn) -> StoredLine:
    body = draw(st.none() | TEXTS)
    reasons = draw(st.lists(st.sampled_from(sorted(Reason)), max_size=3, unique=True))
    return StoredLine(
        vseq=draw(st.integers(1, 2**53 - 1)),
        header=draw(TEXTS).encode(),
        body=None if body is None else body.encode(),
        signature=draw(SIGNATURES),
        kid=b64url(draw(st.binary(min_size=32, max_size=32))),
        alg=draw(st.sampled_from(["ES256", "EdDSA"])),
        reasons=json.dumps([reason.value for reason in reasons], separators=(",", ":")),
    )


def modelled(line: StoredLine) -> GivenEntry:
    body = None if line.body is None else line.body.decode()
    told = EntryLine(p=line.header.decode(), b=body, k=line.kid, a=line.alg, s=b64url(line.signature))
    kept = tuple(Reason(reason) for reason in json.loads(line.reasons) if reason in UNCOUNTED)
    return GivenEntry(vseq=line.vseq, line=told, uncounted=kept)


@settings(max_examples=150)
@given(st.lists(stored(), max_size=4), st.integers(0, 9), st.integers(1, 2**40))
def test_a_block_of_entries_is_written_as_its_model_is(lines: list[StoredLine], after: int, seq: int):
    topic = f"entries:{VISIT}"
    entries = [write_items.entry_json(line, UNCOUNTED) for line in lines]
    written = write_items.entries_item(topic, seq, VISIT, after, after + len(lines), entries)
    block = EntryBlock(visit=VISIT, after=after, through=after + len(lines), entries=tuple(map(modelled, lines)))
    item = FeedItem(topic=topic, seq=seq, op=FeedOp.PUT, entries=block)
    assert written == write_items.as_json(item)
    assert FeedItem.model_validate_json(written) == item


def test_cards_checklists_and_removals_are_written_as_their_models_are():
    card, pinned = visit_card(), PinnedChecklist(digest=checklist().digest(), checklist=checklist())
    shown = FeedItem(topic=f"visit:{VISIT}", seq=1, op=FeedOp.PUT, rev=card.digest(), card=card)
    topic = '检查:"x"'
    listed = FeedItem(topic="checklist:" + topic, seq=2, op=FeedOp.PUT, rev=pinned.digest, checklist=pinned)
    gone = FeedItem(topic=f"visit:{UUID(int=1)}", seq=3, op=FeedOp.REMOVE, reason=RemoveReason.CLOSED)
    assert write_items.card_item(shown.topic, 1, card) == write_items.as_json(shown)
    assert write_items.checklist_item(listed.topic, 2, pinned) == write_items.as_json(listed)
    assert write_items.removal(gone.topic, 3, gone.reason) == write_items.as_json(gone)
    for item in (shown, listed, gone):
        assert FeedItem.model_validate_json(write_items.as_json(item)) == item
